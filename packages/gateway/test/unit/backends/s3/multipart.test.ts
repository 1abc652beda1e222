// Objects that come part by part, as the AWS SDK sends them.
import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompletedPart,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startChecksum } from "../../../../src/backends/s3/checksum.ts";
import { joinCrc } from "../../../../src/backends/s3/crc.ts";
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

const part = 5 * 1024 ** 2;
const big = randomBytes(part);
const md5 = (bytes: Uint8Array) => createHash("md5").update(bytes).digest();

async function begin(Key: string, more: object = {}): Promise<string> {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...more }));
  return UploadId ?? "";
}

async function send(
  Key: string,
  UploadId: string,
  [PartNumber, Body]: [number, Uint8Array | string],
  more: object = {},
): Promise<CompletedPart> {
  const sent = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...more }));
  return { ...sent, PartNumber };
}

const complete = (Key: string, UploadId: string, Parts: CompletedPart[], more: object = {}) =>
  client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...more }),
  );

async function bytesOf(Key: string, Range?: string): Promise<Buffer> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...(Range && { Range }) }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

describe("an upload in parts", () => {
  test("becomes one object with its metadata, an ETag of the parts, and their bytes in order", async () => {
    const id = await begin("film", { ContentType: "video/mp4", Metadata: { owner: "ada" }, Tagging: "a=b" });
    const second = await send("film", id, [2, "the end"]);
    const first = await send("film", id, [1, big]);
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "film" }))).rejects.toEqual(
      named("NotFound", 404),
    );
    const done = await complete("film", id, [first, second]);
    const etag = `"${createHash("md5")
      .update(Buffer.concat([md5(big), md5(Buffer.from("the end"))]))
      .digest("hex")}-2"`;
    expect(done).toMatchObject({
      ETag: etag,
      Bucket,
      Key: "film",
      Location: expect.stringContaining("/cats/film"),
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "film" }));
    expect(head).toMatchObject({
      ContentLength: part + 7,
      ContentType: "video/mp4",
      Metadata: { owner: "ada" },
      ETag: etag,
    });
    expect(Buffer.concat([big, Buffer.from("the end")]).equals(await bytesOf("film"))).toBe(true);
    expect((await bytesOf("film", `bytes=${part - 2}-${part + 2}`)).toString("hex")).toBe(
      Buffer.concat([big.subarray(-2), Buffer.from("the")]).toString("hex"),
    );
    await expect(complete("film", id, [first, second])).rejects.toEqual(named("NoSuchUpload", 404));
  });

  test("survives a restart, and so do its parts", async () => {
    const id = await begin("lasting");
    const first = await send("lasting", id, [1, "only"]);
    await bench.restart();
    client = bench.client();
    const { Parts } = await client.send(new ListPartsCommand({ Bucket, Key: "lasting", UploadId: id }));
    expect(Parts).toMatchObject([{ PartNumber: 1, Size: 4, ETag: first.ETag }]);
    await complete("lasting", id, [first]);
    await bench.restart();
    client = bench.client();
    expect((await bytesOf("lasting")).toString()).toBe("only");
  });

  test("keeps the later of two parts with one number, and nothing of parts that are not named", async () => {
    const folder = join(bench.folder, Bucket, "data");
    const id = await begin("twice");
    const before = (await readdir(folder)).length;
    await send("twice", id, [1, "first"]);
    const kept = await send("twice", id, [1, "second"]);
    await send("twice", id, [2, "not named"]);
    expect(await readdir(folder)).toHaveLength(before + 2);
    await complete("twice", id, [kept]);
    expect((await bytesOf("twice")).toString()).toBe("second");
    expect(await readdir(folder)).toHaveLength(before + 1);
  });

  test("is gone when it is given up", async () => {
    const folder = join(bench.folder, Bucket, "data");
    const before = (await readdir(folder)).length;
    const id = await begin("given up");
    await send("given up", id, [1, "x"]);
    await client.send(new AbortMultipartUploadCommand({ Bucket, Key: "given up", UploadId: id }));
    expect(await readdir(folder)).toHaveLength(before);
    await expect(send("given up", id, [1, "x"])).rejects.toEqual(named("NoSuchUpload", 404));
  });

  test("takes parts from other objects", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "source", Body: "0123456789" }));
    const id = await begin("copy");
    const copied = await client.send(
      new UploadPartCopyCommand({
        Bucket,
        Key: "copy",
        UploadId: id,
        PartNumber: 1,
        CopySource: `${Bucket}/source`,
        CopySourceRange: "bytes=2-4",
      }),
    );
    await complete("copy", id, [{ PartNumber: 1, ETag: copied.CopyPartResult?.ETag }]);
    expect((await bytesOf("copy")).toString()).toBe("234");
  });

  test("takes a presigned part of exactly the signed length", async () => {
    const id = await begin("signed");
    const plain = bench.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
    const command = new UploadPartCommand({
      Bucket,
      Key: "signed",
      UploadId: id,
      PartNumber: 1,
      ContentLength: 5,
    });
    const url = await getSignedUrl(plain, command, { expiresIn: 60 });
    expect((await fetch(url, { method: "PUT", body: "123456" })).status).toBe(403);
    expect((await fetch(url, { method: "PUT", body: "12345" })).status).toBe(200);
  });
});

