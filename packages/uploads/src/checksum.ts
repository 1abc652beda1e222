// What a file's bytes must add up to: promised with its ticket, and held by S3.
import { failures } from "./failures.ts";

/** A promised checksum. */
export interface FileChecksum {
  readonly algorithm: "sha256" | "sha1" | "crc32" | "crc32c" | "crc64nvme";
  /** In base64. */
  readonly value: string;
}

/** Bytes of each algorithm's value. */
const lengths: Readonly<Record<string, number>> = { sha256: 32, sha1: 20, crc32: 4, crc32c: 4, crc64nvme: 8 };

/** @throws `CHECKSUM_INVALID` for a checksum that cannot be one. */
export function assertChecksum({ algorithm, value }: FileChecksum): void {
  const length = Object.hasOwn(lengths, algorithm) ? lengths[algorithm] : undefined;
  if (length === undefined)
    throw failures.create("CHECKSUM_INVALID", { because: "its algorithm is not one of S3's" });
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== length || bytes.toString("base64") !== value) {
    throw failures.create("CHECKSUM_INVALID", { because: `it is not ${length} bytes in base64` });
  }
}

/** @throws `CHECKSUM_INVALID` for one that S3 cannot tell of an object in parts. */
export function assertOfWhole({ algorithm }: FileChecksum): void {
  if (algorithm.startsWith("crc")) return;
  throw failures.create("CHECKSUM_INVALID", {
    because: `S3 cannot tell the ${algorithm} of a file in parts; promise a crc32, crc32c or crc64nvme`,
  });
}

/** The header or form field that holds S3 to a checksum. */
export function toChecksumField({ algorithm, value }: FileChecksum): Record<string, string> {
  return { [`x-amz-checksum-${algorithm}`]: value };
}

/** Writes a checksum into one text, and reads it back. */
export function toChecksumText({ algorithm, value }: FileChecksum): string {
  return `${algorithm}:${value}`;
}

/** Whether S3's own headers tell the checksum that was promised as text. */
export function isToldBy(text: string, headers: Readonly<Record<string, string>>): boolean {
  const [algorithm = "", value = ""] = text.split(":", 2);
  return headers[`x-amz-checksum-${algorithm}`] === value;
}
