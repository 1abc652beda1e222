// Streamed answers of functions, seen from the service: what comes when, and what breaks it.
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { limits } from "@gatewright/contract";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { StreamedInvocation, StreamOptions } from "../../../src/ports.ts";
import { folderWith, lambda, run, type Running, type RunOptions } from "./function-fixture.ts";

const declared = "declare const awslambda: any;\n";

async function app(
  source: string,
  names: readonly string[],
  { timeoutMs = 2_000, ...options }: RunOptions & { readonly timeoutMs?: number } = {},
): Promise<Running & { stream: (name: string, event?: unknown) => Promise<StreamedInvocation> }> {
  const folder = await folderWith({ "app.ts": declared + source });
  const list = names.map((name) => lambda(name, `app.${name}`, { timeoutMs }));
  const running = await run(folder, list, options);
  const stream = (name: string, event: unknown = {}): Promise<StreamedInvocation> =>
    running.functions.stream(name, event, { timeoutMs: 29_000 });
  return { ...running, stream };
}

async function bodyOf(invocation: StreamedInvocation): Promise<string> {
  if (invocation.kind !== "streaming") throw new Error(JSON.stringify(invocation));
  const chunks: Buffer[] = [];
  for await (const chunk of invocation.body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const metadata = `{"statusCode":201}${"\0".repeat(8)}`;

test("what a handler writes comes as it is written, metadata first", async () => {
  const { stream } = await app(
    `import { setTimeout as wait } from "node:timers/promises";
     import { pipeline } from "node:stream/promises";
     import { Readable } from "node:stream";
     export const parts = awslambda.streamifyResponse(async (event: any, out: any, context: any) => {
       out = awslambda.HttpResponseStream.from(out, { statusCode: 201 });
       out.write("one");
       await wait(60_000, undefined, { signal: AbortSignal.timeout(30) }).catch(() => {});
       out.write(new Uint8Array([116, 119, 111]));
       out.write({ context: typeof context.getRemainingTimeInMillis, event });
       out.end("!");
     });
     export const piped = awslambda.streamifyResponse(async (_event: any, out: any) => {
       await pipeline(Readable.from(["a", "b", "c"]), out);
     }, { highWaterMark: 4 });`,
    ["parts", "piped"],
  );
  expect(await bodyOf(await stream("parts", { n: 1 }))).toBe(
    `${metadata}onetwo{"context":"function","event":{"n":1}}!`,
  );
  expect(await bodyOf(await stream("piped"))).toBe("abc");
});

test("metadata goes out with write alone, as on AWS; a type cannot be set after it", async () => {
  const { stream } = await app(
    `export const ended = awslambda.streamifyResponse(async (_event: any, out: any) => {
       awslambda.HttpResponseStream.from(out, { statusCode: 201 }).end("body");
     });
     export const late = awslambda.streamifyResponse(async (_event: any, out: any) => {
       out.write("x");
       out.setContentType("text/plain");
     });`,
    ["ended", "late"],
  );
  expect(await bodyOf(await stream("ended"))).toBe("body");
  const late = await stream("late");
  await expect(bodyOf(late)).rejects.toThrow("InvalidStreamingOperation");
});

test("an error before the first byte is a failed invocation, one after it breaks the stream", async () => {
  const { stream, printed } = await app(
    `export const before = awslambda.streamifyResponse(async () => { throw new RangeError("no"); });
     export const after = awslambda.streamifyResponse(async (_event: any, out: any) => {
       out.write("begun");
       throw new RangeError("no");
     });
     export const plain = awslambda.streamifyResponse(() => 1);
     export const hangs = awslambda.streamifyResponse(async (_event: any, out: any) => { out.write("x"); });
     export const dies = awslambda.streamifyResponse(async (_event: any, out: any) => {
       out.write("x");
       setTimeout(() => process.exit(3), 20);
     });
     export const value = awslambda.streamifyResponse(async (_event: any, out: any) => { out.end("x"); return 1; });`,
    ["before", "after", "plain", "hangs", "dies", "value"],
  );
  expect(await stream("before")).toEqual({ kind: "failed", errorType: "RangeError", errorMessage: "no" });
  await expect(bodyOf(await stream("after"))).rejects.toThrow("failed with RangeError");
  expect(await stream("plain")).toMatchObject({ kind: "failed", errorType: "InvalidStreamingOperation" });
  await expect(bodyOf(await stream("hangs"))).rejects.toThrow("Task timed out after 2.00 seconds");
  await expect(bodyOf(await stream("dies"))).rejects.toThrow("Runtime.ExitError");
  expect(await bodyOf(await stream("value"))).toBe("x");
  expect(printed.join("\n")).toContain("Streaming handlers ignore return values.");
});

test("a plain handler's result is streamed whole; a streaming handler's stream is a plain result", async () => {
  const { stream, invoke } = await app(
    `export const plain = async () => ({ statusCode: 200 });
     export const written = awslambda.streamifyResponse(async (event: number, out: any) => {
       awslambda.HttpResponseStream.from(out, { statusCode: 201 });
       out.write("x".repeat(event));
       out.end();
     });`,
    ["plain", "written"],
  );
  expect(await bodyOf(await stream("plain"))).toBe('{"statusCode":200}');
  expect(await invoke("written", 3)).toEqual({ kind: "returned", payload: `${metadata}xxx` });
  const most = limits.lambdaPayloadBytes - metadata.length;
  expect(await invoke("written", most)).toMatchObject({ kind: "returned" });
  expect(await invoke("written", most + 1)).toEqual({ kind: "too-large", which: "result" });
});

test("a handler is held back while nobody reads, and let go when nobody will", async () => {
  const { stream, invoke } = await app(
    `let written = 0;
     export const flood = awslambda.streamifyResponse(async (event: any, out: any) => {
       if (event === "how much") return void out.end(String(written));
       written = 0;
       for (let n = 0; n < 64; n += 1) {
         if (!out.write(Buffer.alloc(262_144))) await new Promise((resolve) => out.once("drain", resolve));
         written += 262_144;
       }
       out.end();
     });`,
    ["flood"],
  );
  const held = await stream("flood");
  if (held.kind !== "streaming") throw new Error(held.kind);
  await wait(200);
  // A second environment would have a count of its own: the one that is held answers when it is let go.
  held.body.destroy();
  await expect.poll(() => invoke("flood", "how much")).toEqual({ kind: "returned", payload: "16777216" });
  const read = await stream("flood");
  if (read.kind !== "streaming") throw new Error(read.kind);
  await wait(200);
  expect(read.body.readableLength).toBeLessThan(600_000);
  expect((await bodyOf(read)).length).toBe(16_777_216);
});

test("200 MB are the most that a stream may hold", async () => {
  const { stream } = await app(
    `export const most = awslambda.streamifyResponse(async (event: number, out: any) => {
       for (let left = event; left > 0; left -= 1_048_576) {
         const ok = out.write(Buffer.alloc(Math.min(left, 1_048_576)));
         if (!ok) await new Promise((resolve) => out.once("drain", resolve));
       }
       out.end();
     });`,
    ["most"],
    { timeoutMs: 15_000 },
  );
  const lengthOf = async (bytes: number): Promise<number> => {
    const invocation = await stream("most", bytes);
    if (invocation.kind !== "streaming") throw new Error(invocation.kind);
    let length = 0;
    for await (const chunk of invocation.body as AsyncIterable<Buffer>) length += chunk.length;
    return length;
  };
  expect(await lengthOf(limits.lambdaStreamBytes)).toBe(limits.lambdaStreamBytes);
  await expect(lengthOf(limits.lambdaStreamBytes + 1)).rejects.toThrow("over 200 MB");
});

test.each<{ readonly says: string; readonly options: StreamOptions; readonly passes: number }>([
  { says: "took longer than 900000 ms", options: { timeoutMs: 900_000 }, passes: 900_000 },
  { says: "was silent for 30000 ms", options: { timeoutMs: 900_000, idleMs: 30_000 }, passes: 30_000 },
])("a stream that $says is cut; one that never begins is timed out", async ({ says, options, passes }) => {
  const clock = manualClock();
  const folder = await folderWith({
    "app.ts": `${declared}
     export const begins = awslambda.streamifyResponse(async (event: any, out: any) => {
       if (event.writes) out.write("x");
       await new Promise((resolve) => setTimeout(resolve, 60_000));
     });`,
  });
  const slow = { timeoutMs: 10_000_000 };
  const list = [lambda("begins", "app.begins", slow), lambda("never", "app.begins", slow)];
  const { functions } = await run(folder, list, { clock });
  await functions.warm();
  const begun = await functions.stream("begins", { writes: true }, options);
  const broken = bodyOf(begun);
  clock.advance(passes - 1);
  clock.advance(1);
  await expect(broken).rejects.toThrow(says);
  const never = functions.stream("never", {}, options);
  clock.advance(passes);
  expect(await never).toEqual({ kind: "timed-out" });
});

test("functions in this process stream what they return; functions that nobody knows do not", async () => {
  const inline = inlineFunctions({
    f: () => ({ n: 1 }),
    bad: () => Promise.reject(new TypeError("x")),
  });
  expect(await bodyOf(await inline.stream("f", {}, { timeoutMs: 1_000 }))).toBe('{"n":1}');
  expect(await inline.stream("bad", {}, { timeoutMs: 1_000 })).toMatchObject({ errorType: "TypeError" });
  const { stream } = await app("export const f = async () => 1;", ["f"]);
  expect(await stream("nobody")).toMatchObject({ errorType: "ResourceNotFoundException" });
});
