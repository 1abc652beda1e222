// What ends up in a function's bundle: each door brings its own code, nothing of the others, and starts lean.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type BuildOptions } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
const alias = { "node:http": "@gatewright/events/node-http" };

/** Bundles a program of a reader, as the README says. */
async function bundle(contents: string, options: BuildOptions = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: packageFolder, loader: "ts" },
    absWorkingDir: packageFolder,
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    conditions: ["@gatewright/source"],
    alias,
    write: false,
    logLevel: "silent",
    ...options,
  });
  return outputFiles?.[0]?.text ?? "";
}

const programs = {
  http: `import { httpApi, httpErrors, reply } from "@gatewright/events/http";
    export const handler = httpApi({ cors: { origins: ["https://a.example"] } })
      .route("GET /a/{b}", (request) => { throw httpErrors.notFound(); })
      .route("POST /a", async (request) => reply(201, await request.body.json())).handler();`,
  websocket: `import { accept, websocketApi } from "@gatewright/events/websocket";
    export const handler = websocketApi().connect(() => accept()).message("a", () => 1).handler();`,
  streaming: `import { httpApi } from "@gatewright/events/http";
    import { stream, streaming } from "@gatewright/events/streaming";
    export const handler = httpApi().route("GET /a", () => stream(200, ["a"])).handler({ mode: streaming });`,
};

const everywhere = ["aws-sdk", "@smithy", "ZodError", "ValiError", "ArkError", "xray", "ajv"];

describe.each([
  [
    "http",
    ["$connect", "eventType", "Sec-WebSocket-Protocol", "@connections", "awslambda", "content-disposition"],
  ],
  [
    "websocket",
    ["httpMethod", "rawPath", "access-control", "problem+json", "pathParameters", "awslambda", "elb"],
  ],
  ["streaming", ["$connect", "Sec-WebSocket-Protocol", "@connections", "content-disposition"]],
] as const)("a bundle of %s", (door, words) => {
  let text = "";
  beforeAll(async () => {
    text = await bundle(programs[door]);
  });

  it.each([...words, ...everywhere])("holds no %s", (word) => {
    expect(text.includes(word)).toBe(false);
  });

  it("is small", () => {
    expect(Buffer.byteLength(text)).toBeLessThan(door === "streaming" ? 44_000 : 40_000);
  });

  it("imports no built-in whose import is slow", () => {
    expect(/(?:from|import)\s*"(?:node:)?https?"/.test(text)).toBe(false);
  });
});

describe("the bundle recipe", () => {
  const folder = mkdtempSync(join(tmpdir(), "gatewright-bundle-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  function runs(text: string): string {
    const file = join(folder, `${Math.abs(text.length)}.mjs`);
    writeFileSync(file, text);
    return execFileSync(process.execPath, [file], { encoding: "utf8" }).trim();
  }

  it("keeps the parser of middy at work", async () => {
    const text = await bundle(`${programs.http}
      const event = { requestContext: { http: { method: "POST" }, stage: "$default" }, rawPath: "/a", headers: {}, body: '{"__proto__":1}' };
      console.log((await handler(event, {})).statusCode);`);
    expect(runs(text)).toBe("422");
  });

  it("is needed: without it the import of node:http is at the top", async () => {
    expect(/from"node:http"/.test(await bundle(programs.http, { alias: {} }))).toBe(true);
  });

  it("gives the built-in itself to whoever imports it in any way", async () => {
    const text = await bundle(`
      import http, { STATUS_CODES, createServer, request } from "node:http";
      import * as all from "node:http";
      const builtin = process.getBuiltinModule("node:http");
      console.log(http === builtin, STATUS_CODES === builtin.STATUS_CODES, createServer === all.createServer, request === http.request);`);
    expect(runs(text)).toBe("true true true true");
  });

  it("names everything that the built-in has, but for globals", async () => {
    const ours = await import("../../src/node-http.ts");
    const builtin = process.getBuiltinModule("node:http");
    const globals = new Set(["CloseEvent", "MessageEvent", "WebSocket"]);
    const wanted = Object.keys(builtin).filter((name) => !name.startsWith("_") && !globals.has(name));
    expect(Object.keys(ours)).toEqual(expect.arrayContaining(wanted));
  });
});
