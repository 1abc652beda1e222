import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { type RetryOptions, retrying } from "../../src/retrying.ts";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

type Scripted = number | { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** A real server that answers as it is told, and a call to it. */
async function start(script: readonly Scripted[]) {
  let at = 0;
  const server = createServer((_, response) => {
    const one = script[Math.min(at, script.length - 1)] ?? 200;
    at += 1;
    if (one === 0) response.destroy();
    else if (typeof one === "number") response.writeHead(one).end("body");
    else response.writeHead(one.status, one.headers).end("body");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const waits: number[] = [];
  const ask = (options: RetryOptions = {}) =>
    retrying(() => fetch(`http://127.0.0.1:${port}/`), {
      wait: (ms) => {
        waits.push(ms);
        return Promise.resolve();
      },
      ...options,
    });
  return { ask, waits, calls: () => at };
}

describe("a call that is throttled", () => {
  test("is made again, each time later, within the jitter of its step", async () => {
    const { ask, waits } = await start([429, 429, 429, 200]);
    const answer = await ask({ firstMs: 100 });
    expect([answer.status, await answer.text(), waits.length]).toEqual([200, "body", 3]);
    waits.forEach((ms, index) => {
      expect(ms).toBeGreaterThanOrEqual(50 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(100 * 2 ** index);
    });
  });

  test("is given up after so many attempts, with its last answer", async () => {
    const { ask, calls } = await start([429]);
    const answer = await ask({ attempts: 3 });
    expect([answer.status, await answer.text(), calls()]).toEqual([429, "body", 3]);
  });

  test("waits as long as it is told, and no longer than a minute", async () => {
    const { ask, waits } = await start([
      { status: 429, headers: { "retry-after": "7" } },
      { status: 429, headers: { "retry-after": "9999" } },
      { status: 429, headers: { "retry-after": "soon" } },
      200,
    ]);
    await ask({ firstMs: 1 });
    expect(waits.slice(0, 2)).toEqual([7000, 60_000]);
    expect(waits[2]).toBeLessThanOrEqual(4);
  });

  test("is not made again where the quota is used up", async () => {
    const { ask, calls } = await start([
      { status: 429, headers: { "x-amzn-errortype": "LimitExceededException" } },
    ]);
    expect([(await ask({ isSafe: true })).status, calls()]).toEqual([429, 1]);
  });
});

describe("a call that fails", () => {
  test.each([502, 503, 504])("with %d is made again only if it may be carried out twice", async (status) => {
    const first = await start([status, 200]);
    expect([(await first.ask()).status, first.calls()]).toEqual([status, 1]);
    const second = await start([status, 200]);
    expect([(await second.ask({ isSafe: true })).status, second.calls()]).toEqual([200, 2]);
  });

  test.each([400, 403, 500])("with %d is not made again", async (status) => {
    const { ask, calls } = await start([status]);
    expect([(await ask({ isSafe: true })).status, calls()]).toEqual([status, 1]);
  });

  test("by a broken connection is made again only if it may be carried out twice", async () => {
    const first = await start([0, 200]);
    await expect(first.ask()).rejects.toThrow("fetch failed");
    const second = await start([0, 200]);
    expect((await second.ask({ isSafe: true })).status).toBe(200);
    const never = await start([0]);
    await expect(never.ask({ isSafe: true, attempts: 2 })).rejects.toThrow("fetch failed");
    expect(never.calls()).toBe(2);
  });
});

test("waiting ends at once where the caller gives up", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const asking = retrying(() => Promise.resolve(new Response("", { status: 429 })), {
    firstMs: 3_600_000,
    longestMs: 3_600_000,
    signal: controller.signal,
  });
  setImmediate(() => controller.abort(reason));
  await expect(asking).rejects.toBe(reason);
});

test("the real timer wakes up", async () => {
  const script = [429, 200];
  const answer = await retrying(() => Promise.resolve(new Response("", { status: script.shift() ?? 200 })), {
    firstMs: 1,
  });
  expect(answer.status).toBe(200);
});
