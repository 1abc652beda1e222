// Invoke with the real SDK: waiting, not waiting, tried again, refused.
import { Readable } from "node:stream";
import {
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { describe, expect, it, vi } from "vitest";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { startLambdaApi } from "../../../src/lambda-api/start-lambda-api.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { LambdaFunction } from "../../../src/model/lambda-function.ts";
import {
  BrokenStream,
  systemIds,
  type Functions,
  type Invocation,
  type InvokeOptions,
} from "../../../src/ports.ts";

const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "not-a-real-secret" };

const lambda = (key: string): LambdaFunction => ({
  key,
  name: `chat-dev-${key}`,
  handler: `${key}.handler`,
  runtime: "nodejs24.x",
  memoryMb: 128,
  timeoutMs: 6_000,
  environment: {},
});

interface Ran extends InvokeOptions {
  readonly functionKey: string;
  readonly event: unknown;
}

async function start(
  answer: (ran: Ran, count: number) => Invocation,
  over: { secretAccessKey?: string; streams?: Functions["stream"] } = {},
) {
  const ran: Ran[] = [];
  const lines: string[] = [];
  const functions: Functions = {
    ...inlineFunctions({}),
    async invoke(functionKey, event, options) {
      const one = { functionKey, event, ...options };
      ran.push(one);
      return answer(one, ran.length);
    },
    ...(over.streams && { stream: over.streams }),
  };
  const clock = manualClock(Date.now());
  const note = (line: string) => void lines.push(line);
  const api = await startLambdaApi({
    lambdas: [lambda("hello"), lambda("other")],
    functions,
    region: "us-east-1",
    credentials,
    clock,
    ids: systemIds,
    log: { info: note, warn: note, error: note },
    port: 0,
  });
  const sdk = new LambdaClient({
    endpoint: api.endpoint,
    region: "us-east-1",
    credentials: { ...credentials, secretAccessKey: over.secretAccessKey ?? credentials.secretAccessKey },
    maxAttempts: 1,
  });
  return {
    ran,
    lines,
    clock,
    sdk,
    invoke: (FunctionName: string, event: unknown, more: object = {}) =>
      sdk.send(new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)), ...more })),
    async [Symbol.asyncDispose]() {
      sdk.destroy();
      await api.close();
    },
  };
}

const returned = (payload?: string): Invocation => ({ kind: "returned", payload });
const failed: Invocation = { kind: "failed", errorType: "TypeError", errorMessage: "It broke" };

describe("RequestResponse", () => {
  it("gives what the function returns, however the function is named", async () => {
    await using api = await start(({ event }) => returned(JSON.stringify({ event })));
    for (const name of [
      "chat-dev-hello",
      "arn:aws:lambda:us-east-1:000000000000:function:chat-dev-hello",
      "000000000000:function:chat-dev-hello",
      "chat-dev-hello:$LATEST",
    ]) {
      const answer = await api.invoke(name, { n: 1 });
      expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
      expect(answer.FunctionError).toBeUndefined();
      expect(answer.Payload?.transformToString()).toBe('{"event":{"n":1}}');
    }
    expect(new Set(api.ran.map(({ functionKey }) => functionKey))).toEqual(new Set(["hello"]));
  });

  it("gives null for nothing", async () => {
    await using api = await start(() => returned());
    expect((await api.invoke("chat-dev-hello", {})).Payload?.transformToString()).toBe("null");
  });

  it("tells a function's own error from Lambda's", async () => {
    const results: Invocation[] = [failed, { kind: "timed-out" }, { kind: "too-large", which: "result" }];
    await using api = await start((_, count) => results[count - 1] ?? { kind: "throttled" });
    const types: unknown[] = [];
    for (const _ of results) {
      const answer = await api.invoke("chat-dev-hello", {});
      expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
      types.push((JSON.parse(answer.Payload?.transformToString() ?? "") as { errorType: string }).errorType);
    }
    expect(types).toEqual(["TypeError", "Sandbox.Timedout", "Function.ResponseSizeTooLarge"]);
    await expect(api.invoke("chat-dev-hello", {})).rejects.toMatchObject({
      name: "TooManyRequestsException",
    });
  });
});

