// What outlives a run, and who may hold it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder } from "../../src/data-folder.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gatewright-data-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keys = [
  { id: "k1", name: "made", enabled: true },
  { id: "k2", name: "given", enabled: true, value: "a-value-of-twenty-chars" },
];
const open = (fresh = false) => openDataFolder(folder, { fresh, apiKeys: keys });

describe("openDataFolder", () => {
  it("makes credentials and missing key values once, and keeps them for the owner's eyes", async () => {
    const first = await open();
    await first.close();
    const second = await open();
    expect(second.credentials).toEqual(first.credentials);
    expect(second.apiKeys).toEqual(first.apiKeys);
    expect(second.apiKeyValues.get("k1")).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(second.apiKeyValues.get("k2")).toBe("a-value-of-twenty-chars");
    expect(statSync(join(folder, "account.json")).mode & 0o077).toBe(0);
    await second.close();
  });

  it("makes access keys for identities that have none, once", async () => {
    const given = { arn: "arn:aws:iam::123456789012:user/x", policies: [] };
    const identities = [
      { name: "ada", ...given },
      { name: "eve", accessKeyId: "AKIA", secretAccessKey: "s", ...given },
    ];
    const openWith = () => openDataFolder(folder, { fresh: false, apiKeys: keys, identities });
    const first = await openWith();
    await first.close();
    const second = await openWith();
    expect([...second.identityKeys.keys()]).toEqual(["ada"]);
    expect(second.identityKeys).toEqual(first.identityKeys);
    expect(second.identityKeys.get("ada")?.accessKeyId).toMatch(/^LOCAL/);
    await second.close();
  });

  it("forgets everything when asked to start fresh", async () => {
    const first = await open();
    await first.close();
    const second = await open(true);
    expect(second.credentials.secretAccessKey).not.toBe(first.credentials.secretAccessKey);
    await second.close();
  });

  it("lets one gateway at a time have it: DATA_FOLDER_BUSY", async () => {
    const first = await open();
    await expect(open()).rejects.toMatchObject({ code: "DATA_FOLDER_BUSY", facts: { pid: process.pid } });
    await first.close();
    const again = await open();
    await again.close();
  });

  it("does not take it from another living process, and takes it from one that was killed", async () => {
    const room = new URL("../../src/folder-lock.ts", import.meta.url).href;
    const holds = `import { holdFolder } from ${JSON.stringify(room)};
      await holdFolder(${JSON.stringify(folder)}); console.log("held"); setInterval(() => {}, 1000);`;
    const other = spawn(process.execPath, ["--input-type=module", "--eval", holds]);
    await once(other.stdout, "data");
    await expect(open()).rejects.toMatchObject({ code: "DATA_FOLDER_BUSY", facts: { pid: other.pid } });
    other.kill("SIGKILL");
    await once(other, "exit");
    const now = await open();
    await now.close();
  });

  it.each([
    ["a living process that never held it", { pid: process.ppid, port: 1, word: "x" }],
    ["this very process, from a life before", { pid: process.pid, port: 1, word: "x" }],
    ["something unreadable", "not a lock"],
  ])("takes it over from %s", async (_who, lock) => {
    writeFileSync(join(folder, "lock"), JSON.stringify(lock));
    const now = await open();
    await now.close();
  });

  it.each(["not json", "{}", "null", '{"credentials":{"accessKeyId":1}}'])(
    "refuses a broken account file %j: DATA_FOLDER_UNREADABLE",
    async (text) => {
      writeFileSync(join(folder, "account.json"), text);
      await expect(open()).rejects.toMatchObject({ code: "DATA_FOLDER_UNREADABLE" });
      expect(readFileSync(join(folder, "account.json"), "utf8")).toBe(text);
    },
  );
});
