// The same input at the same moment gives what the AWS SDK gives, byte for byte.
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { payloadHash, presignPost, presignText, presignUrl, signRequest } from "../../src/index.ts";

const now = new Date("2026-02-03T04:05:06Z");
const lasting = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "a/secret+key" };
const passing = { ...lasting, sessionToken: "session/token+with=signs" };
const region = "eu-west-1";
const oddKey = "folder/a b+c(1)!'*~é.txt";

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"], now }));
afterEach(() => vi.useRealTimers());

describe.each([
  ["lasting credentials", lasting],
  ["a session token", passing],
])("with %s", (_, credentials) => {
  const config: S3ClientConfig = { region, credentials, requestChecksumCalculation: "WHEN_REQUIRED" };

  test.each(["plain.txt", oddKey, "a//b/c%2Fd"])("GET url of %j", async (Key) => {
    const theirs = await getSignedUrl(new S3Client(config), new GetObjectCommand({ Bucket: "cats", Key }), {
      expiresIn: 600,
    });
    const url = new URL(theirs);
    const ofTheSignature = [...url.searchParams.keys()].filter((name) => name.startsWith("X-Amz-"));
    for (const name of ofTheSignature) url.searchParams.delete(name);
    const ours = presignUrl(
      { method: "GET", url, expires: 600 },
      { credentials, region, service: "s3", now },
    );
    expect(ours.href).toBe(theirs);
  });

  test("PUT url of a part, given in its parts", async () => {
    const command = new UploadPartCommand({
      Bucket: "cats",
      Key: "film.mp4",
      PartNumber: 7,
      UploadId: "an+id/with=signs",
      ContentLength: 8_388_608,
    });
    const signableHeaders = new Set(["content-length", "host"]);
    const theirs = new URL(
      await getSignedUrl(new S3Client(config), command, { expiresIn: 900, signableHeaders }),
    );
    const ours = presignText(
      {
        method: "PUT",
        origin: theirs.origin,
        host: theirs.host,
        path: theirs.pathname,
        query: [...theirs.searchParams].filter(([name]) => !name.startsWith("X-Amz-")),
        headers: { "content-length": "8388608" },
        expires: 900,
      },
      { credentials, region, service: "s3", now },
    );
    expect(ours).toBe(theirs.href);
  });

  test("PUT url with signed headers", async () => {
    const command = new PutObjectCommand({
      Bucket: "cats",
      Key: oddKey,
      ContentType: "image/png",
      ContentLength: 12,
    });
    const theirs = await getSignedUrl(new S3Client(config), command, {
      expiresIn: 900,
      signableHeaders: new Set(["content-type", "content-length", "host"]),
    });
    const url = new URL(theirs);
    url.search = "?x-id=PutObject";
    const headers = { "content-type": "image/png", "content-length": "12" };
    const signed = new URL(theirs).searchParams.get("X-Amz-SignedHeaders")?.split(";") ?? [];
    const ours = presignUrl(
      {
        method: "PUT",
        url,
        headers: Object.fromEntries(Object.entries(headers).filter(([name]) => signed.includes(name))),
        expires: 900,
      },
      { credentials, region, service: "s3", now },
    );
    expect(ours.href).toBe(theirs);
  });

  test("upload form", async () => {
    const Conditions = [
      ["content-length-range", 5, 5],
      ["starts-with", "$x-amz-meta-note", ""],
    ] as [["content-length-range", number, number], ["starts-with", string, string]];
    const Fields = { "Content-Type": "image/png", "x-amz-meta-owner": "ada" };
    const theirs = await createPresignedPost(new S3Client(config), {
      Bucket: "cats",
      Key: "a/b.png",
      Conditions,
      Fields,
      Expires: 300,
    });
    const ours = presignPost(
      {
        bucket: "cats",
        key: "a/b.png",
        fields: Fields,
        conditions: [
          ["content-length-range", 5, 5],
          ["starts-with", "$x-amz-meta-note", ""],
        ],
        expires: 300,
      },
      { credentials, region, now },
    );
    expect(ours).toEqual(theirs.fields);
  });

  test("upload form with ${filename}", async () => {
    const theirs = await createPresignedPost(new S3Client(config), {
      Bucket: "cats",
      Key: "in/${filename}",
      Expires: 300,
    });
    expect(
      presignPost({ bucket: "cats", key: "in/${filename}", expires: 300 }, { credentials, region, now }),
    ).toEqual(theirs.fields);
  });

  test.each([
    [
      "PutObject",
      new PutObjectCommand({ Bucket: "cats", Key: oddKey, Body: "hello", Metadata: { a: "b  c" } }),
    ],
    ["ListObjectsV2", new ListObjectsV2Command({ Bucket: "cats", Prefix: "a b/é&=", Delimiter: "/" })],
  ])("%s with the signature in its header", async (_name, command) => {
    const sent = await capture(config, command);
    const { authorization, host: _host, ...headers } = sent.headers;
    const url = new URL(`https://${sent.hostname}${sent.path}`);
    for (const [name, value] of Object.entries(sent.query)) url.searchParams.append(name, String(value));
    const ours = signRequest(
      { method: sent.method, url, headers, payloadHash: headers["x-amz-content-sha256"] ?? "" },
      { credentials, region, service: "s3", now },
    );
    expect(ours["authorization"]).toBe(authorization);
    if (command instanceof PutObjectCommand) {
      expect(headers["x-amz-content-sha256"]).toBe(payloadHash("hello"));
    }
  });
});

interface Sent {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/** What the SDK would have put on the wire. */
async function capture(
  config: S3ClientConfig,
  command: PutObjectCommand | ListObjectsV2Command,
): Promise<Sent> {
  let sent: Sent | undefined;
  const client = new S3Client({
    ...config,
    maxAttempts: 1,
    requestHandler: {
      handle: (request: Sent) => {
        sent = request;
        return Promise.reject(new Error("not sent"));
      },
    },
  });
  await (command instanceof PutObjectCommand ? client.send(command) : client.send(command)).catch(() => {});
  if (!sent) throw new Error("the SDK sent nothing");
  return sent;
}
