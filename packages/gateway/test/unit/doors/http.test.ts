import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { type HttpDoorOptions, startHttpDoor } from "../../../src/doors/http.ts";
import { failures } from "../../../src/failures.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "../../../src/invoke/application.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const ok: HttpAnswer = { status: 200, headers: [["X-Kept-Case", "1"]], body: Buffer.from("hello") };
const tooLarge = (): HttpAnswer => ({
  status: 413,
  headers: [["content-type", "text/plain"]],
  body: Buffer.from("big"),
});

async function open(
  answer: HttpApplication["answer"],
  options: Partial<HttpDoorOptions> = {},
): Promise<{ port: number; url: string; close(): Promise<void> }> {
  const door = await startHttpDoor({ port: 0, for: "a test", application: { answer, tooLarge }, ...options });
  closing.push(() => door.close());
  return { ...door, url: `http://127.0.0.1:${door.port}` };
}

/** Sends bytes and returns everything that comes back until the server ends the connection. */
async function raw(port: number, text: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(text);
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

describe("a request", () => {
  test("arrives undecoded, with its headers as they were sent", async () => {
    const seen: ArrivedHttp[] = [];
    const door = await open((arrived) => {
      seen.push(arrived);
      return Promise.resolve(ok);
    });
    const lines = [
      "POST /a%20b/../c?x=%31&y HTTP/1.1",
      "Host: here:80",
      "X-Twice: 1",
      "x-twice: \u00c3\u00a9",
    ];
    await raw(door.port, [...lines, "Content-Length: 2", "Connection: close", "", "hi"].join("\r\n"));
    expect(seen).toEqual([
      {
        method: "POST",
        path: "/a%20b/../c",
        query: "x=%31&y",
        headers: [
          ["Host", "here:80"],
          ["X-Twice", "1"],
          ["x-twice", expect.any(String)],
          ["Content-Length", "2"],
          ["Connection", "close"],
        ],
        body: Buffer.from("hi"),
        sourceIp: "127.0.0.1",
        protocol: "http",
        host: "here:80",
      },
    ]);
  });

  test("header bytes that are UTF-8 are read so, in both directions", async () => {
    const door = await open(({ headers }) =>
      Promise.resolve({ ...ok, headers: headers.filter(([name]) => name === "x-name") }),
    );
    const sent = Buffer.from("é").toString("latin1");
    const answer = await fetch(door.url, { headers: { "x-name": sent } });
    expect(answer.headers.get("x-name")).toBe(sent);
  });

  test("in absolute form loses its origin", async () => {
    const door = await open(({ path, query }) =>
      Promise.resolve({ ...ok, body: Buffer.from(`${path} ${query}`) }),
    );
    const answer = await raw(
      door.port,
      "GET http://x.example?q=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(answer).toContain("\r\n\r\n/ q=1");
  });
});

describe("an answer", () => {
  test("keeps the case and the number of its headers", async () => {
    const headers = [
      ["Set-Cookie", "a"],
      ["Set-Cookie", "b"],
      ["X-Kept-Case", "1"],
    ] as const;
    const door = await open(() => Promise.resolve({ ...ok, headers }));
    const text = await raw(door.port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    expect(text).toContain("\r\nSet-Cookie: a\r\nSet-Cookie: b\r\nX-Kept-Case: 1\r\nContent-Length: 5\r\n");
    expect(text).toMatch(/\r\n\r\nhello$/);
  });

  test.each([
    ["HEAD", 200, "5"],
    ["GET", 204, null],
    ["GET", 304, null],
  ])("to %s with %i has no body", async (method, status, length) => {
    const door = await open(() => Promise.resolve({ ...ok, status }));
    const answer = await fetch(door.url, { method });
    expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([
      status,
      length,
      "",
    ]);
  });

  test("of a broken application is a 500, and the next one is served", async () => {
    const lines: string[] = [];
    let calls = 0;
    const door = await open(
      () => {
        calls += 1;
        if (calls === 1) throw new Error("a bug");
        if (calls === 2) return Promise.resolve({ ...ok, headers: [["bad name", "x"]] });
        return Promise.resolve(ok);
      },
      { log: { error: (line) => void lines.push(line) } },
    );
    for (const status of [500, 500, 200]) expect((await fetch(door.url)).status).toBe(status);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/a bug[\s\S]*http\.test\.ts/);
  });
});

describe("a body over 10 MB", () => {
  const big = 10_485_761;

  test("is refused when it is declared", async () => {
    const door = await open(() => Promise.resolve(ok));
    const answer = await fetch(door.url, { method: "POST", body: new Uint8Array(big) });
    expect([answer.status, await answer.text()]).toEqual([413, "big"]);
  });

  test("is refused when it comes in chunks", async () => {
    const door = await open(() => Promise.resolve(ok));
    let chunks = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        chunks += 1;
        if (chunks > 20) controller.close();
        else controller.enqueue(new Uint8Array(1_048_576));
      },
    });
    const answer = await fetch(door.url, { method: "POST", body, duplex: "half" } as RequestInit);
    expect(answer.status).toBe(413);
  });

  test("a client that never ends is cut off", async () => {
    const door = await open(() => Promise.resolve(ok));
    const text = await raw(door.port, `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: ${big}\r\n\r\nabc`);
    expect(text).toMatch(/^HTTP\/1\.1 413 /);
    expect(text).toContain("Connection: close");
  });

  test("exactly 10 MB passes", async () => {
    const door = await open(({ body }) => Promise.resolve({ ...ok, body: Buffer.from(String(body.length)) }));
    const answer = await fetch(door.url, { method: "POST", body: new Uint8Array(big - 1) });
    expect(await answer.text()).toBe("10485760");
  });
});

