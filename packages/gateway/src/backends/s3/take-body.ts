// A signed body from the wire: its frame taken off, held against everything that was promised of it.
import { notImplemented, S3Error } from "./s3-error.ts";
import { unframe } from "./aws-chunked.ts";
import { type Admitted, type Headers, readPieces, type S3 } from "./call.ts";
import { readPromisedChecksum, startChecksum } from "./checksum.ts";
import { createHash } from "node:crypto";
import type { ObjectStore } from "./object-store.ts";
import { largestUpload, receiveBody, type Received, tooLarge } from "./receive-body.ts";

/** What the caller promised about the body, besides the signature. */
interface Promised {
  /** Bytes without the frame. */
  readonly size: number;
  readonly md5: Buffer | undefined;
  readonly checksum: { readonly algorithm: string; readonly value: string | undefined } | undefined;
}

/** Bytes, counted and hashed. */
type Counted = Omit<Received, "draft">;

/**
 * Takes the body of a request to the disk, and keeps it only where it is what was promised.
 *
 * @param algorithm The checksum to work out where the caller promised none.
 * @throws S3Error `MissingContentLength`, `EntityTooLarge`, `IncompleteBody`, `BadDigest`, `XAmzContentSHA256Mismatch` …
 */
export async function takeBody(
  call: Admitted,
  to: S3,
  { store, algorithm }: { readonly store: ObjectStore; readonly algorithm?: string | undefined },
): Promise<Received> {
  const { payloadHash } = call.signature;
  const promised = readPromise(call.headers, payloadHash);
  const trailers = new Map<string, string>();
  const received = await receiveBody(openBody(call, to, trailers), store, {
    most: promised.size,
    algorithm: promised.checksum?.algorithm ?? algorithm,
    sha256: isSha256(payloadHash),
  });
  try {
    checkBody(received, promised, { payloadHash, trailers });
    return received;
  } catch (error) {
    await received.draft.discard();
    throw error;
  }
}

/** Takes a small body (a document about the request) into memory. @throws S3Error as {@link takeBody}, `MalformedXML` over 2 MB */
export async function takeText(call: Admitted, to: S3): Promise<string> {
  const { payloadHash } = call.signature;
  const promised = readPromise(call.headers, payloadHash);
  if (promised.size > 2 * 1024 ** 2) throw new S3Error("MalformedXML");
  const trailers = new Map<string, string>();
  const pieces: Buffer[] = [];
  for await (const piece of openBody(call, to, trailers)) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const { checksum } = promised;
  const running = checksum && startChecksum(checksum.algorithm);
  running?.update(bytes);
  const counted: Counted = {
    size: bytes.length,
    md5: createHash("md5").update(bytes).digest(),
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...(checksum && running && { checksum: { algorithm: checksum.algorithm, value: running.digest() } }),
  };
  checkBody(counted, promised, { payloadHash, trailers });
  return bytes.toString("utf8");
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
  received: Counted,
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
  { checksum }: Counted,
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
