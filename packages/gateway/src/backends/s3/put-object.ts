// PutObject: a body from the wire becomes the object of its key, once everything about it holds.
import { notImplemented, S3Error } from "./s3-error.ts";
import { unframe } from "./aws-chunked.ts";
import { type Admitted, type Answer, type Headers, readPieces, type S3 } from "./call.ts";
import { readPromisedChecksum } from "./checksum.ts";
import type { StoredObject } from "./object-store.ts";
import { readObjectHeaders } from "./object-headers.ts";
import { assertWritable } from "./preconditions.ts";
import { largestUpload, receiveBody, type Received, tooLarge } from "./receive-body.ts";

/** What the caller promised about the body, besides the signature. */
interface Promised {
  /** Bytes of the object. */
  readonly size: number;
  readonly md5: Buffer | undefined;
  readonly checksum: { readonly algorithm: string; readonly value: string | undefined } | undefined;
}

/**
 * Stores an object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function putObject(call: Admitted, to: S3): Promise<Answer> {
  const { headers, bucket, target, signature } = call;
  const facts = readObjectHeaders(headers);
  const promised = readPromise(headers, signature.payloadHash);
  assertWritable(headers, bucket.store.find(target.key));
  const trailers = new Map<string, string>();
  const received = await receiveBody(openBody(call, to, trailers), bucket.store, {
    most: promised.size,
    algorithm: promised.checksum?.algorithm,
    sha256: isSha256(signature.payloadHash),
  });
  try {
    checkBody(received, promised, { payloadHash: signature.payloadHash, trailers });
    assertWritable(headers, bucket.store.find(target.key)); // somebody else may have been faster
  } catch (error) {
    await received.draft.discard();
    throw error;
  }
  const object = toObject(target.key, received, { ...facts, lastModified: to.clock.now() });
  bucket.store.put(object);
  return { status: 200, headers: { etag: `"${object.etag}"`, ...toChecksumHeaders(object) } };
}

/** An object out of received bytes and what is known of it. */
export function toObject(
  key: string,
  received: Received,
  facts: Pick<StoredObject, "headers" | "metadata" | "lastModified">,
): StoredObject {
  const { size, md5, checksum, draft } = received;
  return { key, size, etag: md5.toString("hex"), ...facts, ...(checksum && { checksum }), data: draft.data };
}

/** The header that tells an object's checksum. */
export function toChecksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (!checksum) return {};
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, "x-amz-checksum-type": "FULL_OBJECT" };
}

function readPromise(headers: Headers, payloadHash: string): Promised {
  const framed = payloadHash.startsWith("STREAMING-");
  const length = headers[framed ? "x-amz-decoded-content-length" : "content-length"];
  if (length === undefined || !/^\d{1,15}$/.test(length)) throw new S3Error("MissingContentLength");
  const size = Number(length);
  if (size > largestUpload) throw tooLarge(size, largestUpload);
  const md5 = headers["content-md5"];
  const digest = md5 === undefined ? undefined : Buffer.from(md5, "base64");
  if (digest && digest.length !== 16) throw new S3Error("InvalidDigest");
  return { size, md5: digest, checksum: readPromisedChecksum(headers) };
}

function openBody(call: Admitted, to: S3, trailers: Map<string, string>): AsyncIterable<Buffer> {
  const source = readPieces(call.request);
  const { payloadHash, signature: seed, amzDate, scope } = call.signature;
  const { secretAccessKey } = to.credentials;
  const chain = { seed, amzDate, scope, secretAccessKey };
  switch (payloadHash) {
    case "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
      return unframe(source, { trailing: true }, trailers);
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD":
      return unframe(source, { trailing: false, chain }, trailers);
    case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER":
      return unframe(source, { trailing: true, chain }, trailers);
    default:
      if (payloadHash.startsWith("STREAMING-")) throw notImplemented(`x-amz-content-sha256: ${payloadHash}`);
      return source;
  }
}

function checkBody(
  received: Received,
  promised: Promised,
  by: { readonly payloadHash: string; readonly trailers: ReadonlyMap<string, string> },
): void {
  if (received.size !== promised.size) throw new S3Error("IncompleteBody");
  if (isSha256(by.payloadHash) && by.payloadHash !== received.sha256)
    throw new S3Error("XAmzContentSHA256Mismatch");
  if (promised.md5 && !promised.md5.equals(received.md5)) throw new S3Error("BadDigest");
  checkChecksum(received, promised.checksum, by.trailers);
}

function isSha256(payloadHash: string): boolean {
  return /^[0-9a-f]{64}$/.test(payloadHash);
}

/** @throws S3Error `BadDigest` when the bytes do not add up to what was promised. */
export function checkChecksum(
  { checksum }: Received,
  promised: Promised["checksum"],
  trailers: ReadonlyMap<string, string>,
): void {
  if (!checksum || !promised) return;
  const value = promised.value ?? trailers.get(`x-amz-checksum-${checksum.algorithm}`);
  if (value === undefined) throw new S3Error("InvalidRequest", "The promised checksum trailer did not come.");
  if (value === checksum.value) return;
  const hint =
    value === "AAAAAA=="
      ? ' It is that of an empty body: presign with requestChecksumCalculation: "WHEN_REQUIRED".'
      : "";
  const name = checksum.algorithm.toUpperCase();
  throw new S3Error("BadDigest", `The ${name} you specified did not match the calculated checksum.${hint}`);
}
