// A function that runs every so often, on a clock in the test's hands.
import { expect, it } from "vitest";
import { manualClock } from "../../src/manual-clock.ts";
import type { Times } from "../../src/model/schedule.ts";
import type { Clock, Functions, Invocation } from "../../src/ports.ts";
import { systemIds } from "../../src/ports.ts";
import { startSchedules } from "../../src/schedules.ts";

const lambda = {
  key: "sweep",
  name: "shop-dev-sweep",
  handler: "a.b",
  runtime: "nodejs24.x",
  memoryMb: 128,
  timeoutMs: 6000,
  environment: {},
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

function start(
  input?: unknown,
  answers: Invocation[] = [],
  times: Times = { everyMs: 300_000 },
  own?: Clock,
) {
  const clock = manualClock(Date.UTC(2026, 10, 21, 12));
  const events: unknown[] = [];
  const said: string[] = [];
  const functions: Pick<Functions, "invoke"> = {
    async invoke(_, event) {
      events.push(event);
      return answers.shift() ?? { kind: "returned", payload: undefined };
    },
  };
  const say = (line: string) => void said.push(line);
  const running = startSchedules({
    schedules: [{ functionKey: "sweep", name: "sweep-1", ...times, ...(input !== undefined && { input }) }],
    lambdas: [lambda],
    region: "us-east-1",
    accountId: "123456789012",
    functions,
    clock: own ?? clock,
    ids: systemIds,
    log: { info: say, warn: say, error: say },
  });
  return { clock, events, said, running };
}

it("runs each time that its time has passed, with EventBridge's event, until it is closed", async () => {
  const { clock, events, running } = start();
  clock.advance(299_999);
  expect(events).toEqual([]);
  clock.advance(300_001);
  expect(events).toEqual(
    ["12:05:00Z", "12:10:00Z"].map((time) => ({
      version: "0",
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      "detail-type": "Scheduled Event",
      source: "aws.events",
      account: "123456789012",
      time: `2026-11-21T${time}`,
      region: "us-east-1",
      resources: ["arn:aws:events:us-east-1:123456789012:rule/sweep-1"],
      detail: {},
    })),
  );
  await running.close();
  clock.advance(3_000_000);
  expect(events).toHaveLength(2);
});

it("gives the input instead, and tries a run that fails again", async () => {
  const failed: Invocation = { kind: "failed", errorType: "Error", errorMessage: "no" };
  const { clock, events, said } = start({ deep: true }, [failed]);
  clock.advance(300_000);
  await settled();
  expect(said).toEqual([expect.stringContaining("sweep failed, again in 60 s: Error: no")]);
  clock.advance(60_000);
  expect(events).toEqual([{ deep: true }, { deep: true }]);
});

it("runs at every time of a cron expression, however far away, and at no other", async () => {
  const { clock, events, running } = start(undefined, [], { cron: "30 6 L * ? *" });
  const day = 86_400_000;
  clock.advance(9 * day - 5 * 3_600_000 - 1_800_001);
  expect(events).toEqual([]);
  clock.advance(62 * day);
  expect(events.map((event) => (event as { time: string }).time)).toEqual([
    "2026-11-30T06:30:00Z",
    "2026-12-31T06:30:00Z",
  ]);
  await running.close();
  clock.advance(62 * day);
  expect(events).toHaveLength(2);
});

it("waits for a rate that is longer than a timer of Node.js can be", () => {
  const { clock, events } = start(undefined, [], { everyMs: 30 * 86_400_000 });
  clock.advance(30 * 86_400_000 - 1);
  expect(events).toEqual([]);
  clock.advance(1);
  expect(events).toHaveLength(1);
});

it("runs once for what fell due while the machine slept", () => {
  let now = Date.UTC(2026, 10, 21, 12);
  const waits: { readonly ms: number; readonly task: () => void }[] = [];
  const { events } = start(
    undefined,
    [],
    { cron: "0 * * * ? *" },
    {
      now: () => now,
      after: (ms, task) => (waits.push({ ms, task }), () => {}),
    },
  );
  expect(waits.map(({ ms }) => ms)).toEqual([3_600_000]);
  now += 5 * 3_600_000 + 60_000;
  waits.shift()?.task();
  expect([events.length, waits.map(({ ms }) => ms)]).toEqual([1, [59 * 60_000]]);
});

it("never runs at times that are over", () => {
  const { clock, events } = start(undefined, [], { cron: "0 0 1 1 ? 2020" });
  clock.advance(400 * 86_400_000);
  expect(events).toEqual([]);
});
