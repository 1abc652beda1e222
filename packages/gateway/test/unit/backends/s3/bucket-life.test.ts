// What happens around objects: many removed at once, tags, rules of age, session tokens, and functions that are told.
import {
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketLifecycleCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { payloadHash, signRequest } from "@gatewright/signature";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Invocation } from "../../../../src/ports.ts";
import { type Bench, Bucket, credentials, region, named, startBench } from "./bench.ts";

describe("objects", () => {
  let bench: Bench;
  let client: S3Client;
  beforeAll(async () => {
    bench = await startBench();
    client = bench.client();
  });
  afterAll(() => bench.end());
  const put = (Key: string, more: object = {}) =>
    client.send(new PutObjectCommand({ Bucket, Key, Body: "x", ...more }));
  const keys = async (Prefix: string) =>
    (await client.send(new ListObjectsV2Command({ Bucket, Prefix }))).Contents?.map(({ Key }) => Key) ?? [];

  test("are removed by the thousand, also those that are not there", async () => {
    for (const key of ["many/a&b", "many/<c>", "many/d"]) await put(key);
    const Objects = ["many/a&b", "many/<c>", "many/none"].map((Key) => ({ Key }));
    const told = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(told.Deleted?.map(({ Key }) => Key)).toEqual(["many/a&b", "many/<c>", "many/none"]);
    expect(await keys("many/")).toEqual(["many/d"]);
    const quiet = await client.send(
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "many/d" }], Quiet: true } }),
    );
    expect(quiet.Deleted).toBeUndefined();
    expect(await keys("many/")).toEqual([]);
  });

  test.each([
    ["without a checksum", "<Delete><Object><Key>a</Key></Object></Delete>", {}, "InvalidRequest"],
    ["that names entities", '<!DOCTYPE x [<!ENTITY y "z">]><Delete/>', { "content-md5": "" }, "MalformedXML"],
    ["that names nobody", "<Delete></Delete>", { "content-md5": "" }, "MalformedXML"],
    ["that is no XML", "<Delete>", { "content-md5": "" }, "MalformedXML"],
  ])("are not removed by a document %s", async (_, body, more, code) => {
    const md5 = (await import("node:crypto")).createHash("md5").update(body).digest("base64");
    const headers = "content-md5" in more ? { "content-md5": md5 } : {};
    const url = new URL(`${bench.endpoint}/${Bucket}?delete=`);
    const signed = signRequest(
      { method: "POST", url, headers, payloadHash: payloadHash(body) },
      { credentials, region, service: "s3" },
    );
    const answer = await fetch(url, { method: "POST", headers: signed, body });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining(`<Code>${code}</Code>`),
    ]);
  });

  test("have tags, from the start or later", async () => {
    await put("tagged", { Tagging: "a=1&b=x%20y" });
    const tags = async () =>
      (await client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged" }))).TagSet;
    expect(await tags()).toEqual([
      { Key: "a", Value: "1" },
      { Key: "b", Value: "x y" },
    ]);
    const TagSet = [{ Key: "GuardDutyMalwareScanStatus", Value: "NO_THREATS_FOUND" }];
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "tagged", Tagging: { TagSet } }));
    expect(await tags()).toEqual(TagSet);
    expect((await client.send(new GetObjectCommand({ Bucket, Key: "tagged" }))).TagCount).toBe(1);
    await client.send(new CopyObjectCommand({ Bucket, Key: "tagged too", CopySource: `${Bucket}/tagged` }));
    expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: "tagged too" }))).TagSet).toEqual(
      TagSet,
    );
    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: "tagged" }));
    expect(await tags()).toEqual([]);
  });

  test.each([
    [
      "twice the same",
      [
        { Key: "a", Value: "1" },
        { Key: "a", Value: "2" },
      ],
      "InvalidTag",
    ],
    ["too long", [{ Key: "a".repeat(129), Value: "" }], "InvalidTag"],
    ["eleven", Array.from({ length: 11 }, (_, at) => ({ Key: `k${at}`, Value: "" })), "BadRequest"],
  ])("do not have tags that are %s", async (_, TagSet, name) => {
    await put("untagged");
    const tagging = new PutObjectTaggingCommand({ Bucket, Key: "untagged", Tagging: { TagSet } });
    await expect(client.send(tagging)).rejects.toEqual(named(name, 400));
  });

  test("have the tags of their form, if its policy allows them", async () => {
    const tagging = "<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>";
    const { url, fields } = await createPresignedPost(client, { Bucket, Key: "form", Fields: { tagging } });
    const send = async (change: object) => {
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...fields, ...change })) form.append(name, value);
      form.append("file", new Blob(["x"]));
      return (await fetch(url, { method: "POST", body: form })).status;
    };
    expect(await send({ tagging: tagging.replace("1", "2") })).toBe(403);
    expect(await send({})).toBe(204);
    expect((await client.send(new GetObjectTaggingCommand({ Bucket, Key: "form" }))).TagSet).toEqual([
      { Key: "a", Value: "1" },
    ]);
  });

  test("are copied only as they are known", async () => {
    const { ETag } = await put("known");
    const copy = (more: object) =>
      client.send(new CopyObjectCommand({ Bucket, Key: "copied", CopySource: `${Bucket}/known`, ...more }));
    await expect(copy({ CopySourceIfMatch: '"other"' })).rejects.toEqual(named("PreconditionFailed", 412));
    await expect(copy({ CopySourceIfNoneMatch: ETag })).rejects.toEqual(named("PreconditionFailed", 412));
    await expect(copy({ CopySourceIfMatch: ETag })).resolves.toBeDefined();
    await expect(copy({ IfNoneMatch: "*" })).rejects.toEqual(named("PreconditionFailed", 412));
  });

  test("and unfinished uploads go when their time is over", async () => {
    await put("old/a");
    await put("kept");
    await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "old/unfinished" }));
    const Rules = [
      { ID: "old", Status: "Enabled" as const, Filter: { Prefix: "old/" }, Expiration: { Days: 2 } },
      {
        ID: "un",
        Status: "Enabled" as const,
        Filter: { Prefix: "" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
      },
      { ID: "off", Status: "Disabled" as const, Filter: { Prefix: "kept" }, Expiration: { Days: 1 } },
    ];
    await client.send(
      new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }),
    );
    expect((await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toEqual(Rules);
    const unfinished = async () =>
      (await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix: "old/" }))).Uploads?.length ?? 0;
    let hours = 0;
    const pass = (more: number) => {
      for (; more > 0; more--, hours++) bench.clock.advance(3_600_000);
    };
    // signatures are made by the system's clock: the bucket is looked at with its clock put back
    const look = async () => {
      bench.clock.advance(-hours * 3_600_000);
      const seen = [await keys("old/"), await unfinished(), await keys("kept")];
      bench.clock.advance(hours * 3_600_000);
      return seen;
    };
    pass(23);
    expect(await look()).toEqual([["old/a"], 1, ["kept"]]);
    pass(2);
    expect(await look()).toEqual([["old/a"], 0, ["kept"]]);
    pass(24);
    expect(await look()).toEqual([[], 0, ["kept"]]);
    bench.clock.advance(-hours * 3_600_000);
    await client.send(new DeleteBucketLifecycleCommand({ Bucket }));
    await expect(client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).rejects.toEqual(
      named("NoSuchLifecycleConfiguration", 404),
    );
  });

  test("have no rule that would be dropped", async () => {
    const Rules = [
      {
        ID: "t",
        Status: "Enabled" as const,
        Filter: { Tag: { Key: "a", Value: "b" } },
        Expiration: { Days: 1 },
      },
    ];
    const putting = new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } });
    await expect(client.send(putting)).rejects.toEqual(named("NotImplemented", 501));
  });
});

