// Checksums that a caller may send along, so that a damaged upload is refused.
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { type Crc64, crc32c, crc64nvme } from "./crc.ts";
import { notImplemented, S3Error } from "./s3-error.ts";

/** Takes bytes and says at the end what they add up to, in base64. */
export interface RunningChecksum {
  update(piece: Buffer): void;
  digest(): string;
}

const headerStart = "x-amz-checksum-";

/**
 * The algorithms by their header's end.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
 */
const algorithms: ReadonlyMap<string, () => RunningChecksum> = new Map([
  ["crc32", () => runningCrc(crc32)],
  ["crc32c", () => runningCrc(crc32c)],
  ["crc64nvme", runningCrc64],
  ["sha1", () => runningHash("sha1")],
  ["sha256", () => runningHash("sha256")],
]);

/** Starts a checksum of the bytes to come. */
export function startChecksum(algorithm: string): RunningChecksum {
  const start = algorithms.get(algorithm.toLowerCase());
  if (!start) throw notImplemented(`the checksum algorithm ${algorithm.toUpperCase()}`);
  return start();
}

/**
 * Reads which checksum a request promises: in a header, or in a trailer that follows the body.
 *
 * @throws S3Error `NotImplemented` for an algorithm that is not known, `InvalidRequest` for two at once.
 */
export function readPromisedChecksum(
  headers: Readonly<Record<string, string | undefined>>,
): { readonly algorithm: string; readonly value: string | undefined } | undefined {
  const inHeader = Object.keys(headers).filter(
    (name) =>
      name.startsWith(headerStart) && !["mode", "type", "algorithm"].includes(name.slice(headerStart.length)),
  );
  const inTrailer = (headers["x-amz-trailer"] ?? "").toLowerCase().split(",").filter(Boolean);
  const names = [...inHeader, ...inTrailer.map((name) => name.trim())];
  const [name] = names;
  if (name === undefined) return undefined;
  if (names.length > 1) throw new S3Error("InvalidRequest", "Expecting a single x-amz-checksum- header.");
  if (!name.startsWith(headerStart)) throw notImplemented(`the trailer ${name}`);
  const algorithm = name.slice(headerStart.length);
  startChecksum(algorithm);
  return { algorithm, value: headers[name] };
}

function runningHash(algorithm: string): RunningChecksum {
  const hash = createHash(algorithm);
  return { update: (piece) => void hash.update(piece), digest: () => hash.digest("base64") };
}

function runningCrc(step: (piece: Buffer, before: number) => number): RunningChecksum {
  let value = 0;
  return {
    update(piece) {
      value = step(piece, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes.toString("base64");
    },
  };
}

function runningCrc64(): RunningChecksum {
  let value: Crc64 = { high: 0, low: 0 };
  return {
    update(piece) {
      value = crc64nvme(piece, value);
    },
    digest() {
      const bytes = Buffer.alloc(8);
      bytes.writeUInt32BE(value.high);
      bytes.writeUInt32BE(value.low, 4);
      return bytes.toString("base64");
    },
  };
}