describe("an upload in parts is refused", () => {
  test.each([0, 10_001, -1])("with the part number %d", async (number) => {
    const id = await begin("numbers");
    await expect(send("numbers", id, [number, "x"])).rejects.toEqual(named("InvalidArgument", 400));
    await expect(send("numbers", id, [10_000, "x"])).resolves.toBeDefined();
  });

  test("when a part that is not the last is smaller than 5 MB", async () => {
    const id = await begin("small");
    const parts = [await send("small", id, [1, big.subarray(1)]), await send("small", id, [2, "x"])];
    await expect(complete("small", id, parts)).rejects.toEqual(named("EntityTooSmall", 400));
    parts[0] = await send("small", id, [1, big]);
    await expect(complete("small", id, parts)).resolves.toBeDefined();
  });

  test("when its parts are not in order, not there, or have changed", async () => {
    const id = await begin("order");
    const [first, second] = [await send("order", id, [1, big]), await send("order", id, [2, "x"])];
    await expect(complete("order", id, [second, first])).rejects.toEqual(named("InvalidPartOrder", 400));
    await expect(complete("order", id, [first, { ...second, PartNumber: 3 }])).rejects.toEqual(
      named("InvalidPart", 400),
    );
    await expect(complete("order", id, [{ ...first, ETag: second.ETag }])).rejects.toEqual(
      named("InvalidPart", 400),
    );
    await expect(complete("order", id, [])).rejects.toEqual(named("MalformedXML", 400));
  });

  test("for another key than it was begun for, and for an id that nobody gave", async () => {
    const id = await begin("mine");
    await expect(send("yours", id, [1, "x"])).rejects.toEqual(named("NoSuchUpload", 404));
    await expect(send("mine", "0".repeat(32), [1, "x"])).rejects.toEqual(named("NoSuchUpload", 404));
  });

  test("when the key is taken and it must not be", async () => {
    await client.send(new PutObjectCommand({ Bucket, Key: "taken", Body: "x" }));
    const id = await begin("taken");
    const parts = [await send("taken", id, [1, "y"])];
    await expect(complete("taken", id, parts, { IfNoneMatch: "*" })).rejects.toEqual(
      named("PreconditionFailed", 412),
    );
  });
});

