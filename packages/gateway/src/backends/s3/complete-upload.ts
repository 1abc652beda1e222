// Parts that have all arrived become one object, in one step.
import { createHash } from "node:crypto";
import type { Admitted, Answer, S3 } from "./call.ts";
import { startChecksum } from "./checksum.ts";
import { joinCrc } from "./crc.ts";
import { findUpload, readPartNumber, toChecksumNodes } from "./multipart.ts";
import type { Checksum, StoredObject } from "./stored-object.ts";
import { assertWritable } from "./preconditions.ts";
import { toChecksumHeaders } from "./put-object.ts";
import { type Element, listOf, readXml, textOf } from "./read-xml.ts";
import { S3Error } from "./s3-error.ts";
import { takeText } from "./take-body.ts";
import type { StoredPart, StoredUpload } from "./upload-store.ts";
import { s3Namespace, toXml } from "./xml.ts";

/** What every part but the last must have: 5 MB. */
const smallestPart = 5 * 1024 ** 2;
const xml = { "content-type": "application/xml" };

/**
 * Makes the parts that are named the object of the upload's key, in one step.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 */
export async function completeUpload(call: Admitted, to: S3): Promise<Answer> {
  const { bucket, headers, target } = call;
  const upload = findUpload(call);
  const text = await takeText({ ...call, headers: withoutObjectChecksum(headers) }, to);
  const parts = pickParts(
    listOf(readXml(text, "CompleteMultipartUpload"), "Part"),
    upload,
    bucket.store.uploads.parts(upload.id),
  );
  assertWritable(headers, bucket.store.find(target.key));
  const { key, headers: facts, metadata, tags } = upload;
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const declared = headers["x-amz-mp-object-size"];
  if (declared !== undefined && Number(declared) !== size) {
    throw new S3Error("InvalidRequest", `The object has ${size} bytes, not ${declared}.`);
  }
  const checksum = toObjectChecksum(upload, parts);
  assertPromised(headers, checksum);
  const etag = `${createHash("md5")
    .update(Buffer.from(parts.map((part) => part.etag).join(""), "hex"))
    .digest("hex")}-${parts.length}`;
  const object: StoredObject = {
    key,
    size,
    etag,
    lastModified: to.clock.now(),
    headers: facts,
    metadata,
    ...(tags && { tags }),
    ...(checksum && { checksum }),
    pieces: parts.map((part) => ({ data: part.data, size: part.size })),
  };
  bucket.store.put(object);
  bucket.store.uploads.end(upload.id, object.pieces);
  to.tell("ObjectCreated:CompleteMultipartUpload", { bucket, object, call });
  return { status: 200, headers: xml, body: toResult(object, call) };
}

function pickParts(
  named: readonly Element[],
  upload: StoredUpload,
  there: readonly StoredPart[],
): StoredPart[] {
  if (named.length === 0 || named.length > 10_000) throw new S3Error("MalformedXML");
  const byNumber = new Map(there.map((part) => [part.number, part]));
  let last = 0;
  const picked = named.map((element) => {
    const number = readPartNumber(textOf(element, "PartNumber") ?? null);
    if (number <= last) throw new S3Error("InvalidPartOrder");
    last = number;
    const part = byNumber.get(number);
    const etag = (textOf(element, "ETag") ?? "").replaceAll('"', "");
    if (!part || part.etag !== etag)
      throw new S3Error("InvalidPart", undefined, {
        UploadId: upload.id,
        PartNumber: String(number),
        ETag: etag,
      });
    assertPartChecksum(element, part, upload);
    return part;
  });
  for (const { number, size, etag } of picked.slice(0, -1)) {
    if (size < smallestPart) throw tooSmall({ number, size, etag });
  }
  return picked;
}

function tooSmall({ number, size, etag }: Pick<StoredPart, "number" | "size" | "etag">): S3Error {
  return new S3Error("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", {
    ProposedSize: String(size),
    MinSizeAllowed: String(smallestPart),
    PartNumber: String(number),
    ETag: etag,
  });
}

function assertPartChecksum(element: Element, part: StoredPart, { checksum }: StoredUpload): void {
  if (!checksum) return;
  const given = textOf(element, `Checksum${checksum.algorithm.toUpperCase()}`);
  if (given === undefined && checksum.type === "COMPOSITE") {
    throw new S3Error(
      "InvalidRequest",
      `The upload was created using a ${checksum.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${part.number} in the request.`,
    );
  }
  if (given !== undefined && given !== part.checksum?.value) throw new S3Error("InvalidPart");
}

function toObjectChecksum({ checksum }: StoredUpload, parts: readonly StoredPart[]): Checksum | undefined {
  if (!checksum) return undefined;
  const { algorithm, type } = checksum;
  const values = parts.map((part) => part.checksum?.value ?? "");
  if (type === "COMPOSITE") {
    const bytes = Buffer.concat(values.map((value) => Buffer.from(value, "base64")));
    return { algorithm, type, value: `${digestOf(algorithm, bytes)}-${parts.length}` };
  }
  const [first = "", ...others] = values;
  const value = others.reduce(
    (sum, next, index) => joinCrc(algorithm, [sum, next], parts[index + 1]?.size ?? 0),
    first,
  );
  return { algorithm, type, value };
}

function digestOf(algorithm: string, bytes: Buffer): string {
  const running = startChecksum(algorithm);
  running.update(bytes);
  return running.digest();
}

const objectChecksum = /^x-amz-checksum-(?!type$|algorithm$|mode$)/;

/** Here these headers speak of the object, not of the document that is sent. */
function withoutObjectChecksum(headers: Admitted["headers"]): Admitted["headers"] {
  const isFramed = headers["x-amz-trailer"] !== undefined;
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => isFramed || !objectChecksum.test(name)),
  );
}

function assertPromised(headers: Admitted["headers"], checksum: Checksum | undefined): void {
  const name = Object.keys(headers).find((name) => objectChecksum.test(name));
  if (name === undefined) return;
  const algorithm = name.slice("x-amz-checksum-".length);
  const value = headers[name];
  if (
    algorithm === checksum?.algorithm &&
    (value === checksum.value || value === checksum.value.split("-")[0])
  )
    return;
  throw new S3Error("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
}

function toResult(object: StoredObject, { bucket, headers, target }: Admitted): string {
  const path = object.key.split("/").map(encodeURIComponent).join("/");
  const base = target.bucketInHost ? "" : `/${bucket.name}`;
  const type = toChecksumHeaders(object)["x-amz-checksum-type"];
  return toXml(
    "CompleteMultipartUploadResult",
    [
      ["Location", `http://${headers["host"] ?? "127.0.0.1"}${base}/${path}`],
      ["Bucket", bucket.name],
      ["Key", object.key],
      ["ETag", `"${object.etag}"`],
      ...toChecksumNodes(object.checksum),
      ...(type === undefined ? [] : [["ChecksumType", type] as const]),
    ],
    s3Namespace,
  );
}
