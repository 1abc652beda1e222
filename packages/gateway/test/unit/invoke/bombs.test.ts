// Bodies that are made to take long, or to take all memory: each gets an answer, soon.
import { gzipSync } from "node:zlib";
import { afterEach, expect, test } from "vitest";
import { startHttpDoor } from "../../../src/doors/http.ts";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import type { RestApi } from "../../../src/model/rest-api.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { method, recordedLog, restApi, service } from "./requests.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function serve(model: unknown, api: Partial<RestApi> = {}) {
  const checked = method("POST /checked", {
    requestValidator: { body: true, parameters: true },
    requestParameters: { "method.request.querystring.last": true },
    requestModels: { "application/json": "Model" },
  });
  const application = createRestApi({
    api: restApi([checked, method("POST /plain")], { models: { Model: model }, ...api }),
    service: service(),
    functions: inlineFunctions({ f: () => ({ statusCode: 200, body: "ok" }) }),
    apiKeyValues: new Map(),
    clock: systemClock,
    ids: systemIds,
    log: recordedLog(),
  });
  const door = await startHttpDoor({ port: 0, for: "the REST API", application });
  closing.push(() => door.close());
  return (
    body: string | Uint8Array<ArrayBuffer>,
    headers: Record<string, string> = {},
    path = "/checked?last=1",
  ) =>
    fetch(`http://127.0.0.1:${door.port}/dev${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
}

test("unique items that would all be held against each other", async () => {
  const post = await serve({ type: "array", uniqueItems: true });
  const items = Array.from({ length: 200_000 }, (_, at) => ({ a: [at] }));
  expect((await post(JSON.stringify(items))).status).toBe(400);
  expect((await post("[1,2]")).status).toBe(200);
}, 30_000);

test("alternatives that multiply with every level", async () => {
  const self = { $ref: "#" };
  const post = await serve({
    type: "array",
    items: { anyOf: [self, self, { type: "integer", minimum: 5 }] },
  });
  const body = `${"[".repeat(40)}1${"]".repeat(40)}`;
  expect((await post(body)).status).toBe(400);
  expect((await post("[[[7]]]")).status).toBe(200);
}, 30_000);

test("a pattern that goes back and forth", async () => {
  const post = await serve({
    type: "object",
    patternProperties: { "^(a+)+$": { type: "string", pattern: "^(b+)+$" } },
  });
  expect((await post(JSON.stringify({ [`${"a".repeat(50)}!`]: "x" }))).status).toBe(400);
  expect((await post(JSON.stringify({ a: `${"b".repeat(50)}!` }))).status).toBe(400);
  expect((await post(JSON.stringify({ a: "bbb" }))).status).toBe(200);
}, 30_000);

test("JSON that is nested a million times", async () => {
  const post = await serve({ type: "array", items: { $ref: "#" } });
  expect((await post(`${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}`)).status).toBe(400);
}, 30_000);

test("ten thousand parameters, of which the last one counts", async () => {
  const post = await serve({ type: "object" });
  const query = Array.from({ length: 700 }, (_, at) => `p${at}=1`).join("&");
  expect((await post("{}", {}, `/checked?${query}&last=1`)).status).toBe(200);
  const all = Array.from({ length: 10_000 }, () => "p=1").join("&");
  expect((await post("{}", {}, `/checked?${all}`)).status).toBe(414);
});

test("a packed body that is many times as large once it is opened", async () => {
  const post = await serve({ type: "object" }, { minimumCompressionSize: 0 });
  const headers = { "content-encoding": "gzip" };
  const half = new Uint8Array(gzipSync(Buffer.alloc(10_000_000, 32)));
  expect((await post(half, headers, "/plain")).status).toBe(413); // 6 MB are the most for a function
  expect((await post(new Uint8Array(gzipSync(Buffer.alloc(100_000_000))), headers, "/plain")).status).toBe(
    413,
  );
}, 30_000);
