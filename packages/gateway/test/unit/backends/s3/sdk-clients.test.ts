// What the AWS SDK's clients do by themselves: streams with a checksum behind them, buckets named by the host, presigned forms.
import { randomBytes } from "node:crypto";
import { Agent, type AgentOptions } from "node:http";
import type { LookupFunction } from "node:net";
import { Readable } from "node:stream";
import {
  ChecksumAlgorithm,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChecksum } from "../../../../src/backends/s3/checksum.ts";
import { type Bench, Bucket, named, startBench } from "./bench.ts";

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

const bytes = randomBytes(300_000);
const pieces = () => Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);
const sumOf = (algorithm: string, of: Buffer): string => {
  const running = startChecksum(algorithm);
  running.update(of);
  return running.digest();
};

describe.each(["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"] as const)("the checksum %s", (algorithm) => {
  const field = `Checksum${algorithm}` as const;

  test("follows a stream in a trailer, is kept, and told when asked for", async () => {
    const Key = `trailer-${algorithm}`;
    const ChecksumAlgorithm = algorithm as ChecksumAlgorithm;
    await client.send(
      new PutObjectCommand({ Bucket, Key, Body: pieces(), ContentLength: bytes.length, ChecksumAlgorithm }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(got[field]).toBe(sumOf(algorithm, bytes));
    expect(bytes.equals(Buffer.from((await got.Body?.transformToByteArray()) ?? []))).toBe(true);
  });

  test("is held: a stream that adds up to something else leaves nothing", async () => {
    const Key = `wrong-${algorithm}`;
    const wrong = { [field]: sumOf(algorithm, Buffer.from("other bytes")) };
    const put = new PutObjectCommand({ Bucket, Key, Body: bytes, ...wrong });
    await expect(client.send(put)).rejects.toEqual(named("BadDigest", 400));
    await expect(client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toEqual(named("NoSuchKey", 404));
  });
});

describe("a client that names the bucket by the host", () => {
  const lookup: LookupFunction = (host, _, found) =>
    host.endsWith(".localhost")
      ? found(null, [{ address: "127.0.0.1", family: 4 }])
      : found(new Error(host), []);
  const byHost = (config: object = {}): S3Client => {
    const { port } = new URL(bench.endpoint);
    const options: AgentOptions & { lookup: LookupFunction } = { lookup };
    const requestHandler = { httpAgent: new Agent(options) };
    return bench.client({ endpoint: `http://s3.localhost:${port}`, requestHandler, ...config });
  };

  test("writes, reads, lists and removes", async () => {
    const s3 = byHost();
    await s3.send(new PutObjectCommand({ Bucket, Key: "by/host é.txt", Body: "here" }));
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: "by/host é.txt" }));
    expect(await got.Body?.transformToString()).toBe("here");
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: "by/" }));
    expect(Contents.map(({ Key }) => Key)).toEqual(["by/host é.txt"]);
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "by/host é.txt" }));
    const url = new URL(await getSignedUrl(s3, new GetObjectCommand({ Bucket, Key: "a" })));
    expect(url.hostname).toBe("cats.s3.localhost");
  });

  test("is refused with another secret, and for a bucket that there is not", async () => {
    const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "another" };
    await expect(byHost({ credentials }).send(new GetObjectCommand({ Bucket, Key: "a" }))).rejects.toEqual(
      named("SignatureDoesNotMatch", 403),
    );
    await expect(byHost().send(new GetObjectCommand({ Bucket: "nobody", Key: "a" }))).rejects.toEqual(
      named("NoSuchBucket", 404),
    );
  });
});

describe("wishes that would be dropped are refused by name", () => {
  test.each([
    ["keys of KMS", { ServerSideEncryption: "aws:kms" }, /x-amz-server-side-encryption/],
    [
      "keys of the caller",
      { SSECustomerAlgorithm: "AES256", SSECustomerKey: "x".repeat(32) },
      /server-side-encryption/,
    ],
    ["another storage class", { StorageClass: "GLACIER" }, /x-amz-storage-class/],
    [
      "a lock",
      { ObjectLockMode: "GOVERNANCE", ObjectLockRetainUntilDate: new Date(4e12) },
      /x-amz-object-lock/,
    ],
  ])("%s", async (_, wish, words) => {
    const put = new PutObjectCommand({ Bucket, Key: "wish", Body: "x", ...(wish as object) });
    await expect(client.send(put)).rejects.toMatchObject({ name: "NotImplemented", message: words });
  });

  test("what S3 does anyway is taken", async () => {
    const usual = { ServerSideEncryption: "AES256", StorageClass: "STANDARD" } as const;
    await client.send(new PutObjectCommand({ Bucket, Key: "usual", Body: "x", ...usual }));
  });
});
