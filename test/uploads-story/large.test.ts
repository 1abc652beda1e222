// Responses that Lambda cannot return, made by `httpApi` and made to fit by `largeResponses`: over every kind of event, and over the gateway.
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync } from "node:zlib";
import { binary, httpApi, httpRequest, stream, text } from "@gatewright/events/http";
import { type Gateway, readServerless, startGateway } from "@gatewright/gateway";
import { largeResponses } from "@gatewright/uploads/large-responses";
import middy from "@middy/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { albEvent, albMultiEvent } from "../../packages/events/test/events/alb.ts";
import { functionUrlEvent, httpEvent } from "../../packages/events/test/events/http.ts";
import { http1Event, restEvent } from "../../packages/events/test/events/rest.ts";

const mib = 1024 ** 2;
const noise = randomBytes(30 * mib);
const lines = "a line like any other\n".repeat(1_000_000);
const hash = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

let folder: string;
let gateway: Gateway;
const said: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-large-"));
  const definition = await readServerless(fileURLToPath(new URL("./serverless.yml", import.meta.url)));
  const say = (line: string) => void said.push(line);
  const log = { info() {}, warn: say, error: say };
  const output = (_: string, __: string, line: string) => say(line);
  gateway = await startGateway({ definition, folder: join(folder, "data"), log, output });
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true, force: true });
});

