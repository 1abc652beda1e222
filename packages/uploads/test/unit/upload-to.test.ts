// Tickets, proof and links, against the gateway's own S3.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { uploadTo } from "../../src/index.ts";
import { type Bench, bucket, credentials, png, pngFile, post, region, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.end());
afterEach(() => vi.unstubAllEnvs());

const failing = (code: string, facts: object = {}) =>
  expect.objectContaining({ code, facts: expect.objectContaining(facts) });

async function store(bytes: Uint8Array<ArrayBuffer> | string, more: Partial<typeof pngFile> | object = {}) {
  const file = { ...pngFile, size: bytes.length, ...more };
  const ticket = await bench.uploads().ticket(file);
  expect(await post(ticket, bytes)).toMatchObject({ status: 204 });
  return ticket;
}

describe("a ticket", () => {
  test("takes the file it was made for, and the proof tells what it promised", async () => {
    const uploads = bench.uploads();
    const filename = "../Katze é 猫 (1).PNG";
    const ticket = await uploads.ticket({ ...pngFile, filename, metadata: { room: "café" } });
    expect(await post(ticket, png)).toMatchObject({ status: 204 });
    const proof = await uploads.confirm(ticket.id);
    expect(proof).toEqual({
      id: ticket.id,
      key: ticket.key,
      size: png.length,
      contentType: "image/png",
      owner: "ada",
      filename,
      metadata: { room: "café" },
      etag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
    });
    const { Body } = await bench.s3.send(new GetObjectCommand({ Bucket: bucket, Key: ticket.key }));
    expect(png.equals(Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(true);
  });

  test.each([
    ["one byte more", {}, Buffer.concat([png, Buffer.alloc(1)]), "EntityTooLarge"],
    ["one byte less", {}, png.subarray(1), "EntityTooSmall"],
    ["another type", { "Content-Type": "text/html" }, png, "AccessDenied"],
    ["another key", { key: "rooms/1/mine" }, png, "AccessDenied"],
    ["another owner", { "x-amz-meta-owner": "eve" }, png, "AccessDenied"],
    ["another name", { "x-amz-meta-name": "x" }, png, "AccessDenied"],
    ["a field more", { "x-amz-meta-admin": "1" }, png, "AccessDenied"],
  ])("does not take %s", async (_, change, bytes, code) => {
    const ticket = await bench.uploads().ticket(pngFile);
    const answer = await post({ ...ticket, fields: { ...ticket.fields, ...change } }, bytes);
    expect(answer.text).toContain(`<Code>${code}</Code>`);
    await expect(bench.uploads().confirm(ticket.id)).rejects.toEqual(
      failing("NOT_ARRIVED", { key: ticket.key }),
    );
  });

  test("ends when it says", async () => {
    const ticket = await bench.uploads({ expires: 30 }).ticket(pngFile);
    const left = ticket.expiresAt - bench.clock.now();
    bench.clock.advance(left + 1);
    expect((await post(ticket, png)).status).toBe(403);
    bench.clock.advance(-left - 1);
    expect((await post(ticket, png)).status).toBe(204);
  });

  test.each([
    ["cat.png", /\/cat\.png$/],
    ["../../etc/passwd", /\/passwd$/],
    ["..", /\/file$/],
    [".htaccess", /\/file\.htaccess$/],
    ["C:\\Users\\ada\\x.tar.gz", /\/x-tar\.gz$/],
    ["猫.jpeg", /\/file\.jpeg$/],
    ["Ünïcode  $name%00.pdf", /\/Unicode-name-00\.pdf$/],
    [`${"long".repeat(80)}.png`, /\/(long){24}\.png$/],
  ])("of %j has a key that stays below its prefix", async (filename, end) => {
    const { key } = await bench.uploads().ticket({ ...pngFile, filename });
    expect(key).toMatch(/^rooms\/1\/[0-9a-f-]{36}\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/);
    expect(key).toMatch(end);
  });

  test("never has the key of another", async () => {
    const tickets = await Promise.all(Array.from({ length: 50 }, () => bench.uploads().ticket(pngFile)));
    expect(new Set(tickets.map(({ key }) => key)).size).toBe(50);
  });

  test.each([
    ["image/svg+xml", "TYPE_NOT_ALLOWED"],
    ["text/html", "TYPE_NOT_ALLOWED"],
    ["image/png; charset=x", "TYPE_NOT_ALLOWED"],
    ["image/", "TYPE_NOT_ALLOWED"],
    ["image/png\r\nx: y", "TYPE_NOT_ALLOWED"],
    ["IMAGE/png", "TYPE_NOT_ALLOWED"],
  ])("is not given for the type %j", async (contentType, code) => {
    await expect(bench.uploads().ticket({ ...pngFile, contentType })).rejects.toEqual(failing(code));
  });

  test.each([
    [1001, "TOO_LARGE"],
    [0, "SIZE_INVALID"],
    [-1, "SIZE_INVALID"],
    [1.5, "SIZE_INVALID"],
    [Number.NaN, "SIZE_INVALID"],
  ])("is not given for %d bytes", async (size, code) => {
    await expect(bench.uploads().ticket({ ...pngFile, size })).rejects.toEqual(failing(code));
    await expect(bench.uploads().ticket({ ...pngFile, size: 1000 })).resolves.toBeDefined();
  });

  test.each([" ", "a\nb", "x".repeat(1025)])("FILENAME_INVALID for %j", async (filename) => {
    await expect(bench.uploads().ticket({ ...pngFile, filename })).rejects.toEqual(
      failing("FILENAME_INVALID"),
    );
  });

  test.each([{ Owner: "x" }, { owner: "x" }, { "a b": "x" }, { a: "x".repeat(2048) }])(
    "METADATA_INVALID for %j",
    async (metadata) => {
      await expect(bench.uploads().ticket({ ...pngFile, metadata })).rejects.toEqual(
        failing("METADATA_INVALID"),
      );
    },
  );
});

describe("proof", () => {
  test.each([
    ["image/png", "not a picture at all"],
    ["application/pdf", "<html><script>alert(1)</script>"],
    ["image/bmp", "%PDF-1.7 is not a picture"],
    ["image/gif", png.toString("latin1")],
  ])("is refused when the bytes are not those of %s", async (contentType, text) => {
    const { id } = await store(Buffer.from(text, "latin1"), { contentType });
    await expect(bench.uploads().confirm(id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
  });

  test.each([
    ["image/jpeg", "ffd8ffe000104a46"],
    ["image/gif", Buffer.from("GIF89a").toString("hex")],
    ["image/webp", Buffer.from("RIFF1234WEBPVP8 ").toString("hex")],
    ["application/pdf", Buffer.from("%PDF-1.7").toString("hex")],
    ["text/plain", Buffer.from("a").toString("hex")],
  ])("is given for %s", async (contentType, bytes) => {
    const { id } = await store(Buffer.from(bytes, "hex"), { contentType });
    expect(await bench.uploads().confirm(id)).toMatchObject({ contentType, size: bytes.length / 2 });
  });

  test.each([
    ["has no promise", {}],
    ["has another size than promised", { owner: "ada", name: "x", size: "3" }],
    ["has a promise that cannot be read", { owner: "%zz", name: "x", size: "2" }],
  ])("is refused for an object that %s", async (_, Metadata) => {
    const { id, key } = await bench.uploads().ticket(pngFile);
    const put = new PutObjectCommand({
      Bucket: bucket,
      Key: key,
      Body: "hi",
      ContentType: "text/plain",
      Metadata,
    });
    await bench.s3.send(put);
    await expect(bench.uploads().confirm(id)).rejects.toEqual(failing("NOT_AS_PROMISED", { key }));
  });

  test("is refused for an object that is empty", async () => {
    const { id, key } = await bench.uploads().ticket(pngFile);
    await bench.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: "", ContentLength: 0 }));
    await expect(bench.uploads().confirm(id)).rejects.toEqual(
      failing("NOT_AS_PROMISED", { because: "it is empty" }),
    );
  });

  test("is refused when the rules have become stricter", async () => {
    const { id } = await store(png);
    const stricter = bench.uploads({ rules: { maxBytes: 10, types: ["image/*"] } });
    await expect(stricter.confirm(id)).rejects.toEqual(
      failing("NOT_AS_PROMISED", { because: "the rules do not allow it" }),
    );
  });

  test.each(["", "x", "../x", Buffer.from("rooms/1/../../secret").toString("base64url")])(
    "ID_INVALID for %j",
    async (id) => {
      await expect(bench.uploads().confirm(id)).rejects.toEqual(failing("ID_INVALID", { prefix: "rooms/1" }));
      await expect(bench.uploads().downloadUrl(id)).rejects.toEqual(failing("ID_INVALID"));
    },
  );

  test("of one prefix is not given below another", async () => {
    const { id } = await store(png);
    await expect(bench.uploads({ prefix: "rooms/2" }).confirm(id)).rejects.toEqual(failing("ID_INVALID"));
    await expect(bench.uploads({ prefix: "rooms" }).confirm(id)).rejects.toEqual(failing("ID_INVALID"));
  });

  test("STORE_REFUSED when S3 does not let the function look", async () => {
    const { id } = await store(png);
    const stranger = bench.uploads({ credentials: { ...credentials, secretAccessKey: "guess" } });
    await expect(stranger.confirm(id)).rejects.toEqual(failing("STORE_REFUSED", { status: 403 }));
  });

  test("STORE_UNREACHABLE when nobody answers", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // it listens on a port
    await new Promise((resolve) => server.close(resolve));
    const { id } = await bench.uploads().ticket(pngFile);
    const lost = bench.uploads({ endpoint: `http://127.0.0.1:${port}` });
    await expect(lost.confirm(id)).rejects.toEqual(
      failing("STORE_UNREACHABLE", { host: `127.0.0.1:${port}` }),
    );
  });

  test("is tried again while S3 is busy", async () => {
    const { id, key } = await bench.uploads().ticket(pngFile);
    let asked = 0;
    const server = createServer((_request, response) => {
      asked++;
      if (asked < 3) return response.writeHead(503).end();
      return response
        .writeHead(206, {
          "content-type": "image/png",
          "content-range": "bytes 0-15/58",
          "x-amz-meta-owner": "ada",
          "x-amz-meta-name": "cat.png",
          "x-amz-meta-size": "58",
        })
        .end(png.subarray(0, 16));
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // it listens on a port
    const proof = await bench.uploads({ endpoint: `http://127.0.0.1:${port}` }).confirm(id);
    server.close();
    expect([proof.key, asked]).toEqual([key, 3]);
  });
});

describe("a link", () => {
  test("gives the file, as an attachment by its own name", async () => {
    const { id } = await store(png);
    const url = await bench.uploads().downloadUrl(id, { filename: 'caf"é\\.png' });
    const answer = await fetch(url);
    expect(answer.headers.get("content-disposition")).toBe(
      `attachment; filename="caf___.png"; filename*=UTF-8''caf%22%C3%A9%5C.png`,
    );
    expect(png.equals(Buffer.from(await answer.arrayBuffer()))).toBe(true);
  });

  test("may show it, and ends when it should", async () => {
    const { id } = await store(png);
    const url = await bench.uploads().downloadUrl(id, { disposition: "inline", expires: 30 });
    expect((await fetch(url)).headers.get("content-disposition")).toMatch(/^inline; filename="cat\.png"/);
    const back = bench.pass(40_000);
    expect((await fetch(url)).status).toBe(403);
    back();
  });
});

describe("set-up", () => {
  const rules = { maxBytes: 1, types: ["image/png"] };

  test.each([
    { maxBytes: 0, types: ["image/*"] },
    { maxBytes: 5 * 1024 ** 3 + 1, types: ["image/*"] },
    { maxBytes: 1, types: [] },
    { maxBytes: 1, types: ["*/*"] },
    { maxBytes: 1, types: ["png"] },
  ])("RULES_INVALID for %j", (rules) => {
    expect(() => uploadTo({ bucket, rules })).toThrow(failing("RULES_INVALID"));
  });

  test.each(["/a", "a/", "a//b", "..", "a/../b", "a b", "é"])("PREFIX_INVALID for %j", (prefix) => {
    expect(() => uploadTo({ bucket, rules, prefix })).toThrow(failing("PREFIX_INVALID"));
  });

  test("REGION_MISSING where no region is known", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_DEFAULT_REGION", undefined);
    await expect(uploadTo({ bucket, rules, credentials }).ticket({ ...pngFile, size: 1 })).rejects.toEqual(
      failing("REGION_MISSING"),
    );
  });

  test.each([
    ["us-east-1", "cats", undefined, "https://cats.s3.us-east-1.amazonaws.com/"],
    ["cn-north-1", "cats", undefined, "https://cats.s3.cn-north-1.amazonaws.com.cn/"],
    ["us-east-1", "my.cats", undefined, "https://s3.us-east-1.amazonaws.com/my.cats/"],
    ["us-east-1", "cats", "http://127.0.0.1:4005", "http://127.0.0.1:4005/cats/"],
  ])("finds the bucket by the environment: %s %s %s", async (region, bucket, endpoint, url) => {
    vi.stubEnv("AWS_REGION", region);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL", undefined);
    vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDENV");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "s");
    vi.stubEnv("AWS_SESSION_TOKEN", "token");
    const ticket = await uploadTo({ bucket, rules }).ticket({ ...pngFile, size: 1 });
    expect(ticket.url).toBe(url);
    expect(ticket.fields).toMatchObject({ "X-Amz-Security-Token": "token" });
    expect(ticket.fields["X-Amz-Credential"]).toMatch(
      new RegExp(`^AKIDENV/\\d{8}/${region}/s3/aws4_request$`),
    );
  });

  test("credentials may be fetched when they are needed", async () => {
    const ticket = await uploadTo({ bucket, rules, region, credentials: async () => credentials }).ticket({
      ...pngFile,
      size: 1,
    });
    expect(ticket.fields["X-Amz-Credential"]).toMatch(/^AKIDLOCAL\//);
  });
});