describe("checksums of parts", () => {
  test.each(["CRC32", "CRC32C", "CRC64NVME"] as const)(
    "%s of all bytes is worked out from those of the parts",
    async (name) => {
      const algorithm = name.toLowerCase();
      const whole = startChecksum(algorithm);
      whole.update(big);
      whole.update(Buffer.from("tail"));
      const value = whole.digest();
      const id = await begin(name, { ChecksumAlgorithm: name, ChecksumType: "FULL_OBJECT" });
      const more = { ChecksumAlgorithm: name };
      // the SDK has no CRC64NVME of its own: S3 works it out
      const how = name === "CRC64NVME" ? { [`Checksum${name}`]: undefined } : more;
      const sendPart = async (number: number, body: Uint8Array | string): Promise<CompletedPart> => {
        if (name !== "CRC64NVME") return send(name, id, [number, body], how);
        const plain = bench.client({ requestChecksumCalculation: "WHEN_REQUIRED" });
        const sent = await plain.send(
          new UploadPartCommand({ Bucket, Key: name, UploadId: id, PartNumber: number, Body: body }),
        );
        return { ...sent, PartNumber: number };
      };
      const parts = [await sendPart(1, big), await sendPart(2, "tail")];
      await expect(complete(name, id, parts, { [`Checksum${name}`]: "AAAAAA==" })).rejects.toEqual(
        named("BadDigest", 400),
      );
      const done = await complete(name, id, parts, { [`Checksum${name}`]: value });
      expect(done).toMatchObject({ [`Checksum${name}`]: value, ChecksumType: "FULL_OBJECT" });
    },
  );

  test.each(["SHA1", "SHA256", "CRC32"] as const)(
    "%s of parts makes one of checksums, and is held",
    async (name) => {
      const id = await begin(`composite ${name}`, { ChecksumAlgorithm: name });
      const Key = `composite ${name}`;
      await expect(
        send(Key, id, [1, "x"], {
          [`Checksum${name}`]:
            name === "CRC32" ? "AAAAAA==" : Buffer.alloc(name === "SHA1" ? 20 : 32).toString("base64"),
        }),
      ).rejects.toEqual(named("BadDigest", 400));
      const first = await send(Key, id, [1, "x"], { ChecksumAlgorithm: name });
      const { [`Checksum${name}` as const]: _, ...bare } = first;
      await expect(complete(Key, id, [bare])).rejects.toEqual(named("InvalidRequest", 400));
      const done = await complete(Key, id, [first]);
      expect(done).toMatchObject({
        [`Checksum${name}`]: expect.stringMatching(/-1$/),
        ChecksumType: "COMPOSITE",
      });
      const listed = await begin(Key, { ChecksumAlgorithm: name });
      await send(Key, listed, [1, "x"], { ChecksumAlgorithm: name });
      const { Parts, ChecksumAlgorithm } = await client.send(
        new ListPartsCommand({ Bucket, Key, UploadId: listed }),
      );
      expect([Parts?.[0]?.[`Checksum${name}`], ChecksumAlgorithm]).toEqual([first[`Checksum${name}`], name]);
    },
  );

  test("of another kind than announced are refused", async () => {
    const id = await begin("kinds", { ChecksumAlgorithm: "SHA256" });
    await expect(send("kinds", id, [1, "x"], { ChecksumAlgorithm: "CRC32" })).rejects.toEqual(
      named("InvalidRequest", 400),
    );
    await expect(
      begin("kinds", { ChecksumAlgorithm: "SHA256", ChecksumType: "FULL_OBJECT" }),
    ).rejects.toEqual(named("InvalidRequest", 400));
    await expect(
      begin("kinds", { ChecksumAlgorithm: "CRC64NVME", ChecksumType: "COMPOSITE" }),
    ).rejects.toEqual(named("InvalidRequest", 400));
  });

  // the check values of the CRC catalogue for the text 123456789
  test.each([
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
  ])("%s is that of the catalogue, whole and joined", (algorithm, expected) => {
    const of = (text: string) => {
      const running = startChecksum(algorithm);
      running.update(Buffer.from(text));
      return running.digest();
    };
    const hex = (base64: string) => Buffer.from(base64, "base64").toString("hex");
    expect(hex(of("123456789"))).toBe(expected);
    expect(hex(joinCrc(algorithm, [of("1234"), of("56789")], 5))).toBe(expected);
    expect(hex(joinCrc(algorithm, [of("123456789"), of("")], 0))).toBe(expected);
  });
});

describe("lists", () => {
  test("of parts come by page", async () => {
    const id = await begin("pages");
    for (const number of [1, 2, 3]) await send("pages", id, [number, `${number}`]);
    const page = await client.send(new ListPartsCommand({ Bucket, Key: "pages", UploadId: id, MaxParts: 2 }));
    expect([page.Parts?.map((each) => each.PartNumber), page.IsTruncated, page.NextPartNumberMarker]).toEqual(
      [[1, 2], true, "2"],
    );
    const rest = await client.send(
      new ListPartsCommand({
        Bucket,
        Key: "pages",
        UploadId: id,
        PartNumberMarker: page.NextPartNumberMarker,
      }),
    );
    expect([rest.Parts?.map((each) => each.PartNumber), rest.IsTruncated]).toEqual([[3], false]);
  });

  test("of unfinished uploads come by key, prefix and page", async () => {
    for (const key of ["list/b", "list/a", "list/c"]) await begin(key);
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: "list/", MaxUploads: 2 }),
    );
    expect([page.Uploads?.map(({ Key }) => Key), page.IsTruncated]).toEqual([["list/a", "list/b"], true]);
    const rest = await client.send(
      new ListMultipartUploadsCommand({
        Bucket,
        Prefix: "list/",
        KeyMarker: page.NextKeyMarker,
        UploadIdMarker: page.NextUploadIdMarker,
      }),
    );
    expect(rest.Uploads?.map(({ Key }) => Key)).toEqual(["list/c"]);
  });
});
