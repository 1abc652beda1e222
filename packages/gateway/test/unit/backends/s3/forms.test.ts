// Upload forms: what a signed policy allows arrives, everything else is refused and not kept.
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { presignPost } from "@gatewright/signature";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, Bucket, credentials, region, startBench } from "./bench.ts";

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

type Fields = Record<string, string>;

async function form(more: Partial<PresignedPostOptions> = {}): Promise<{ url: string; fields: Fields }> {
  return createPresignedPost(client, {
    Bucket,
    Key: "in/cat.png",
    Fields: { "Content-Type": "image/png", "x-amz-meta-owner": "ada" },
    Conditions: [["content-length-range", 3, 5]],
    Expires: 60,
    ...more,
  });
}

interface Post {
  readonly body?: string | Blob;
  readonly name?: string;
  readonly headers?: Record<string, string>;
}

async function post(
  url: string,
  fields: Fields,
  { body = "12345", name = "cat.png", headers = {} }: Post = {},
) {
  const data = new FormData();
  for (const [field, value] of Object.entries(fields)) data.append(field, value);
  data.append("file", body instanceof Blob ? body : new Blob([body]), name);
  const answer = await fetch(url, { method: "POST", body: data, headers, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

const kept = async () => (await readdir(join(bench.folder, Bucket, "data"))).length;

test("a form that is within its policy becomes the object", async () => {
  const { url, fields } = await form();
  const answer = await post(url, fields);
  expect([answer.status, answer.headers.get("etag")]).toEqual([204, '"827ccb0eea8a706c4c34a16891f84e7b"']);
  const object = await client.send(new GetObjectCommand({ Bucket, Key: "in/cat.png" }));
  expect(await object.Body?.transformToString()).toBe("12345");
  expect(object).toMatchObject({ ContentType: "image/png", Metadata: { owner: "ada" } });
});

test.each(["123", "12345"])("the file may be from 3 to 5 bytes: %s", async (body) => {
  const { url, fields } = await form();
  expect((await post(url, fields, { body })).status).toBe(204);
});

describe("is refused, and nothing is kept,", () => {
  const refused: [string, (fields: Fields) => Fields | void, Post, string | RegExp][] = [
    ["one byte too many", () => {}, { body: "123456" }, /EntityTooLarge.*<MaxSizeAllowed>5</s],
    ["far too many bytes", () => {}, { body: "x".repeat(3_000_000) }, /EntityTooLarge/],
    ["one byte too few", () => {}, { body: "12" }, /EntityTooSmall.*<MinSizeAllowed>3</s],
    ["another key", (fields) => void (fields["key"] = "in/dog.png"), {}, /Policy Condition failed.*\$key/],
    ["a key that climbs", (fields) => void (fields["key"] = "../cat.png"), {}, /Policy Condition failed/],
    ["another type", (fields) => void (fields["Content-Type"] = "text/html"), {}, /Policy Condition failed/],
    ["another owner", (fields) => void (fields["x-amz-meta-owner"] = "eve"), {}, /Policy Condition failed/],
    ["a missing field", (fields) => void delete fields["x-amz-meta-owner"], {}, /Policy Condition failed/],
    [
      "an extra field",
      (fields) => void (fields["x-amz-meta-more"] = "1"),
      {},
      /Extra input fields: x-amz-meta-more/,
    ],
    ["an acl", (fields) => void (fields["acl"] = "public-read"), {}, /Extra input fields: acl/],
    ["no key", (fields) => void delete fields["key"], {}, /AccessDenied/],
    ["no policy", (fields) => void delete fields["Policy"], {}, /AccessDenied/],
    ["no signature", (fields) => void delete fields["X-Amz-Signature"], {}, /AccessDenied/],
    [
      "another signature",
      (fields) => void (fields["X-Amz-Signature"] = "0".repeat(64)),
      {},
      /SignatureDoesNotMatch/,
    ],
    ["another bucket in it", (fields) => void (fields["bucket"] = "dogs"), {}, /AccessDenied/],
    ["no fields at all", () => ({}), {}, /AccessDenied/],
    [
      "a policy that was changed",
      (fields) => {
        const text = Buffer.from(fields["Policy"] ?? "", "base64")
          .toString()
          .replace(",5]", ",500]");
        fields["Policy"] = Buffer.from(text).toString("base64");
      },
      {},
      /SignatureDoesNotMatch/,
    ],
  ];
  test.each(refused)("with %s", async (_, change, sent, words) => {
    const { url, fields } = await form({ Key: "in/refused.png" });
    const before = await kept();
    const answer = await post(url, change(fields) ?? fields, sent);
    expect(answer.text).toMatch(words);
    expect([400, 403]).toContain(answer.status);
    expect(await kept()).toBe(before);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "in/refused.png" }))).rejects.toThrow();
  });

  test("with another secret", async () => {
    const stranger = bench.client({ credentials: { ...credentials, secretAccessKey: "guess" } });
    const { url, fields } = await createPresignedPost(stranger, { Bucket, Key: "in/x" });
    expect((await post(url, fields)).text).toMatch(/SignatureDoesNotMatch/);
  });

  test("when it has expired", async () => {
    const { url, fields } = await form();
    const back = bench.pass(62_000);
    const answer = await post(url, fields);
    back();
    expect([answer.status, answer.text]).toEqual([403, expect.stringContaining("Policy expired")]);
  });

  test("with a field twice", async () => {
    const { url, fields } = await form();
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.append(name, value);
    data.append("KEY", "in/dog.png");
    data.append("file", new Blob(["12345"]));
    const answer = await fetch(url, { method: "POST", body: data });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("twice")]);
  });

  test("without a file, or with two", async () => {
    const { url, fields } = await form();
    const none = new FormData();
    for (const [name, value] of Object.entries(fields)) none.append(name, value);
    const without = await fetch(url, { method: "POST", body: none });
    expect([without.status, await without.text()]).toEqual([
      400,
      expect.stringContaining("exactly one file"),
    ]);
    none.append("file", new Blob(["12345"]));
    none.append("file", new Blob(["12345"]));
    const before = await kept();
    expect((await fetch(url, { method: "POST", body: none })).status).toBe(400);
    await expect.poll(kept).toBe(before);
  });

  test("with fields of more than 20 KB", async () => {
    const { url, fields } = await form();
    const answer = await post(url, { ...fields, "x-ignore-me": "x".repeat(21_000) });
    expect(answer.text).toMatch(/MaxPostPreDataLengthExceeded/);
  });

  test("when it is not a form", async () => {
    const { url } = await form();
    const answer = await fetch(url, {
      method: "POST",
      body: "{}",
      headers: { "content-type": "application/json" },
    });
    expect([answer.status, await answer.text()]).toEqual([
      400,
      expect.stringContaining("multipart/form-data"),
    ]);
  });

  test.each(["image/png", "multipart/form-data", "multipart/form-data; boundary=other"])(
    "when its type is %s",
    async (type) => {
      const { url, fields } = await form();
      const answer = await post(url, fields, { headers: { "content-type": type } });
      expect(answer.status).toBe(400);
    },
  );

  test("when it is cut off in the middle of the file", async () => {
    const { url, fields } = await form();
    const parts = Object.entries(fields).map(
      ([name, value]) => `--b\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    const body = `${parts.join("")}--b\r\ncontent-disposition: form-data; name="file"; filename="a"\r\n\r\n123`;
    const before = await kept();
    const answer = await fetch(url, {
      method: "POST",
      body,
      headers: { "content-type": "multipart/form-data; boundary=b" },
    });
    expect(answer.status).toBe(400);
    await expect.poll(kept).toBe(before);

    const { port, pathname, host } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(`POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 99999\r\n`);
    socket.write(`content-type: multipart/form-data; boundary=b\r\n\r\n${body}`);
    await expect.poll(kept).toBe(before + 1);
    socket.destroy();
    await expect.poll(kept).toBe(before);
  });
});

describe("a policy's conditions", () => {
  const now = () => new Date(bench.clock.now());
  const sign = (conditions: unknown[], fields: Fields = {}) =>
    presignPost(
      { bucket: Bucket, key: "c", fields, conditions: conditions as never, expires: 60 }, // broken ones on purpose
      { credentials, region, now: now() },
    );
  const url = () => `${bench.endpoint}/${Bucket}/`;

  test("starts-with lets a value go on as it likes", async () => {
    const fields = sign([
      ["starts-with", "$Content-Type", "image/"],
      ["starts-with", "$x-amz-meta-note", ""],
    ]);
    const good = { ...fields, "content-type": "image/gif", "x-amz-meta-note": "any thing" };
    expect((await post(url(), good)).status).toBe(204);
    expect((await post(url(), { ...good, "content-type": "text/html" })).status).toBe(403);
    expect((await post(url(), { ...good, "content-type": "image/gif,text/html" })).status).toBe(403);
  });

  test("eq demands the value", async () => {
    const fields = sign([["eq", "$x-amz-meta-a", "1"]]);
    expect((await post(url(), { ...fields, "x-amz-meta-a": "1" })).status).toBe(204);
    expect((await post(url(), { ...fields, "x-amz-meta-a": "2" })).status).toBe(403);
    expect((await post(url(), fields)).status).toBe(403);
  });

  test("x-ignore fields need none", async () => {
    expect((await post(url(), { ...sign([]), "x-ignore-this": "1" })).status).toBe(204);
  });

  test.each([
    [["between", "$key", "a"]],
    [["eq", "key", "a"]],
    [["eq", "$key"]],
    [["content-length-range", 5, 1]],
    [["content-length-range", -1, 1]],
    [{ key: 1 }],
    ["key"],
    [null],
  ])("%j is not understood, and refused", async (condition) => {
    const answer = await post(url(), sign([condition]));
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining("InvalidPolicyDocument")]);
  });

  test("${filename} is the file's name without its folders", async () => {
    const fields = presignPost(
      { bucket: Bucket, key: "by-name/${filename}", expires: 60 },
      { credentials, region, now: now() },
    );
    const answer = await post(url(), fields, { name: "../../up $& é.txt" });
    expect(decodeURIComponent(answer.headers.get("location") ?? "")).toBe(
      `${bench.endpoint}/${Bucket}/by-name/up $& é.txt`,
    );
  });

  test("success_action_status 201 tells where the object is", async () => {
    const answer = await post(url(), sign([], { success_action_status: "201" }));
    expect(answer.status).toBe(201);
    expect(answer.text).toMatch(/<PostResponse>.*<Bucket>cats<\/Bucket><Key>c<\/Key><ETag>&quot;/s);
  });

  test("success_action_redirect sends the browser on", async () => {
    const answer = await post(url(), sign([], { success_action_redirect: "https://cats.example/done?x=1" }));
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toMatch(
      /^https:\/\/cats\.example\/done\?x=1&bucket=cats&key=c&etag=%22/,
    );
    const script = await post(url(), sign([], { success_action_redirect: "javascript:alert(1)" }));
    expect(script.status).toBe(400);
  });

  test("a checksum field is held", async () => {
    const right = sign([], { "x-amz-checksum-crc32": "y/U6HA==" });
    expect((await post(url(), right)).status).toBe(204);
    expect((await post(url(), right, { body: "54321" })).text).toMatch(/BadDigest/);
  });

  test("an error can be read by the page that sent the form", async () => {
    const answer = await post(url(), {}, { headers: { origin: "https://www.cats.example" } });
    expect(answer.status).toBe(403);
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://www.cats.example");
  });

  test("metadata that is not ASCII comes back encoded, and breaks no header", async () => {
    expect((await post(url(), sign([], { "x-amz-meta-name": "é" }))).status).toBe(204);
    const { Metadata } = await client.send(new HeadObjectCommand({ Bucket, Key: "c" }));
    expect(Metadata).toEqual({ name: "=?UTF-8?B?w6k=?=" });
    const split = await post(url(), {
      ...sign([["starts-with", "$x-amz-meta-n", ""]]),
      "x-amz-meta-n": "a\r\nb: c",
    });
    expect([split.status, split.text]).toEqual([400, expect.stringContaining("control characters")]);
  });
});