describe("session tokens", () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench({ sessionToken: "token/1" });
  });
  afterAll(() => bench.end());

  test.each([
    ["the right one", { ...credentials, sessionToken: "token/1" }, 200],
    ["none", credentials, 400],
    ["another", { ...credentials, sessionToken: "token/2" }, 400],
  ])("%s: by header, query and form", async (_, given, status) => {
    const client = bench.client({ credentials: given });
    const byHeader = await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" })).then(
      () => 200,
      (error: { $metadata: { httpStatusCode: number } }) => error.$metadata.httpStatusCode,
    );
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "a" }), { expiresIn: 60 });
    const byQuery = await fetch(url.replace(/&x-amz-checksum-crc32=[^&]*/, ""), { method: "PUT", body: "" });
    const post = await createPresignedPost(client, { Bucket, Key: "a" });
    const form = new FormData();
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
    form.append("file", new Blob(["x"]));
    const byForm = await fetch(post.url, { method: "POST", body: form });
    const refusedQuery = status === 200 ? 403 : 400; // the URL was signed with the checksum that is taken away above
    expect([byHeader, byQuery.status, byForm.status]).toEqual([
      status,
      refusedQuery,
      status === 200 ? 204 : 400,
    ]);
    const plain = bench.client({ credentials: given, requestChecksumCalculation: "WHEN_REQUIRED" });
    const good = await getSignedUrl(plain, new PutObjectCommand({ Bucket, Key: "a" }), { expiresIn: 60 });
    expect((await fetch(good, { method: "PUT", body: "y" })).status).toBe(status);
  });
});

