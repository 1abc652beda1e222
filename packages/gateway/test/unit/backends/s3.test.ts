// The local S3 as the AWS SDK sees it.
import { createHash, randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { Readable } from "node:stream";
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { payloadHash, signChunk, signRequest } from "@gatewright/signature";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startS3 } from "../../../src/backends/s3.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { type Bench, Bucket, credentials, region, named, startBench } from "./s3/bench.ts";

let bench: Bench;
let client: S3Client;
beforeAll(async () => {
  bench = await startBench();
  client = bench.client();
});
afterAll(async () => {
  await bench.end();
  expect(bench.said).toEqual([]);
});

async function put(Key: string, Body: string | Uint8Array, more: object = {}): Promise<void> {
  await client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
}

async function textOf(Key: string, more: object = {}): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Body?.transformToString();
}

describe("objects", () => {
  test("come back with their bytes, type, metadata, ETag and checksum", async () => {
    await put("a.txt", "hello", {
      ContentType: "text/plain",
      Metadata: { owner: "ada" },
      CacheControl: "no-store",
    });
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "a.txt", ChecksumMode: "ENABLED" }));
    expect(await got.Body?.transformToString()).toBe("hello");
    expect(got).toMatchObject({
      ContentType: "text/plain",
      ContentLength: 5,
      Metadata: { owner: "ada" },
      CacheControl: "no-store",
      ETag: `"${createHash("md5").update("hello").digest("hex")}"`,
      ChecksumCRC32: "NhCmhg==",
    });
    expect(got.LastModified?.getTime()).toBe(Math.floor(bench.clock.now() / 1000) * 1000);
  });

  test("may be empty", async () => {
    await put("empty", "", { ContentLength: 0 });
    expect(await textOf("empty")).toBe("");
  });

  test("tell their facts without their bytes", async () => {
    await put("facts", "12345");
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "facts" }));
    expect(head).toMatchObject({ ContentLength: 5, ContentType: "application/octet-stream" });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "none" }))).rejects.toEqual(
      named("NotFound", 404),
    );
  });

  test("are gone when deleted; deleting again is no error", async () => {
    await put("gone", "x");
    await client.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "gone" }));
    await expect(textOf("gone")).rejects.toEqual(named("NoSuchKey", 404));
  });

  test.each([
    ["bytes=1-3", "ell", "bytes 1-3/5"],
    ["bytes=3-", "lo", "bytes 3-4/5"],
    ["bytes=-2", "lo", "bytes 3-4/5"],
    ["bytes=0-99", "hello", "bytes 0-4/5"],
  ])("give the range %s", async (Range, text, ContentRange) => {
    await put("range", "hello");
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "range", Range }));
    expect([await got.Body?.transformToString(), got.ContentRange]).toEqual([text, ContentRange]);
    expect(got.$metadata.httpStatusCode).toBe(206);
  });

  test.each(["bytes=5-9", "bytes=-0"])("refuse the range %s", async (Range) => {
    await put("range", "hello");
    await expect(textOf("range", { Range })).rejects.toEqual(named("InvalidRange", 416));
  });

  test("are sent only when they have changed", async () => {
    await put("etag", "v1");
    const { ETag } = await client.send(new HeadObjectCommand({ Bucket, Key: "etag" }));
    await expect(textOf("etag", { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    await expect(textOf("etag", { IfMatch: '"other"' })).rejects.toEqual(named("PreconditionFailed", 412));
    expect(await textOf("etag", { IfMatch: ETag, IfNoneMatch: '"other"' })).toBe("v1");
  });

  test("are written once when asked so, by exactly one of many", async () => {
    const puts = Array.from({ length: 8 }, () => put("once", "x", { IfNoneMatch: "*" }));
    const done = await Promise.allSettled(puts);
    expect(done.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(put("once", "y", { IfNoneMatch: "*" })).rejects.toEqual(named("PreconditionFailed", 412));
  });

  test("are copied with their metadata, or with new ones", async () => {
    await put("from é", "copy me", { Metadata: { a: "1" }, ContentType: "text/x" });
    const CopySource = `${Bucket}/${encodeURIComponent("from é")}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: "to", CopySource }));
    const kept = await client.send(new GetObjectCommand({ Bucket, Key: "to" }));
    expect([await kept.Body?.transformToString(), kept.Metadata, kept.ContentType]).toEqual([
      "copy me",
      { a: "1" },
      "text/x",
    ]);
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: "to",
        CopySource,
        MetadataDirective: "REPLACE",
        Metadata: { b: "2" },
      }),
    );
    const replaced = await client.send(new HeadObjectCommand({ Bucket, Key: "to" }));
    expect(replaced.Metadata).toEqual({ b: "2" });
  });

  test.each([
    "../../../etc/passwd",
    "..",
    "a/../b",
    "a//b",
    "C:\\x",
    "é ü+&=?#%25",
    "facts/x.json",
    "__proto__",
  ])("keep the key %j as it is, inside the folder", async (Key) => {
    // a URL-aware path would resolve the dots: the SDK sends them as they are
    await put(Key, `of ${Key}`);
    expect(await textOf(Key)).toBe(`of ${Key}`);
    expect((await readdir(bench.folder)).sort()).toEqual(["cats", "dogs"]);
    expect((await readdir(join(bench.folder, Bucket))).sort()).toEqual(["data", "facts", "uploads"]);
  });

  test("have keys of at most 1024 bytes", async () => {
    await put("é".repeat(512), "x");
    await expect(put("é".repeat(512) + "x", "x")).rejects.toEqual(named("KeyTooLongError", 400));
  });

  test("have at most 2 KB of metadata", async () => {
    await put("meta", "x", { Metadata: { m: "x".repeat(2047) } });
    await expect(put("meta", "x", { Metadata: { m: "x".repeat(2048) } })).rejects.toEqual(
      named("MetadataTooLarge", 400),
    );
  });

  test("of 12 MB are streamed with a checksum at the end, and come back whole", async () => {
    const bytes = randomBytes(12 * 1024 * 1024);
    const pieces = Array.from({ length: 192 }, (_, i) => bytes.subarray(i * 65_536, (i + 1) * 65_536));
    await client.send(
      new PutObjectCommand({
        Bucket,
        Key: "big",
        Body: Readable.from(pieces),
        ContentLength: bytes.length,
        ChecksumAlgorithm: "CRC32C",
      }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "big", ChecksumMode: "ENABLED" }));
    expect(bytes.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
    expect(got.ChecksumCRC32C).toBeDefined();
  });

  test("survive a restart; what was never finished does not", async () => {
    await put("lasting/é", "still here", { Metadata: { a: "b" } });
    const stray = join(bench.folder, Bucket, "data", "stray");
    await writeFile(stray, "half an upload");
    await bench.restart();
    client = bench.client();
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "lasting/é" }));
    expect([await got.Body?.transformToString(), got.Metadata]).toEqual(["still here", { a: "b" }]);
    await expect(readFile(stray)).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("that are overwritten leave no bytes behind", async () => {
    const count = async () => (await readdir(join(bench.folder, Bucket, "data"))).length;
    await put("again", "1");
    const before = await count();
    await put("again", "2");
    expect(await count()).toBe(before);
    expect(await textOf("again")).toBe("2");
  });
});

describe("what was promised about a body is held", () => {
  test.each([
    ["ChecksumCRC32", "AAAAAA==", "BadDigest"],
    ["ChecksumSHA256", Buffer.alloc(32).toString("base64"), "BadDigest"],
    ["ContentMD5", Buffer.alloc(16).toString("base64"), "BadDigest"],
    ["ContentMD5", "short", "InvalidDigest"],
  ])("%s", async (name, value, code) => {
    await expect(put("damaged", "hello", { [name]: value })).rejects.toEqual(named(code, 400));
    await expect(textOf("damaged")).rejects.toEqual(named("NoSuchKey", 404));
  });

  test.each(["CRC32", "CRC32C", "SHA1", "SHA256"] as const)(
    "accepts a right %s",
    async (ChecksumAlgorithm) => {
      await put("right", "hello", { ChecksumAlgorithm });
      expect(await textOf("right", { ChecksumMode: "ENABLED" })).toBe("hello");
    },
  );

  test("refuses a checksum that it does not know, by name", async () => {
    const headers = { "x-amz-checksum-xxhash128": "AAAAAAAAAAA=" };
    const answer = await send({ method: "PUT", path: `/${Bucket}/xxhash`, body: "x", headers });
    expect([answer.status, answer.text]).toEqual([501, expect.stringContaining("XXHASH128")]);
  });

  test("the SHA-256 of the body", async () => {
    const answer = await send({ method: "PUT", path: `/${Bucket}/sha`, body: "x", hash: payloadHash("y") });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("XAmzContentSHA256Mismatch")]);
  });

  test("every chunk's signature", async () => {
    expect((await sendChunks((signature) => signature)).status).toBe(200);
    expect(await textOf("chunks")).toBe("hello");
    const forged = await sendChunks(() => "0".repeat(64));
    expect([forged.status, forged.text]).toEqual([403, expect.stringContaining("SignatureDoesNotMatch")]);
  });
});

describe("what is not done here is refused by name", () => {
  test.each([
    ["ACLs", new GetObjectAclCommand({ Bucket, Key: "a" }), /acl/],
    [
      "KMS",
      new PutObjectCommand({ Bucket, Key: "a", Body: "x", ServerSideEncryption: "aws:kms" }),
      /server-side-encryption/,
    ],
    ["versions", new GetObjectCommand({ Bucket, Key: "a", VersionId: "1" }), /versionId/],
  ])("%s", async (_, command, words) => {
    const sending = client.send(command);
    await expect(sending).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(words),
    });
  });

  test("an ACL that would open an object", async () => {
    await expect(put("acl", "x", { ACL: "public-read" })).rejects.toEqual(
      named("AccessControlListNotSupported", 400),
    );
  });
});

describe("buckets", () => {
  test("are those of the definition", async () => {
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["cats", "dogs"]);
    await client.send(new HeadBucketCommand({ Bucket }));
    await expect(client.send(new HeadBucketCommand({ Bucket: "birds" }))).rejects.toEqual(
      named("NotFound", 404),
    );
    await expect(client.send(new ListObjectsV2Command({ Bucket: "birds" }))).rejects.toEqual(
      named("NoSuchBucket", 404),
    );
  });

  test("list their keys in order, by page, prefix and delimiter", async () => {
    const Bucket = "dogs";
    const keys = ["a", "b/1", "b/2", "c é&<", "d/1", "e"];
    for (const Key of keys) await client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    const all: (string | undefined)[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page = await client.send(
        new ListObjectsV2Command({
          Bucket,
          MaxKeys: 2,
          Delimiter: "/",
          ...(ContinuationToken && { ContinuationToken }),
        }),
      );
      all.push(
        ...(page.Contents ?? []).map(({ Key }) => Key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken);
    expect(all).toEqual(["a", "b/", "c é&<", "d/", "e"]);
    const under = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "b/", StartAfter: "b/1" }));
    expect(under.Contents).toMatchObject([{ Key: "b/2", Size: 1, StorageClass: "STANDARD" }]);
    const url = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "c", EncodingType: "url" }));
    expect(url.Contents?.[0]?.Key).toBe("c%20%C3%A9%26%3C");
  });

  test("answer in virtual-host style too", async () => {
    await put("v/host.txt", "by host");
    const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "v/host.txt" })));
    expect(url.pathname).toBe("/cats/v/host.txt");
    const answer = await send({ method: "GET", path: "/v/host.txt", host: `${Bucket}.localhost` });
    expect(answer).toMatchObject({ status: 200, text: "by host" });
  });
});

describe("who may", () => {
  test.each([
    [
      "another secret",
      { credentials: { ...credentials, secretAccessKey: "guess" } },
      "SignatureDoesNotMatch",
      403,
    ],
    ["another key", { credentials: { ...credentials, accessKeyId: "AKIDX" } }, "InvalidAccessKeyId", 403],
    ["a made-up token", { credentials: { ...credentials, sessionToken: "x" } }, "InvalidToken", 400],
    ["another region", { region: "eu-west-1" }, "AuthorizationHeaderMalformed", 400],
  ])("not with %s", async (_, config, name, status) => {
    const stranger = bench.client({ ...config, followRegionRedirects: false });
    await expect(stranger.send(new ListObjectsV2Command({ Bucket }))).rejects.toEqual(named(name, status));
  });

  test.each(["GET", "PUT", "DELETE", "HEAD"])("nobody anonymous: %s", async (method) => {
    const answer = await fetch(`${bench.endpoint}/${Bucket}/a.txt`, { method });
    expect(answer.status).toBe(403);
    if (method !== "HEAD") expect(await answer.text()).toMatch(/<Code>AccessDenied<\/Code>/);
  });

  test("not with a request that is 16 minutes old", async () => {
    const late = bench.client({ systemClockOffset: -16 * 60_000 });
    await expect(late.send(new ListObjectsV2Command({ Bucket }))).rejects.toEqual(
      named("RequestTimeTooSkewed", 403),
    );
  });
});

describe("presigned URLs", () => {
  const get = (more: object = {}) =>
    getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "p", ...more }), { expiresIn: 60 });

  test("give the object, with the headers that were signed", async () => {
    await put("p", "presigned");
    const url = await get({
      ResponseContentDisposition: 'attachment; filename="x.txt"',
      ResponseContentType: "text/x",
    });
    const answer = await fetch(url);
    expect(await answer.text()).toBe("presigned");
    expect(answer.headers.get("content-disposition")).toBe('attachment; filename="x.txt"');
    expect(answer.headers.get("content-type")).toBe("text/x");
  });

  test.each([
    ["another key", (url: string) => url.replace("/p?", "/a.txt?")],
    ["another type", (url: string) => `${url}&response-content-type=text%2Fhtml`],
    ["another life", (url: string) => url.replace("Expires=60", "Expires=600")],
  ])("not with %s", async (_, tamper) => {
    await put("p", "presigned");
    const answer = await fetch(tamper(await get()));
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("SignatureDoesNotMatch"),
    ]);
  });

  test("not for another method", async () => {
    expect((await fetch(await get(), { method: "DELETE" })).status).toBe(403);
  });

  test("not when they have expired", async () => {
    await put("p", "presigned");
    const url = await get();
    const back = bench.pass(62_000);
    const answer = await fetch(url);
    back();
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining("Request has expired"),
    ]);
  });

  test("take an upload of exactly the signed length and type", async () => {
    const plain = bench.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
    const command = new PutObjectCommand({ Bucket, Key: "up", ContentLength: 5, ContentType: "text/plain" });
    const url = await getSignedUrl(plain, command, { signableHeaders: new Set(["host", "content-length"]) });
    const upload = (body: string) =>
      fetch(url, { method: "PUT", body, headers: { "content-type": "text/plain" } });
    expect((await upload("hello")).status).toBe(200);
    expect((await upload("hello!")).status).toBe(403);
    expect(await textOf("up")).toBe("hello");
  });

  test("with the checksum of an empty body are refused with a hint", async () => {
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "up" }));
    const answer = await fetch(url, { method: "PUT", body: "hello" });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("WHEN_REQUIRED")]);
  });
});

describe("pages of other origins", () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`${bench.endpoint}/${Bucket}/a.txt`, { method: "OPTIONS", headers });
  const origin = "https://www.cats.example";

  test("are told what they may", async () => {
    const answer = await ask({
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "content-type, x-amz-date",
    });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, POST, HEAD",
      "access-control-allow-headers": "content-type, x-amz-date",
      "access-control-max-age": "600",
      vary: expect.stringContaining("Origin"),
    });
  });

  test.each([
    ["from elsewhere", { origin: "https://dogs.example", "access-control-request-method": "POST" }, 403],
    ["for another method", { origin, "access-control-request-method": "DELETE" }, 403],
    [
      "with another header",
      { origin, "access-control-request-method": "GET", "access-control-request-headers": "x-other" },
      403,
    ],
    ["without an origin", { "access-control-request-method": "GET" }, 400],
  ])("are refused %s", async (_, headers, status) => {
    const answer = await ask(headers);
    expect([answer.status, answer.headers.get("access-control-allow-origin")]).toEqual([status, null]);
  });

  test("may read errors too", async () => {
    const answer = await fetch(`${bench.endpoint}/${Bucket}/a.txt`, { headers: { origin } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
    expect(answer.headers.get("access-control-expose-headers")).toBe("ETag");
  });
});

describe("starting", () => {
  const rest = { region, credentials, clock: manualClock(), log: console };

  test("PORT_TAKEN when the port is not free", async () => {
    const port = Number(new URL(bench.endpoint).port);
    const folder = join(bench.folder, Bucket, "other");
    await expect(startS3({ ...rest, buckets: [], folder, port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      facts: { port, for: "S3" },
    });
  });

  test.each(["..", "A", "a/b", "../up", "ab"])("BUCKET_NAME_INVALID for %j", async (name) => {
    const buckets = [{ logicalId: "B", name, cors: [] }];
    await expect(startS3({ ...rest, buckets, folder: bench.folder, port: 0 })).rejects.toMatchObject({
      code: "BUCKET_NAME_INVALID",
    });
  });
});

test("an upload that is cut off leaves nothing behind", async () => {
  const before = await readdir(join(bench.folder, Bucket, "data"));
  const url = new URL(`${bench.endpoint}/${Bucket}/cut`);
  const headers = signed({ method: "PUT", url, hash: "UNSIGNED-PAYLOAD" });
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const socket = connect(Number(url.port), "127.0.0.1");
  socket.write(
    `PUT ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n${lines.join("")}content-length: 1000\r\n\r\nhalf`,
  );
  await expect
    .poll(async () => (await readdir(join(bench.folder, Bucket, "data"))).length)
    .toBe(before.length + 1);
  socket.destroy();
  await expect.poll(() => readdir(join(bench.folder, Bucket, "data"))).toEqual(before);
});

interface Sending {
  readonly method: string;
  readonly path: string;
  readonly host?: string;
  readonly body?: string;
  readonly hash?: string;
  readonly headers?: Record<string, string>;
}

function signed({
  method,
  url,
  hash,
  headers,
}: {
  method: string;
  url: URL;
  hash: string;
  headers?: Record<string, string>;
}) {
  const now = new Date(bench.clock.now());
  return signRequest(
    { method, url, payloadHash: hash, ...(headers && { headers }) },
    { credentials, region, service: "s3", now },
  );
}

/** Sends a request as it stands, with any `host`; fetch would not allow that. */
async function send(sending: Sending): Promise<{ status: number; text: string }> {
  const { method, path, body = "", hash = payloadHash(body) } = sending;
  const port = new URL(bench.endpoint).port;
  const host = `${sending.host ?? "127.0.0.1"}:${port}`;
  const url = new URL(`http://${host}${path}`);
  const headers = signed({ method, url, hash, ...(sending.headers && { headers: sending.headers }) });
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const asking = request(
      {
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: { ...headers, host, "content-length": Buffer.byteLength(body) },
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer.on("data", (piece: Buffer) => pieces.push(piece));
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(pieces).toString() }),
        );
      },
    );
    asking.on("error", reject);
    asking.end(body);
  });
}

/** An upload in two signed chunks and the last, empty one. */
async function sendChunks(change: (signature: string) => string): Promise<{ status: number; text: string }> {
  const url = new URL(`${bench.endpoint}/${Bucket}/chunks`);
  const headers = signed({
    method: "PUT",
    url,
    hash: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    headers: { "x-amz-decoded-content-length": "5", "content-encoding": "aws-chunked" },
  });
  const amzDate = headers["x-amz-date"] ?? "";
  const signer = {
    amzDate,
    scope: { day: amzDate.slice(0, 8), region, service: "s3" },
    secretAccessKey: credentials.secretAccessKey,
  };
  let previous = headers["authorization"]?.split("Signature=")[1] ?? "";
  const chunks = ["hel", "lo", ""].map((chunk) => {
    previous = signChunk(previous, payloadHash(chunk), signer);
    return `${chunk.length.toString(16)};chunk-signature=${change(previous)}\r\n${chunk}\r\n`;
  });
  const answer = await fetch(url, { method: "PUT", headers, body: chunks.join("") });
  return { status: answer.status, text: await answer.text() };
}
