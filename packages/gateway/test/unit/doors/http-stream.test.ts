// Streamed answers as a client sees them: real functions in threads, a real door, real sockets.
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, onTestFinished, test } from "vitest";
import { startHttpDoor } from "../../../src/doors/http.ts";
import { createRestApi } from "../../../src/invoke/rest-api.ts";
import { systemClock, systemIds } from "../../../src/ports.ts";
import { method, recordedLog, restApi, service } from "../invoke/requests.ts";
import { folderWith, lambda, run } from "../lambda/function-fixture.ts";

const source = `
declare const awslambda: any;
const { HttpResponseStream, streamifyResponse } = awslambda;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
async function send(out: any, chunk: unknown) {
  if (!out.write(chunk)) await new Promise((resolve) => out.once("drain", resolve));
}
export const f = streamifyResponse(async (event: any, out: any) => {
  const ask = event.queryStringParameters ?? {};
  if (ask.throw === "first") throw new RangeError("no");
  if (ask.raw !== undefined) return void out.end(ask.raw + "\\0".repeat(8) + "body");
  if (ask.long === "metadata") return void out.end(JSON.stringify({ statusCode: 200, headers: { x: "x".repeat(16_384) } }) + "\\0".repeat(8));
  if (ask.bare !== undefined) return void out.end("no metadata");
  const headers = { "Content-Type": "text/plain", ...(ask.length && { "Content-Length": ask.length }) };
  out = HttpResponseStream.from(out, { statusCode: 201, headers, cookies: ["a=1", "b=2"], multiValueHeaders: { "X-Many": ["1", "2"] } });
  await send(out, "first|");
  if (ask.throw === "later") { await pause(50); throw new RangeError("no"); }
  if (ask.pause) await pause(Number(ask.pause));
  for (let left = Number(ask.megabytes ?? 0); left > 0; left -= 1) {
    await send(out, Buffer.alloc(1_048_576, "x"));
    console.log("wrote");
  }
  out.end("last");
});
export const plain = async () => ({ statusCode: 200, body: "plain" });
`;

async function open(): Promise<{
  url: string;
  port: number;
  lines: readonly string[];
  printed: readonly string[];
}> {
  const folder = await folderWith({ "app.ts": source });
  const { functions, printed } = await run(folder, [lambda("f", "app.f"), lambda("plain", "app.plain")]);
  const streams = { type: "AWS_PROXY", timeoutMs: 10_000, responseTransferMode: "STREAM" } as const;
  const api = restApi([
    method("ANY /stream", { integration: { ...streams, functionKey: "f" } }),
    method("GET /plain", { integration: { ...streams, functionKey: "plain" } }),
    method("GET /buffered"),
  ]);
  const log = recordedLog();
  const ports = {
    clock: systemClock,
    ids: systemIds,
    log,
    functions,
    apiKeyValues: new Map<string, string>(),
  };
  const application = createRestApi({ api, service: service(), ...ports });
  const door = await startHttpDoor({ port: 0, for: "a test", application, log });
  onTestFinished(() => door.close());
  return { url: `http://127.0.0.1:${door.port}/dev`, port: door.port, lines: log.lines, printed };
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // the flag's own function

/** Bytes outside the heap that somebody still holds. */
function held(): number {
  collect();
  return process.memoryUsage().arrayBuffers;
}

async function responseTo(url: string): Promise<IncomingMessage> {
  const [response] = (await once(get(url), "response")) as [IncomingMessage];
  return response;
}

test("30 MB come in parts, the first before the last is written, and never lie in memory", async () => {
  const { url, lines, printed } = await open();
  const response = await responseTo(`${url}/stream?megabytes=30&pause=300`);
  expect(response.statusCode).toBe(201);
  expect(response.headers).toMatchObject({ "transfer-encoding": "chunked", "content-type": "text/plain" });
  expect(response.headers["set-cookie"]).toEqual(["a=1", "b=2"]);
  expect(response.headers["x-many"]).toBe("1, 2");
  expect(lines.filter((line) => line.includes("/dev/stream"))).toEqual([]);
  const [first] = (await once(response, "data")) as [Buffer];
  expect(first.toString()).toBe("first|");
  response.pause();
  const before = held();
  await expect.poll(() => printed.length).toBeGreaterThan(0);
  await wait(500); // nobody reads: only the system's own socket buffers fill up
  expect(printed.length).toBeLessThan(15);
  expect(held() - before).toBeLessThan(3_000_000);
  let length = first.length;
  let last = "";
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length;
    last = chunk.subarray(-4).toString();
  }
  expect(last).toBe("last");
  expect(length).toBe(30 * 1_048_576 + 10);
  await expect.poll(() => held() - before).toBeLessThan(3_000_000);
  await expect.poll(() => lines.at(-1)).toMatch(/^info REST GET \/dev\/stream 201 \d+ ms \(ANY \/stream\)$/);
});

