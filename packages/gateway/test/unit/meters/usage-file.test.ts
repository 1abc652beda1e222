import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { failures } from "../../../src/failures.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { openUsageFile } from "../../../src/meters/usage-file.ts";
import { reportUsage, toUsageCsv } from "../../../src/meters/usage-report.ts";
import { createUsage } from "../../../src/meters/usage.ts";
import { recordedLog } from "../invoke/requests.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "usage-"));
});
afterEach(() => rm(folder, { recursive: true }));

const client = { planId: "p", keyId: "k" };
const quota = { limit: 3, offset: 0, period: "MONTH" } as const;

describe("usage", () => {
  test("goes on after a restart", async () => {
    const file = join(folder, "usage.json");
    const clock = manualClock();
    const before = await openUsageFile(file, clock, recordedLog());
    before.usage.take(client, quota);
    before.usage.take(client, quota);
    await before.close();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const after = await openUsageFile(file, clock, recordedLog());
    expect([after.usage.take(client, quota), after.usage.take(client, quota)]).toEqual([true, false]);
    await after.close();
  });

  test("is written a second after it was counted, so that a crash loses little", async () => {
    const file = join(folder, "usage.json");
    const clock = manualClock();
    const open = await openUsageFile(file, clock, recordedLog());
    open.usage.take(client, quota);
    clock.advance(1000);
    await vi.waitFor(async () => expect(await readFile(file, "utf8")).toContain('"k":{"2026-01-01":1}'));
    await open.close();
  });

  test.each(["{", "null", '{"since":1}'])("that reads %s is refused, not forgotten", async (text) => {
    const file = join(folder, "usage.json");
    await writeFile(file, text);
    const code = await openUsageFile(file, manualClock(), recordedLog()).then(
      () => "opened",
      (error: unknown) => (failures.is(error) ? error.code : error),
    );
    expect(code).toBe("DATA_FOLDER_UNREADABLE");
  });

  test("that cannot be written is said so", async () => {
    const log = recordedLog();
    const open = await openUsageFile(join(folder, "none", "usage.json"), manualClock(), log);
    open.usage.take(client, quota);
    await open.close();
    expect(log.lines).toEqual([expect.stringMatching(/^warn .*cannot be written/)]);
  });
});

describe("a report", () => {
  const plan = { id: "p", name: "free", apiKeyIds: ["k", "l"], stages: [], quota };
  const usage = createUsage(manualClock());
  usage.take(client, quota);

  test("has a pair of used and remaining requests for each day", () => {
    const asked = { startDate: "2026-01-01", endDate: "2026-01-02" };
    expect(reportUsage(plan, usage, asked)).toEqual({
      usagePlanId: "p",
      usagePlanName: "free",
      ...asked,
      items: {
        k: [
          [1, 2],
          [0, 2],
        ],
        l: [
          [0, 3],
          [0, 3],
        ],
      },
    });
    expect(reportUsage(plan, usage, { ...asked, keyId: "l" }).items).toEqual({
      l: [
        [0, 3],
        [0, 3],
      ],
    });
    expect(
      toUsageCsv([reportUsage(plan, usage, { startDate: "2026-01-01", endDate: "2026-01-01", keyId: "k" })]),
    ).toBe("UsagePlan,ApiKeyId,Date,Used,Remaining\r\nfree,k,2026-01-01,1,2\r\n");
  });

  test.each([
    ["2026-01-02", "2026-01-01"],
    ["2026-01-01", "2026-04-01"],
    ["yesterday", "2026-01-01"],
    ["2026-13-01", "2026-13-01"],
  ])("from %s to %s is refused", (startDate, endDate) => {
    try {
      reportUsage(plan, usage, { startDate, endDate });
      expect.unreachable();
    } catch (error) {
      expect(failures.is(error) && error.code).toBe("USAGE_QUESTION_INVALID");
    }
  });
});