describe("Event", () => {
  const event = { InvocationType: "Event" };

  it("answers at once and runs the function", async () => {
    await using api = await start(() => returned());
    const answer = await api.invoke("chat-dev-hello", { n: 2 }, event);
    expect(answer.StatusCode).toBe(202);
    expect(api.ran).toMatchObject([{ functionKey: "hello", event: { n: 2 } }]);
    expect(answer.$metadata.requestId).toBe(api.ran[0]?.requestId);
  });

  it("tries a failed one twice more, with the same request id, and then drops it", async () => {
    await using api = await start(() => failed);
    await api.invoke("chat-dev-hello", {}, event);
    const settle = (count: number) => vi.waitFor(() => expect(api.lines).toHaveLength(count));
    await settle(1);
    api.clock.advance(59_000);
    expect(api.ran).toHaveLength(1);
    api.clock.advance(1_000);
    await settle(2);
    api.clock.advance(120_000);
    await settle(3);
    api.clock.advance(3_600_000);
    expect(api.ran).toHaveLength(3);
    expect(new Set(api.ran.map(({ requestId }) => requestId)).size).toBe(1);
    expect(api.lines[2]).toMatch(/dropped after 3 tries: TypeError/);
  });

  it("brings a throttled one again without counting it", async () => {
    await using api = await start((_, count) => (count < 5 ? { kind: "throttled" } : returned()));
    await api.invoke("chat-dev-hello", {}, event);
    for (const [tries, ms] of [1_000, 2_000, 4_000, 8_000].entries()) {
      await vi.waitFor(() => expect(api.ran).toHaveLength(tries + 1));
      await new Promise((resolve) => setImmediate(resolve));
      api.clock.advance(ms);
    }
    await vi.waitFor(() => expect(api.ran).toHaveLength(5));
    expect(api.lines).toEqual([]);
  });
});

