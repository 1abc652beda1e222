// URLs that are good for one PUT, and checksums that S3 is held to.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PutTicket } from "../../src/index.ts";
import { type Bench, bucket, png, pngFile, post, put, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.end());

const failing = (code: string) => expect.objectContaining({ code });
const sha256 = createHash("sha256").update(png).digest("base64");
const checksum = { algorithm: "sha256", value: sha256 } as const;

async function ticketOf(more: object = {}, change: object = {}): Promise<PutTicket> {
  const ticket = await bench.anyUploads({ method: "put", ...change }).ticket({ ...pngFile, ...more });
  if (ticket.method !== "PUT") throw new Error("not a PUT");
  return ticket;
}

describe("a URL for one PUT", () => {
  test("takes the file it was made for, and the proof tells what it promised", async () => {
    const ticket = await ticketOf({ filename: "Katze é.png", metadata: { room: "café" } });
    expect(await put(ticket, png)).toMatchObject({ status: 200 });
    expect(await bench.uploads().confirm(ticket.id)).toMatchObject({
      filename: "Katze é.png",
      owner: "ada",
      metadata: { room: "café" },
    });
  });

  test.each([
    ["one byte more", {}, Buffer.concat([png, Buffer.alloc(1)]), 403],
    ["one byte less", {}, png.subarray(1), 403],
    ["nothing", {}, "", 403],
    ["another type", { "content-type": "text/html" }, png, 403],
    ["another owner", { "x-amz-meta-owner": "eve" }, png, 403],
    ["a header more", { "x-amz-meta-admin": "1" }, png, 403],
    ["a tag", { "x-amz-tagging": "a=b" }, png, 403],
    ["another condition", { "if-none-match": '"x"' }, png, 403],
  ])("does not take %s", async (_, change, bytes, status) => {
    const ticket = await ticketOf();
    expect((await put({ ...ticket, headers: { ...ticket.headers, ...change } }, bytes)).status).toBe(status);
    expect((await put(ticket, png)).status).toBe(200);
  });

  test.each(["if-none-match", "x-amz-meta-size", "content-type"])(
    "does not take it without %s",
    async (name) => {
      const ticket = await ticketOf();
      const { [name]: _, ...headers } = ticket.headers;
      expect((await put({ ...ticket, headers }, png)).status).toBe(403);
    },
  );

  test("does not take it for another key, or with another signature", async () => {
    const ticket = await ticketOf();
    const elsewhere = ticket.url.replace("/cat.png?", "/dog.png?");
    const forged = ticket.url.replace(/[0-9a-f]$/, (last) => (last === "0" ? "1" : "0"));
    expect((await put({ ...ticket, url: elsewhere }, png)).status).toBe(403);
    expect((await put({ ...ticket, url: forged }, png)).status).toBe(403);
  });

  test("does not take it twice", async () => {
    const ticket = await ticketOf();
    expect((await put(ticket, png)).status).toBe(200);
    await bench.uploads().confirm(ticket.id);
    const again = await put(ticket, Buffer.from(png).fill(7, 50));
    expect([again.status, again.text]).toEqual([412, expect.stringContaining("PreconditionFailed")]);
    const { Body } = await bench.s3.send(new GetObjectCommand({ Bucket: bucket, Key: ticket.key }));
    expect(png.equals(Buffer.from((await Body?.transformToByteArray()) ?? []))).toBe(true);
  });

  test("ends when it says", async () => {
    const ticket = await ticketOf({}, { expires: 30 });
    const left = ticket.expiresAt - bench.clock.now();
    bench.clock.advance(left + 1);
    expect((await put(ticket, png)).status).toBe(403);
    bench.clock.advance(-left - 1);
    expect((await put(ticket, png)).status).toBe(200);
  });

  test("takes exactly the largest file, and no ticket is given for one byte more", async () => {
    const largest = Buffer.concat([png, Buffer.alloc(1000 - png.length)]);
    expect((await put(await ticketOf({ size: 1000 }), largest)).status).toBe(200);
    await expect(ticketOf({ size: 1001 })).rejects.toEqual(failing("TOO_LARGE"));
  });
});

describe("a promised checksum", () => {
  const wrong = Buffer.from(png).fill(7, 50);

  test("is held by a form", async () => {
    const ticket = await bench.uploads().ticket({ ...pngFile, checksum });
    expect((await post(ticket, wrong)).text).toContain("<Code>BadDigest</Code>");
    const changed = {
      ...ticket.fields,
      "x-amz-checksum-sha256": createHash("sha256").update(wrong).digest("base64"),
    };
    expect((await post({ ...ticket, fields: changed }, wrong)).status).toBe(403);
    const { "x-amz-checksum-sha256": _, ...without } = ticket.fields;
    expect((await post({ ...ticket, fields: without }, wrong)).status).toBe(403);
    expect((await post(ticket, png)).status).toBe(204);
    expect(await bench.uploads().confirm(ticket.id)).toMatchObject({ size: png.length });
  });

  test("is held by a URL", async () => {
    const value = Buffer.alloc(4);
    value.writeUInt32BE(crc32(png));
    const ticket = await ticketOf({ checksum: { algorithm: "crc32", value: value.toString("base64") } });
    expect((await put(ticket, wrong)).text).toContain("<Code>BadDigest</Code>");
    expect((await put(ticket, png)).status).toBe(200);
    expect(await bench.uploads().confirm(ticket.id)).toMatchObject({ metadata: {} });
  });

  test("that S3 does not tell is no proof", async () => {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const ticket = await bench.uploads().ticket({ ...pngFile, checksum });
    const Metadata = {
      owner: "ada",
      name: "cat.png",
      size: String(png.length),
      checksum: encodeURIComponent(`sha256:${sha256}`),
    };
    const input = { Bucket: bucket, Key: ticket.key, Body: png, ContentType: "image/png", Metadata };
    await bench.s3.send(new PutObjectCommand({ ...input, ChecksumAlgorithm: "CRC32" }));
    await expect(bench.uploads().confirm(ticket.id)).rejects.toEqual(failing("NOT_AS_PROMISED"));
  });

  test.each([
    { algorithm: "md5", value: "AAAA" },
    { algorithm: "sha256", value: "AAAA" },
    { algorithm: "crc32", value: "AAAAAA" },
    { algorithm: "__proto__", value: "" },
  ])("CHECKSUM_INVALID for %j", async (checksum) => {
    await expect(ticketOf({ checksum })).rejects.toEqual(failing("CHECKSUM_INVALID"));
  });
});
