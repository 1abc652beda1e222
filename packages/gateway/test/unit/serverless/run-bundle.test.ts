// One event through a bundle in a process of its own.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { runBundle } from "../../../src/serverless/run-bundle.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-run-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let files = 0;
/** Runs `handler` of a bundle with this code. */
async function run(code: string, { extension = ".mjs", event = {}, source = folder } = {}): Promise<unknown> {
  const file = join(folder, `bundle-${(files += 1)}${extension}`);
  await writeFile(file, code);
  const question = {
    file,
    handler: "handler",
    folder: source,
    event,
    context: { awsRequestId: "r1" },
    timeoutMs: 6_000,
  };
  return runBundle(question, process.execPath);
}

describe("runBundle", () => {
  it("gives the event and the context to the handler, and what it returns back", async () => {
    const code = `export const handler = async (event, context) =>
      ({ event, id: context.awsRequestId, left: context.getRemainingTimeInMillis(), pid: process.pid });`;
    const result = (await run(code, { event: { a: [1, null, "x"] } })) as { left: number; pid: number };
    expect(result).toMatchObject({ event: { a: [1, null, "x"] }, id: "r1" });
    expect(result.left).toBeGreaterThan(0);
    expect(result.left).toBeLessThanOrEqual(6_000);
    expect(result.pid).not.toBe(process.pid);
  });

  it("knows modules that wait at their top, and CommonJS", async () => {
    const waiting = "const one = await Promise.resolve(1); export const handler = () => one;";
    expect(await run(waiting)).toBe(1);
    expect(await run("exports.handler = async () => 2;", { extension: ".cjs" })).toBe(2);
  });

  it("starts the function in UTC, whatever this machine's time zone is", async () => {
    const code =
      "export const handler = () => [new Date(0).getHours(), process.env.LD_LIBRARY_PATH ?? null];";
    vi.stubEnv("TZ", "Asia/Tokyo");
    vi.stubEnv("LD_LIBRARY_PATH", "/var/lang/lib");
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await run(code)).toEqual([0, null]);
  });

  it("does not wait for what the function leaves open", async () => {
    expect(await run("setInterval(() => {}, 1000); export const handler = async () => undefined;")).toBe(
      undefined,
    );
  });

  it("finds what the bundle leaves out beside the function's source", async () => {
    const source = join(folder, "source");
    await mkdir(join(source, "node_modules", "@aws-sdk", "given"), { recursive: true });
    await writeFile(join(source, "node_modules", "@aws-sdk", "given", "index.js"), "exports.word = 'found';");
    const code = `export const handler = async () => (await import("@aws-sdk/given")).word;`;
    expect(await run(code, { source })).toBe("found");
    await expect(run(code)).rejects.toThrow("Cannot find package '@aws-sdk/given'");
    const commonJs = `exports.handler = () => require("@aws-sdk/given").word;`;
    expect(await run(commonJs, { source, extension: ".cjs" })).toBe("found");
    await expect(run(commonJs, { extension: ".cjs" })).rejects.toThrow("Cannot find module '@aws-sdk/given'");
  });

  it("rejects with the function's own error: its name, its words, its place", async () => {
    const code = `class NotYours extends Error { name = "NotYours" }
      export const handler = async () => { throw new NotYours("keep out"); };`;
    const error = (await run(code).catch((caught: unknown) => caught)) as Error;
    expect(error).toBeInstanceOf(Error);
    expect(error.constructor.name).toBe("NotYours");
    expect(error.message).toBe("keep out");
    expect(error.stack).toMatch(/bundle-\d+\.mjs:2/);
  });

  it.each([
    ["a text that is thrown", `export const handler = () => { throw "words"; };`, "words"],
    ["a module that does not load", "throw new RangeError('at the top')", "at the top"],
    ["a handler that is not there", "export const main = 1;", "handler is not exported by"],
    ["a result that is not JSON", "export const handler = () => 1n;", "BigInt"],
    ["a process that ends itself", "export const handler = () => process.exit(3);", "exit code 3"],
    [
      "a process that is killed",
      "export const handler = () => process.kill(process.pid, 'SIGKILL') && new Promise(() => {});",
      "SIGKILL",
    ],
  ])("rejects for %s", async (_case, code, says) => {
    await expect(run(code)).rejects.toThrow(says);
  });

  it("rejects where the Node.js that it should use is gone", async () => {
    const question = { file: "x.mjs", handler: "handler", folder, event: {}, context: {}, timeoutMs: 1 };
    await expect(runBundle(question, join(folder, "no-node"))).rejects.toThrow("ENOENT");
  });
});