test("a length that the metadata gives is kept, and held to", async () => {
  const { url } = await open();
  const exact = await fetch(`${url}/stream?length=10`);
  expect(exact.headers.get("content-length")).toBe("10");
  expect(exact.headers.get("transfer-encoding")).toBeNull();
  expect(await exact.text()).toBe("first|last");
  for (const length of ["9", "11"]) {
    await expect(fetch(`${url}/stream?length=${length}`).then((answer) => answer.text())).rejects.toThrow();
  }
});

test("before the head is sent an error is an answer, after it a cut connection", async () => {
  const { url, lines } = await open();
  const failed = await fetch(`${url}/stream?throw=first`);
  expect([failed.status, await failed.text()]).toEqual([502, '{"message": "Internal server error"}']);
  const cut = await fetch(`${url}/stream?throw=later`);
  expect(cut.status).toBe(201);
  await expect(cut.text()).rejects.toThrow();
  expect(lines).toContain("warn REST ANY /stream: cut: The function failed with RangeError");
  expect(lines.filter((line) => line.startsWith("error"))).toEqual([]);
});

test.each([
  ["bare", "?bare", "the stream ended after 11 bytes"],
  ["a plain handler's result", "", "the stream ended after 33 bytes"],
  ["metadata over 16 KB", "?long=metadata", "its first 16 KB"],
  ["no JSON", "?raw=x", "its metadata is not JSON"],
  ["no object", "?raw=[]", "its metadata is not an object"],
  ["a body", '?raw={"body":""}', 'the key "body" is not allowed in metadata'],
  ["a status of text", '?raw={"statusCode":"ok"}', "statusCode is not"],
  ["cookies", '?raw={"cookies":"a"}', "cookies is not a list"],
  ["a broken length", '?raw={"headers":{"content-length":"x"}}', "its Content-Length is not a number"],
  ["a broken header", '?raw={"headers":{"x":"a\\u000a"}}', 'the header "x" has control characters'],
])("malformed: %s is 502, and the log says why", async (_, query, why) => {
  const { url, lines } = await open();
  const answer = await fetch(`${url}/${query === "" ? "plain" : `stream${query}`}`);
  expect([answer.status, await answer.text()]).toEqual([502, '{"message": "Internal server error"}']);
  expect(lines.join("\n")).toContain(`Malformed Lambda proxy response: ${why}`);
});

test("a streaming handler behind a buffered integration is malformed", async () => {
  const { url, lines } = await open();
  expect((await fetch(`${url}/buffered`)).status).toBe(502);
  expect(lines.join("\n")).toContain("it is not JSON");
});

test("HEAD gets the head alone, on a connection that goes on", async () => {
  const { port } = await open();
  const socket = connect(port, "127.0.0.1");
  const seen: Buffer[] = [];
  socket.on("data", (chunk) => seen.push(chunk));
  const ask = (verb: string, more = ""): void =>
    void socket.write(`${verb} /dev/stream?length=10 HTTP/1.1\r\nHost: x\r\n${more}\r\n`);
  ask("HEAD");
  await expect.poll(() => Buffer.concat(seen).toString()).toContain("\r\n\r\n");
  ask("GET", "Connection: close\r\n");
  await once(socket, "close");
  const [first, second, body] = Buffer.concat(seen).toString().split("\r\n\r\n");
  expect(first).toMatch(/^HTTP\/1\.1 201 /);
  expect(second).toMatch(/^HTTP\/1\.1 201 /);
  expect(body).toBe("first|last");
});

test("a client that leaves ends nothing but its own request", async () => {
  const { url, lines } = await open();
  const response = await responseTo(`${url}/stream?megabytes=20`);
  await once(response, "data");
  response.destroy();
  await expect.poll(() => lines.join("\n")).toContain("/dev/stream 201");
  expect(await (await fetch(`${url}/stream`)).text()).toBe("first|last");
  expect(lines.filter((line) => !line.startsWith("info"))).toEqual([]);
});