describe("InvokeWithResponseStream", () => {
  const streams = (pieces: () => Iterable<Buffer> | AsyncIterable<Buffer>): Functions["stream"] => {
    return () => Promise.resolve({ kind: "streaming", body: Readable.from(pieces()) });
  };
  const call = (api: { readonly sdk: LambdaClient }, more: object = {}) =>
    api.sdk.send(new InvokeWithResponseStreamCommand({ FunctionName: "chat-dev-hello", ...more }));
  async function read(api: { readonly sdk: LambdaClient }) {
    const { EventStream = [], ...answer } = await call(api, { Payload: Buffer.from('{"n":1}') });
    const chunks: Buffer[] = [];
    const ends: unknown[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream) {
      if (PayloadChunk?.Payload) chunks.push(Buffer.from(PayloadChunk.Payload));
      if (InvokeComplete) ends.push(InvokeComplete);
    }
    return { answer, chunks, ends };
  }

  it("gives every piece as it was written, and then says that the function is done", async () => {
    const pieces = [Buffer.from("one "), Buffer.from([0, 255, 128]), Buffer.alloc(300_000, 7)];
    await using api = await start(() => returned(), { streams: streams(() => pieces) });
    const { answer, chunks, ends } = await read(api);
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: "$LATEST" });
    expect(Buffer.concat(chunks).equals(Buffer.concat(pieces))).toBe(true);
    expect(chunks[0]?.toString()).toBe("one ");
    expect(ends).toEqual([{}]);
  });

  it("gives a piece before the next one is there", async () => {
    const later = Promise.withResolvers<Buffer>();
    await using api = await start(() => returned(), {
      streams: streams(async function* () {
        yield Buffer.from("first");
        yield await later.promise;
      }),
    });
    const { EventStream = [] } = await call(api);
    const seen: string[] = [];
    for await (const { PayloadChunk } of EventStream) {
      if (PayloadChunk?.Payload) seen.push(Buffer.from(PayloadChunk.Payload).toString());
      later.resolve(Buffer.from("second")); // only who has the first piece lets the second come
    }
    expect(seen).toEqual(["first", "second"]);
  });

  it("gives what a function returns that does not stream", async () => {
    await using api = await start(({ event }) => returned(JSON.stringify({ event })));
    const { chunks, ends } = await read(api);
    expect([Buffer.concat(chunks).toString(), ends]).toEqual(['{"event":{"n":1}}', [{}]]);
  });

  it("tells in its last event of a function that failed", async () => {
    const outcomes: Invocation[] = [failed, { kind: "timed-out" }, { kind: "too-large", which: "result" }];
    await using api = await start((_, count) => outcomes[count - 1] ?? { kind: "throttled" });
    const types: unknown[] = [];
    for (const _ of outcomes) {
      const { chunks, ends } = await read(api);
      expect([chunks, ends]).toEqual([[], [expect.objectContaining({ ErrorCode: "Unhandled" })]]);
      const [{ ErrorDetails = "" } = {}] = ends as { ErrorDetails?: string }[];
      types.push((JSON.parse(ErrorDetails) as { errorType: string }).errorType);
    }
    expect(types).toEqual(["TypeError", "Sandbox.Timedout", "Function.ResponseSizeTooLarge"]);
    await expect(call(api)).rejects.toMatchObject({ name: "TooManyRequestsException" });
  });

  it("tells of a stream that breaks off after its first piece", async () => {
    await using api = await start(() => returned(), {
      streams: streams(async function* () {
        yield Buffer.from("begun");
        throw new BrokenStream("The function failed with TypeError");
      }),
    });
    const { chunks, ends } = await read(api);
    expect(Buffer.concat(chunks).toString()).toBe("begun");
    expect(ends).toMatchObject([
      { ErrorCode: "Unhandled", ErrorDetails: expect.stringContaining("failed with TypeError") as string },
    ]);
  });

  it("lets the stream go when its caller goes away", async () => {
    const body = new Readable({ read() {} });
    const gone = new Promise((resolve) => void body.once("close", resolve));
    await using api = await start(() => returned(), {
      streams: () => Promise.resolve({ kind: "streaming", body }),
    });
    body.push("begun");
    const { EventStream = [] } = await call(api);
    for await (const { PayloadChunk } of EventStream) {
      expect(Buffer.from(PayloadChunk?.Payload ?? "").toString()).toBe("begun");
      break;
    }
    api.sdk.destroy();
    await gone;
  });

  it("knows no Event, and finds nobody else's functions", async () => {
    await using api = await start(() => returned());
    await expect(call(api, { InvocationType: "Event" })).rejects.toMatchObject({
      name: "InvalidParameterValueException",
    });
    await expect(call(api, { FunctionName: "nobody" })).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    expect((await call(api, { InvocationType: "DryRun" })).StatusCode).toBe(204);
    expect(api.ran).toEqual([]);
  });
});

describe("what is refused", () => {
  it("is called by AWS's names", async () => {
    await using api = await start(() => returned());
    await expect(api.invoke("nobody", {})).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(api.invoke("chat-dev-hello:7", {})).rejects.toMatchObject({
      name: "ResourceNotFoundException",
    });
    await expect(api.invoke("chat-dev-hello", {}, { Payload: Buffer.from("{") })).rejects.toMatchObject({
      name: "InvalidRequestContentException",
    });
    const large = Buffer.from(JSON.stringify("x".repeat(1_048_577)));
    await expect(
      api.invoke("chat-dev-hello", {}, { InvocationType: "Event", Payload: large }),
    ).rejects.toMatchObject({ name: "RequestTooLargeException" });
    expect((await api.invoke("chat-dev-hello", {}, { InvocationType: "DryRun" })).StatusCode).toBe(204);
    await expect(api.sdk.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      name: "UnknownOperationException",
    });
    expect(api.ran).toEqual([]);
  });

  it("is everybody who signs with another key", async () => {
    await using api = await start(() => returned(), { secretAccessKey: "wrong" });
    await expect(api.invoke("chat-dev-hello", {})).rejects.toMatchObject({ name: "AccessDeniedException" });
    expect(api.ran).toEqual([]);
  });
});
