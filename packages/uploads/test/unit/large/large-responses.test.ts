// Responses that Lambda would refuse: inline, compressed, streamed, or left in the bucket.
import { randomBytes } from "node:crypto";
import { Writable } from "node:stream";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import middy from "@middy/core";
import { executionModeStreamifyResponse } from "@middy/core/StreamifyResponse";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import {
  largeResponses,
  type LargeResponsesOptions,
  type LargeResult,
} from "../../../src/large/large-responses.ts";
import { type Bench, bucket, credentials, region, startBench } from "../bench.ts";

const limit = 6_291_556;
let bench: Bench;
let store: NonNullable<LargeResponsesOptions["store"]>;
beforeAll(async () => {
  bench = await startBench();
  store = { bucket, region, credentials, endpoint: bench.endpoint };
});
afterAll(() => bench.end());
afterEach(() => vi.unstubAllGlobals());

const json = (size: number) => JSON.stringify({ text: "ab".repeat(size / 2 - 6) });
const noise = randomBytes(30 * 1024 ** 2);
const result = (body: string | Buffer, type = "application/json") => ({
  statusCode: 200,
  headers: { "Content-Type": type, "x-mine": "1" },
  body: typeof body === "string" ? body : body.toString("base64"),
  isBase64Encoded: typeof body !== "string",
});

async function answer(
  given: unknown,
  options: LargeResponsesOptions,
  headers: object = {},
): Promise<LargeResult> {
  const handler = middy()
    .use(largeResponses(options))
    .handler(async () => given);
  return (await handler({ headers }, {})) as LargeResult; // or what was given
}

const bytesOf = ({ body, isBase64Encoded }: LargeResult) =>
  Buffer.from(typeof body === "string" ? body : "", isBase64Encoded ? "base64" : "utf8");

describe("a result", () => {
  test("of exactly the limit goes as it is, and one byte more does not", async () => {
    const bare = Buffer.byteLength(JSON.stringify(result("")));
    const fitting = result("x".repeat(limit - bare));
    expect(await answer(fitting, {})).toBe(fitting);
    await expect(answer(result("x".repeat(limit - bare + 1)), {})).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
      facts: { bytes: limit + 1, limit },
    });
  });

  test("is measured as it is encoded: signs that are escaped count as such", async () => {
    await expect(answer(result('"'.repeat(3_200_000)), {})).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
    await expect(answer(result("\u0001".repeat(1_100_000)), {})).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
    await expect(answer(result(noise.subarray(0, 4_800_000)), {})).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
    });
    await expect(answer(result(noise.subarray(0, 4_700_000)), {})).resolves.toMatchObject({
      statusCode: 200,
    });
  });

  test("that is none of ours is left alone", async () => {
    for (const given of [undefined, "text", 5, null, {}, { body: 5 }])
      expect(await answer(given, {})).toBe(given);
  });
});

describe("a result that is too large", () => {
  const large = json(30 * 1024 ** 2);

  test.each([
    ["br", "gzip, deflate, br", brotliDecompressSync],
    ["gzip", "gzip, deflate", gunzipSync],
    ["gzip", "br;q=0, *;q=0.5", gunzipSync],
  ])("is compressed by %s for who accepts %s", async (coding, accepted, open) => {
    const given = {
      ...result(large),
      headers: { ...result("").headers, Vary: "Origin", ETag: '"x"', "Content-Length": "5" },
    };
    const sent = await answer(given, { store }, { "Accept-Encoding": accepted });
    expect(sent.headers).toEqual({
      "Content-Type": "application/json",
      "x-mine": "1",
      "content-encoding": coding,
      vary: "Origin, Accept-Encoding",
    });
    expect(Buffer.byteLength(JSON.stringify(sent))).toBeLessThanOrEqual(limit);
    expect(open(bytesOf(sent)).toString("utf8") === large).toBe(true);
  });

  test.each([
    ["accepts no coding", large, "application/json", {}],
    ["accepts a coding that does not make it small", noise, "application/json", { "accept-encoding": "br" }],
    ["accepts a coding, of a kind that is packed already", noise, "image/png", { "accept-encoding": "br" }],
  ])("is left in the bucket for who %s", async (_, body, type, headers) => {
    const sent = await answer(result(body, type), { store }, headers);
    expect(sent).toMatchObject({
      statusCode: 303,
      body: "",
      headers: { "x-mine": "1", "cache-control": "no-store" },
    });
    const got = await fetch(String(sent.headers?.["location"]));
    expect([got.status, got.headers.get("content-type")]).toEqual([200, type]);
    expect(Buffer.from(await got.arrayBuffer()).equals(Buffer.from(body))).toBe(true);
    const back = bench.pass(360_000);
    expect((await fetch(String(sent.headers?.["location"]))).status).toBe(403);
    back();
  });

  test("with a coding of its own is not packed twice", async () => {
    const packed = {
      ...result(noise),
      headers: { "content-type": "text/plain", "content-encoding": "zstd" },
    };
    const sent = await answer(packed, { store }, { "accept-encoding": "br" });
    const got = await fetch(String(sent.headers?.["location"]), {
      headers: { "accept-encoding": "identity" },
    });
    expect(got.headers.get("content-encoding")).toBe("zstd");
    await got.body?.cancel();
  });

  test("tells who cannot store it, and who may not", async () => {
    await expect(answer(result(large), {})).rejects.toMatchObject({
      code: "RESPONSE_TOO_LARGE",
      message: expect.stringContaining(String(limit)),
    });
    const other = { ...store, credentials: { ...credentials, secretAccessKey: "other" } };
    await expect(answer(result(large), { store: other })).rejects.toMatchObject({ code: "STORE_REFUSED" });
  });

  test("is streamed where the function streams: 30 MB arrive as they were", async () => {
    const pieces: Buffer[] = [];
    let metadata: unknown;
    const sink = new Writable({
      write(piece: Buffer, _, done) {
        pieces.push(piece);
        done();
      },
    });
    // what the Lambda runtime gives to functions that stream
    vi.stubGlobal("awslambda", {
      streamifyResponse: (handler: unknown) => handler,
      HttpResponseStream: {
        from(stream: Writable, given: unknown) {
          metadata = given;
          return stream;
        },
      },
    });
    const handler = middy({ executionMode: executionModeStreamifyResponse })
      .use(largeResponses({ stream: true, store }))
      .handler(async () => result(noise, "image/png")) as unknown as (...given: unknown[]) => Promise<void>; // as streamed functions are called
    await handler({ headers: {} }, sink, {});
    expect(metadata).toEqual({ statusCode: 200, headers: { "Content-Type": "image/png", "x-mine": "1" } });
    expect(Buffer.concat(pieces).equals(noise)).toBe(true);
  });
});