describe("functions", () => {
  const told: [
    key: string,
    event: { Records: { eventName: string; s3: { object: Record<string, unknown> } }[] },
  ][] = [];
  const answers: Invocation[] = [];
  const functions = {
    invoke: async (key: string, event: unknown): Promise<Invocation> => {
      told.push([key, event as (typeof told)[0][1]]);
      return answers.shift() ?? { kind: "returned", payload: undefined };
    },
  };
  let bench: Bench;
  let client: S3Client;
  beforeEach(async () => {
    told.length = 0;
    answers.length = 0;
    bench = await startBench({
      functions,
      notifications: [
        { events: ["s3:ObjectCreated:*"], functionKey: "uploads", prefix: "in/", suffix: ".png" },
        { events: ["s3:ObjectRemoved:Delete", "s3:ObjectTagging:Put"], functionKey: "others" },
      ],
    });
    client = bench.client();
  });
  afterEach(() => bench.end());

  test("are told as AWS tells them, those that asked and no others", async () => {
    const { ETag } = await client.send(
      new PutObjectCommand({ Bucket, Key: "in/a b+ü/c.png", Body: "12345" }),
    );
    await client.send(new PutObjectCommand({ Bucket, Key: "in/d.txt", Body: "x" }));
    await client.send(new PutObjectCommand({ Bucket, Key: "out/e.png", Body: "x" }));
    await vi.waitFor(() => expect(told).toHaveLength(1));
    const [key, event] = told[0] ?? [];
    expect(key).toBe("uploads");
    expect(event?.Records[0]).toEqual({
      eventVersion: "2.1",
      eventSource: "aws:s3",
      awsRegion: region,
      eventTime: new Date(bench.clock.now()).toISOString(),
      eventName: "ObjectCreated:Put",
      userIdentity: { principalId: expect.any(String) },
      requestParameters: { sourceIPAddress: "127.0.0.1" },
      responseElements: { "x-amz-request-id": expect.any(String), "x-amz-id-2": expect.any(String) },
      s3: {
        s3SchemaVersion: "1.0",
        configurationId: "uploads-1",
        bucket: {
          name: Bucket,
          ownerIdentity: { principalId: expect.any(String) },
          arn: `arn:aws:s3:::${Bucket}`,
        },
        object: {
          key: "in/a+b%2B%C3%BC/c.png",
          size: 5,
          eTag: ETag?.replaceAll('"', ""),
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    });
  });

  test("are told of copies, removals and tags, each later than the one before", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "in/a.png", Body: "x" }));
    await client.send(new CopyObjectCommand({ Bucket, Key: "in/b.png", CopySource: `${Bucket}/in/a.png` }));
    await client.send(new PutObjectTaggingCommand({ Bucket, Key: "in/a.png", Tagging: { TagSet: [] } }));
    await client.send(new DeleteObjectCommand({ Bucket, Key: "in/a.png" }));
    await vi.waitFor(() => expect(told).toHaveLength(4));
    const records = told.map(([key, { Records }]) => [key, Records[0]?.eventName]);
    expect(records).toEqual([
      ["uploads", "ObjectCreated:Put"],
      ["uploads", "ObjectCreated:Copy"],
      ["others", "ObjectTagging:Put"],
      ["others", "ObjectRemoved:Delete"],
    ]);
    const sequence = told.map(([, { Records }]) => String(Records[0]?.s3.object["sequencer"]));
    expect(sequence).toEqual(sequence.toSorted());
  });

  test("that fail are told again after one minute and after two more, and then no more", async () => {
    const failed: Invocation = { kind: "failed", errorType: "Error", errorMessage: "broken" };
    answers.push(failed, failed, failed);
    await client.send(new PutObjectCommand({ Bucket, Key: "in/a.png", Body: "x" }));
    await vi.waitFor(() => expect(bench.said).toHaveLength(1));
    bench.clock.advance(59_999);
    expect(told).toHaveLength(1);
    bench.clock.advance(1);
    await vi.waitFor(() => expect(bench.said).toHaveLength(2));
    bench.clock.advance(120_000);
    await vi.waitFor(() => expect(bench.said).toHaveLength(3));
    bench.clock.advance(3_600_000);
    expect([told.length, bench.said[2]]).toEqual([3, expect.stringContaining("given up")]);
  });
});
