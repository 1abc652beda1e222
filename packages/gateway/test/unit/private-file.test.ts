// What is kept between runs, where it cannot be read: never taken for nothing.
import { mkdtemp, mkdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSessions } from "../../src/backends/issuer-sessions.ts";
import { openDataFolder } from "../../src/data-folder.ts";
import { openLocalAuthority } from "../../src/domains/local-authority.ts";
import { openImportedKeys } from "../../src/keys/imported-keys.ts";
import { manualClock } from "../../src/manual-clock.ts";
import { openUsageFile } from "../../src/meters/usage-file.ts";
import { systemIds } from "../../src/ports.ts";
import { readIfThere, writeWhole } from "../../src/private-file.ts";
import { recordedLog } from "./invoke/requests.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kept-"));
});
afterEach(() => rm(folder, { recursive: true }));

test("a file is written whole and for its owner only; one that is not there is none", async () => {
  const file = join(folder, "kept.json");
  expect(await readIfThere(file)).toBeUndefined();
  await writeWhole(file, "1");
  await writeWhole(file, "2");
  expect(await readFile(file, "utf8")).toBe("2");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each<[string, () => Promise<unknown>]>([
  ["imported-keys.json", () => openImportedKeys(join(folder, "imported-keys.json"), systemIds)],
  ["usage.json", () => openUsageFile(join(folder, "usage.json"), manualClock(), recordedLog())],
  ["account.json", () => openDataFolder(folder, { fresh: false, apiKeys: [] })],
  ["ca-key.pem", () => openLocalAuthority(folder)],
  ["refresh-tokens.json", () => openSessions(folder, () => 0)],
])("%s that is there and cannot be read is DATA_FOLDER_UNREADABLE", async (name, open) => {
  await mkdir(join(folder, name)); // a folder cannot be read as a file, by anybody
  await expect(open()).rejects.toMatchObject({ code: "DATA_FOLDER_UNREADABLE" });
});
