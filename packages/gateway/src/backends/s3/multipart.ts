// Objects that come part by part: begun, filled, or given up.
import { randomUUID } from "node:crypto";
import type { Admitted, Answer, S3 } from "./call.ts";
import { readPromisedChecksum } from "./checksum.ts";
import { findSource } from "./copy-object.ts";
import { canJoin } from "./crc.ts";
import { readRange } from "./get-object.ts";
import { readObjectHeaders } from "./object-headers.ts";
import type { Checksum, ChecksumType } from "./stored-object.ts";
import { receiveBody, type Received } from "./receive-body.ts";
import { S3Error } from "./s3-error.ts";
import { takeBody } from "./take-body.ts";
import type { StoredPart, StoredUpload } from "./upload-store.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

const xml = { "content-type": "application/xml" };

/** Begins an object. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export function createUpload({ headers, target, bucket }: Admitted, to: S3): Answer {
  const algorithm = headers["x-amz-checksum-algorithm"]?.toLowerCase();
  const checksum =
    algorithm === undefined
      ? undefined
      : { algorithm, type: readType(headers["x-amz-checksum-type"], algorithm) };
  const id = randomUUID().replaceAll("-", "");
  const facts = readObjectHeaders({ ...headers, "x-amz-checksum-algorithm": undefined });
  bucket.store.uploads.begin({
    id,
    key: target.key,
    ...facts,
    begun: to.clock.now(),
    ...(checksum && { checksum }),
  });
  const body = toXml(
    "InitiateMultipartUploadResult",
    [
      ["Bucket", bucket.name],
      ["Key", target.key],
      ["UploadId", id],
    ],
    s3Namespace,
  );
  const told = checksum && {
    "x-amz-checksum-algorithm": checksum.algorithm.toUpperCase(),
    "x-amz-checksum-type": checksum.type,
  };
  return { status: 200, headers: { ...xml, ...told }, body };
}

/** Takes a part, or copies it from another object. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export async function uploadPart(call: Admitted, to: S3): Promise<Answer> {
  const { bucket, headers } = call;
  const upload = findUpload(call);
  const number = readPartNumber(call.target.query.get("partNumber"));
  const copies = headers["x-amz-copy-source"] !== undefined;
  assertAlgorithm(upload, readPromisedChecksum(headers)?.algorithm);
  const algorithm = upload.checksum?.algorithm;
  const received = copies
    ? await copyPart(call, to, algorithm)
    : await takeBody(call, to, { store: bucket.store, algorithm });
  if (!bucket.store.uploads.find(upload.id)) {
    await received.draft.discard();
    throw new S3Error("NoSuchUpload"); // given up while the part came
  }
  const part = toPart(number, received, to.clock.now());
  bucket.store.uploads.putPart(upload.id, part);
  const etag = `"${part.etag}"`;
  if (!copies) return { status: 200, headers: { etag, ...toPartChecksumHeaders(part) } };
  const nodes: XmlNode[] = [
    ["LastModified", new Date(part.lastModified).toISOString()],
    ["ETag", etag],
  ];
  return { status: 200, headers: xml, body: toXml("CopyPartResult", nodes, s3Namespace) };
}

/** Gives an upload up: its parts are gone. */
export function abortUpload(call: Admitted): Answer {
  call.bucket.store.uploads.end(findUpload(call).id);
  return { status: 204 };
}

/** The upload that a request names. @throws S3Error `NoSuchUpload` */
export function findUpload({ bucket, target }: Admitted): StoredUpload {
  const upload = bucket.store.uploads.find(target.query.get("uploadId") ?? "");
  if (!upload || upload.key !== target.key) throw new S3Error("NoSuchUpload");
  return upload;
}

/** The elements that tell a part's checksum. */
export function toChecksumNodes(checksum: Checksum | undefined): XmlNode[] {
  return checksum ? [[`Checksum${checksum.algorithm.toUpperCase()}`, checksum.value]] : [];
}

function readType(given: string | undefined, algorithm: string): ChecksumType {
  const only = algorithm === "crc64nvme" ? "FULL_OBJECT" : canJoin(algorithm) ? undefined : "COMPOSITE";
  const type = given ?? only ?? "COMPOSITE";
  const known = type === "FULL_OBJECT" || type === "COMPOSITE";
  if (known && (only === undefined || only === type)) return type;
  const name = algorithm.toUpperCase();
  throw new S3Error(
    "InvalidRequest",
    `The ${type} checksum type cannot be used with the ${name.toLowerCase()} checksum algorithm.`,
  );
}

/** Reads the number of a part, 1 to 10,000. @throws S3Error `InvalidArgument` */
export function readPartNumber(text: string | null): number {
  const number = /^\d{1,5}$/.test(text ?? "") ? Number(text) : 0;
  if (number >= 1 && number <= 10_000) return number;
  throw new S3Error("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive", {
    ArgumentName: "partNumber",
    ArgumentValue: text ?? "",
  });
}

function assertAlgorithm({ checksum }: StoredUpload, given: string | undefined): void {
  if (given === undefined || checksum === undefined || given === checksum.algorithm) return;
  throw new S3Error(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm}, actual checksum Type: ${given}`,
  );
}

async function copyPart(call: Admitted, to: S3, algorithm: string | undefined): Promise<Received> {
  const { store, object } = findSource(call.headers, to);
  const wanted = call.headers["x-amz-copy-source-range"];
  const range = readRange(wanted, object.size);
  if (wanted !== undefined && !range) {
    throw new S3Error(
      "InvalidArgument",
      "The x-amz-copy-source-range value must be of the form bytes=first-last",
    );
  }
  return receiveBody(store.read(object, range), call.bucket.store, { most: object.size, algorithm });
}

function toPart(number: number, { draft, size, md5, checksum }: Received, now: number): StoredPart {
  const etag = md5.toString("hex");
  return { number, size, etag, lastModified: now, data: draft.data, ...(checksum && { checksum }) };
}

function toPartChecksumHeaders({ checksum }: StoredPart): Record<string, string> {
  return checksum ? { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value } : {};
}
