// Which running gateway a function meets, and what is said where there is none.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openDataFolder, type DataFolder } from "../../../src/data-folder.ts";
import { runningFunction } from "../../../src/serverless/running-function.ts";

let folder = "";
let data: DataFolder;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "gatewright-running-"));
  data = await openDataFolder(folder, { fresh: false, apiKeys: [] });
});
afterEach(async () => {
  await data.close();
  rmSync(folder, { recursive: true, force: true });
});

const said = {
  urls: { cognito: "http://127.0.0.1:1" },
  environments: { hello: { A: "b" } },
  signIns: [{ clientId: "c", name: "ada", password: "p" }],
};

describe("runningFunction", () => {
  it("gives what the gateway has announced, its process and its Node.js, for the owner's eyes only", async () => {
    await data.announce(said);
    const node = { path: process.execPath, version: process.versions.node };
    expect(await runningFunction(folder, "hello")).toEqual({ pid: process.pid, node, ...said });
    expect(statSync(join(folder, "running.json")).mode & 0o077).toBe(0);
  });

  it("GATEWAY_NOT_RUNNING before it is up, once it has ended, and in a folder that is not there", async () => {
    const refusal = { code: "GATEWAY_NOT_RUNNING", facts: { folder } };
    await expect(runningFunction(folder, "hello")).rejects.toMatchObject(refusal);
    await data.announce(said);
    await data.close();
    await expect(runningFunction(folder, "hello")).rejects.toMatchObject(refusal);
    const none = join(folder, "none");
    await expect(runningFunction(none, "hello")).rejects.toMatchObject({
      ...refusal,
      facts: { folder: none },
    });
  });

  it("GATEWAY_NOT_RUNNING where its process was killed", async () => {
    const other = spawn(process.execPath, ["--eval", ""]);
    await once(other, "exit");
    await data.announce(said);
    const file = join(folder, "running.json");
    const announced = JSON.parse(readFileSync(file, "utf8")) as object; // what `announce` wrote
    writeFileSync(file, JSON.stringify({ ...announced, pid: other.pid }));
    await expect(runningFunction(folder, "hello")).rejects.toMatchObject({ code: "GATEWAY_NOT_RUNNING" });
  });

  it.each(["bye", "toString"])("FUNCTION_NOT_RUNNING for %s", async (functionKey) => {
    await data.announce(said);
    await expect(runningFunction(folder, functionKey)).rejects.toMatchObject({
      code: "FUNCTION_NOT_RUNNING",
      facts: { functionKey },
    });
  });
});