describe("what is no HTTP", () => {
  test.each([
    ["a word", "hello\r\n\r\n", 400],
    ["no host", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n", 400],
    ["a broken length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n", 400],
    [
      "length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["a header with a line break", "GET / HTTP/1.1\r\nHost: x\r\nA: b\n c\r\n\r\n", 400],
    ["headers beyond measure", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"a".repeat(70_000)}\r\n\r\n`, 431],
  ])("%s is answered and cut off", async (_name, bytes, status) => {
    const door = await open(() => Promise.resolve(ok));
    expect(await raw(door.port, bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect((await fetch(door.url)).status).toBe(200);
  });

  test("headers that never end are given up", async () => {
    const door = await open(() => Promise.resolve(ok), { patience: { headersMs: 100, requestMs: 200 } });
    expect(await raw(door.port, "GET / HTTP/1.1\r\nHost: x\r\n")).toMatch(/^HTTP\/1\.1 408 /);
  });
});

test("a client that leaves early harms nobody", async () => {
  const answered = Promise.withResolvers<HttpAnswer>();
  const called = Promise.withResolvers<void>();
  let calls = 0;
  const door = await open(() => {
    calls += 1;
    called.resolve();
    return calls === 1 ? answered.promise : Promise.resolve(ok);
  });
  const socket = connect(door.port, "127.0.0.1");
  socket.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await called.promise;
  socket.destroy();
  await once(socket, "close");
  const half = connect(door.port, "127.0.0.1");
  half.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc");
  await wait(20);
  half.destroy();
  answered.resolve(ok);
  expect((await fetch(door.url)).status).toBe(200);
  expect(calls).toBe(2);
});

test("close ends kept-alive and busy connections at once, and frees the port", async () => {
  const door = await open(() => new Promise(() => {}));
  const busy = fetch(door.url).catch((error: unknown) => error);
  const idle = connect(door.port, "127.0.0.1");
  idle.on("error", () => {});
  await once(idle, "connect");
  const gone = once(idle, "close");
  await wait(20);
  await door.close();
  expect(await busy).toBeInstanceOf(Error);
  await gone;
  const again = await open(() => Promise.resolve(ok), { port: door.port });
  expect((await fetch(again.url)).status).toBe(200);
});

test("a taken port is said by number and purpose", async () => {
  const door = await open(() => Promise.resolve(ok));
  const second = startHttpDoor({
    port: door.port,
    for: "the REST API",
    application: { answer: () => Promise.resolve(ok), tooLarge },
  });
  const error: unknown = await second.catch((thrown: unknown) => thrown);
  expect(failures.is(error) && [error.code, error.facts]).toEqual([
    "PORT_TAKEN",
    { port: door.port, for: "the REST API" },
  ]);
});