const credentials = () => {
  const { AWS_ACCESS_KEY_ID = "", AWS_SECRET_ACCESS_KEY = "" } = gateway.environment;
  return { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
};
const store = () => ({
  bucket: "story-files",
  region: "us-east-1",
  endpoint: gateway.urls.s3 ?? "",
  credentials,
});

type Call = (event: unknown, context: object) => Promise<Result>;
interface Result {
  readonly statusCode: number;
  readonly statusDescription?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>;
  readonly body: string;
  readonly isBase64Encoded?: boolean;
}

const heard: string[] = [];
const logger = { error: (message: string, error: Error) => void heard.push(`${message} ${error.message}`) };
const api = httpApi({ logger, cors: { origins: "*" } })
  .route("ANY /{any+}", () => binary(200, noise, { "content-type": "image/x-noise" }))
  .route("GET /lines", () => text(200, lines))
  .route("GET /pieces", () => stream(200, [noise.subarray(0, 10 * mib), noise.subarray(10 * mib)]));
const bare = api.handler() as unknown as Call; // as Lambda calls it
const fitted = (options: object = {}): Call =>
  api.handler().use(largeResponses({ store: store(), ...options })) as unknown as Call; // ditto

const locationOf = ({ headers, multiValueHeaders }: Result): string =>
  headers?.["location"] ?? multiValueHeaders?.["location"]?.[0] ?? "";
const at = (path: string, headers: Record<string, string> = {}) =>
  restEvent({
    httpMethod: "GET",
    resource: "/{any+}",
    path,
    pathParameters: { any: path.slice(1) },
    headers,
  });

const kinds: readonly (readonly [string, object])[] = [
  ["a REST API", restEvent()],
  ["an HTTP API, payload 1.0", http1Event()],
  ["an HTTP API, payload 2.0", httpEvent()],
  ["a function URL", functionUrlEvent()],
  ["a load balancer", albEvent()],
  ["a load balancer that wants lists", albMultiEvent()],
];

describe("a table", () => {
  test.each(kinds)("behind %s has its 30 MB left in the bucket", async (_, event) => {
    const result = await fitted()(event, {});
    expect(result).toMatchObject({ statusCode: 303, body: "", isBase64Encoded: false });
    if ("statusDescription" in result) expect(result.statusDescription).toBe("303 See Other");
    const got = await fetch(locationOf(result));
    expect(got.headers.get("content-type")).toBe("image/x-noise");
    expect(hash(new Uint8Array(await got.arrayBuffer()))).toBe(hash(noise));
  });

  test("without it says what the limit is, and what to do", async () => {
    expect(await bare(at("/noise"), {})).toMatchObject({ statusCode: 500 });
    expect(heard.splice(0)).toEqual([
      expect.stringMatching(/has \d+ bytes; API Gateway takes at most 10485760/),
    ]);
    const small = httpApi({ logger }).route("GET /{any+}", () => binary(200, noise.subarray(0, 6 * mib)));
    expect(await (small.handler() as unknown as Call)(at("/noise"), {})).toMatchObject({ statusCode: 500 });
    expect(heard.splice(0)).toEqual([
      expect.stringMatching(/Lambda hands back at most 6291556\. .*largeResponses/),
    ]);
  });

  test("with it and no bucket says so too", async () => {
    const storeless = api.handler().use(largeResponses()) as unknown as Call;
    expect(await storeless(at("/noise"), {})).toMatchObject({ statusCode: 500 });
    expect(heard.splice(0)).toEqual([expect.stringMatching(/more than the 6291556 that Lambda returns/)]);
  });

  test("is packed for who accepts that, and keeps its own headers", async () => {
    const event = at("/lines", { "accept-encoding": "gzip, br", origin: "https://chat.example" });
    const result = await fitted()(event, {});
    expect(result).toMatchObject({
      statusCode: 200,
      headers: { "content-encoding": "br", "access-control-allow-origin": "*" },
    });
    expect(brotliDecompressSync(Buffer.from(result.body, "base64")).toString() === lines).toBe(true);
  });

  test("may answer by pieces that are collected", async () => {
    const got = await fetch(locationOf(await fitted()(at("/pieces"), {})));
    expect(hash(new Uint8Array(await got.arrayBuffer()))).toBe(hash(noise));
  });

  test("behind a load balancer has its 1 MB, and no more", async () => {
    const balanced = httpApi({ logger }).route("ANY /{any+}", () => binary(200, noise.subarray(0, 2 * mib)));
    const handler = balanced.handler().use(largeResponses({ store: store() })) as unknown as Call;
    expect(await handler(albEvent(), {})).toMatchObject({ statusCode: 303 });
    expect(await handler(restEvent(), {})).toMatchObject({ statusCode: 200 });
    expect(await (balanced.handler() as unknown as Call)(albEvent(), {})).toMatchObject({ statusCode: 500 });
    expect(heard.splice(0)).toEqual([expect.stringMatching(/a load balancer takes at most 1048576/)]);
  });
});

test("a single route, with the middleware around it", async () => {
  const handler = middy()
    .use(largeResponses({ store: store() }))
    .use(httpRequest())
    .handler(async () => binary(200, noise)) as unknown as Call;
  expect(await handler(restEvent(), {})).toMatchObject({ statusCode: 303 });
});

describe("over the gateway", () => {
  test("30 MB arrive by redirect", async () => {
    const first = await fetch(`${gateway.urls.http}/report`, { redirect: "manual" });
    expect([first.status, await first.text()]).toEqual([303, ""]);
    const followed = await fetch(first.headers.get("location") ?? "");
    expect(followed.headers.get("content-type")).toBe("image/x-noise");
    expect(hash(new Uint8Array(await followed.arrayBuffer()))).toBe(first.headers.get("x-sum"));
    expect(said).toEqual([]);
  });

  test.each(["streamed", "streamed-by-middy"])("30 MB arrive by stream: %s", async (path) => {
    const answer = await fetch(`${gateway.urls.rest}/${path}`);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "image/x-noise"]);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    expect([bytes.length, hash(bytes)]).toEqual([30 * mib, answer.headers.get("x-sum")]);
    expect(said).toEqual([]);
  });

  test("30 MB without the middleware are a 500, and the log names limit and way out", async () => {
    const answer = await fetch(`${gateway.urls.http}/refused`);
    expect(answer.status).toBe(500);
    await answer.text();
    expect(said.splice(0).join("\n")).toMatch(
      /API Gateway takes at most 10485760, and Lambda 6291556\. .*largeResponses/,
    );
  });
});
