// A function URL over a real door: what streams, what breaks off, who goes away.
import { request } from "node:http";
import { Readable } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { startHttpDoor } from "../../../src/doors/http.ts";
import { createFunctionUrl } from "../../../src/function-urls/answer-url.ts";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { FunctionUrl } from "../../../src/model/function-url.ts";
import { BrokenStream, systemIds, type Functions, type Invocation } from "../../../src/ports.ts";
import { recordedLog, service } from "../invoke/requests.ts";

const lambda = {
  key: "main",
  name: "shop-dev-main",
  handler: "a.b",
  runtime: "nodejs24.x",
  memoryMb: 128,
  timeoutMs: 6000,
  environment: {},
};
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(functions: Partial<Functions>, invokeMode: FunctionUrl["invokeMode"]) {
  const log = recordedLog();
  const application = createFunctionUrl({
    url: { id: "abc", functionKey: "main", authType: "NONE", invokeMode },
    lambda,
    service: service({ functions: [lambda] }),
    functions: { ...inlineFunctions({}), ...functions },
    identities: { find: () => undefined },
    clock: manualClock(),
    ids: systemIds,
    log,
  });
  const door = await startHttpDoor({ port: 0, for: "the test", application, log });
  closing.push(() => door.close());
  return { log, url: `http://127.0.0.1:${door.port}` };
}

const streaming = (pieces: () => Iterable<Buffer> | AsyncIterable<Buffer>): Partial<Functions> => ({
  stream: () => Promise.resolve({ kind: "streaming", body: Readable.from(pieces()) }),
});
const metadata = (head: object): Buffer =>
  Buffer.concat([Buffer.from(JSON.stringify(head)), Buffer.alloc(8)]);

describe("a stream", () => {
  it("without metadata is the body of a 200", async () => {
    const { url } = await start(
      streaming(() => [Buffer.from("one "), Buffer.from("two")]),
      "RESPONSE_STREAM",
    );
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      200,
      "application/octet-stream",
      "one two",
    ]);
  });

  it("that begins with other JSON, or has nothing, is a body too", async () => {
    for (const body of ['{"a":1}', "[1]", ""]) {
      const { url } = await start(
        streaming(() => (body === "" ? [] : [Buffer.from(body)])),
        "RESPONSE_STREAM",
      );
      expect(await (await fetch(url)).text()).toBe(body);
    }
  });

  it("has its metadata in however many pieces", async () => {
    const whole = Buffer.concat([
      metadata({ statusCode: 203, headers: { "x-a": "b" }, cookies: ["c=1"] }),
      Buffer.from("body"),
    ]);
    const { url } = await start(
      streaming(() => [...whole].map((byte) => Buffer.from([byte]))),
      "RESPONSE_STREAM",
    );
    const answer = await fetch(url);
    expect([answer.status, answer.headers.get("x-a"), answer.headers.getSetCookie()]).toEqual([
      203,
      "b",
      ["c=1"],
    ]);
    expect(await answer.text()).toBe("body");
  });

  it("comes piece by piece", async () => {
    const later = Promise.withResolvers<Buffer>();
    const { url } = await start(
      streaming(async function* () {
        yield metadata({ statusCode: 200 });
        yield Buffer.from("first");
        yield await later.promise;
      }),
      "RESPONSE_STREAM",
    );
    const { body } = await fetch(url);
    const seen: string[] = [];
    for await (const piece of body ?? []) {
      seen.push(Buffer.from(piece as Uint8Array).toString());
      later.resolve(Buffer.from("second")); // only who has the first piece lets the second come
    }
    expect(seen.join("")).toBe("firstsecond");
  });

  it("whose metadata cannot be an answer, or that breaks off before, is a 502", async () => {
    const broken: Partial<Functions>[] = [
      streaming(() => [metadata({ statusCode: "x" })]),
      streaming(async function* () {
        yield Buffer.from("{");
        throw new BrokenStream("The function failed with TypeError");
      }),
    ];
    for (const functions of broken) {
      const { url } = await start(functions, "RESPONSE_STREAM");
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([502, "Internal Server Error"]);
    }
  });

  it("that breaks off later cuts the connection, and says why to the developer", async () => {
    const { url, log } = await start(
      streaming(async function* () {
        yield Buffer.from("begun");
        throw new BrokenStream("The function failed with TypeError");
      }),
      "RESPONSE_STREAM",
    );
    await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow();
    expect(log.lines.join("\n")).toContain("cut: The function failed with TypeError");
  });

  it("is let go when its reader goes away while nothing comes", async () => {
    const body = new Readable({ read() {} });
    const gone = new Promise((resolve) => void body.once("close", resolve));
    const { url } = await start(
      { stream: () => Promise.resolve({ kind: "streaming", body }) },
      "RESPONSE_STREAM",
    );
    body.push("begun");
    const call = request(url, (answer) => void answer.once("data", () => call.destroy()));
    call.on("error", () => {}); // its own end
    call.end();
    await gone;
  });
});

describe("a function that does not answer", () => {
  it.each<[Invocation, number, string]>([
    [{ kind: "throttled" }, 429, '{"Message":"Rate Exceeded."}'],
    [{ kind: "too-large", which: "event" }, 413, '{"Message":"Request must be smaller than 6291456 bytes"}'],
    [{ kind: "too-large", which: "result" }, 502, "Internal Server Error"],
    [{ kind: "timed-out" }, 502, "Internal Server Error"],
    [{ kind: "failed", errorType: "TypeError", errorMessage: "secret" }, 502, "Internal Server Error"],
    [{ kind: "returned", payload: '{"statusCode":1000}' }, 502, "Internal Server Error"],
  ])("%o", async (invocation, status, body) => {
    const { url, log } = await start({ invoke: () => Promise.resolve(invocation) }, "BUFFERED");
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(log.lines.join("\n")).not.toContain("secret");
  });

  it("is not asked for what is too long or too large", async () => {
    let asked = 0;
    const invoke = (): Promise<Invocation> => {
      asked++;
      return Promise.resolve({ kind: "returned", payload: undefined });
    };
    const { url } = await start({ invoke }, "BUFFERED");
    expect((await fetch(`${url}/?${"x".repeat(11_000)}`)).status).toBe(414);
    expect((await fetch(url, { headers: { a: "x".repeat(11_000) } })).status).toBe(431);
    expect((await fetch(url, { method: "POST", body: "x".repeat(11_000_000) })).status).toBe(413);
    expect(asked).toBe(0);
  });
});
