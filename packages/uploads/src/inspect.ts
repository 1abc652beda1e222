// What lies at a key, held against what was promised: from the bucket, never from the browser.
import { isToldBy } from "./checksum.ts";
import { failures } from "./failures.ts";
import { toId } from "./key.ts";
import { readPromise } from "./metadata.ts";
import type { Place } from "./place.ts";
import { assertAllowed, type UploadRules } from "./rules.ts";
import { bytesToTell, fitsType } from "./sniff.ts";
import type { StoreAnswer } from "./store/call-store.ts";
import { readChecksums, readStart } from "./store/objects.ts";
import type { Seen } from "./store/seen.ts";

/** A file that arrived as it was promised. */
export interface UploadProof {
  readonly id: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly contentType: string;
  /** Who the ticket was for. Compare it with who asks. */
  readonly owner: string;
  /** As the uploader called it; not safe in a path. */
  readonly filename: string;
  /** What the ticket was given besides. */
  readonly metadata: Readonly<Record<string, string>>;
  /** With its quotes; it changes when the bytes do. */
  readonly etag: string;
}

/** What is known of a file that arrived as promised. */
export interface Inspected {
  readonly seen: Seen;
  readonly proof: UploadProof;
}

/** Where to look, and what to hold it against. */
export interface Inspection {
  readonly place: Place;
  readonly rules: UploadRules;
  /** Where the file lies, or is to lie. */
  readonly key: string;
  /** Where it is now. */
  readonly at: string;
}

/**
 * Looks at an object by its headers and first bytes.
 *
 * @throws `NOT_ARRIVED`, `NOT_AS_PROMISED`, `STORE_REFUSED`, `STORE_UNREACHABLE`
 */
export async function inspect({ place, rules, key, at }: Inspection): Promise<Inspected> {
  const start = await readStart(place, at, bytesToTell);
  if (start.status === 404) throw failures.create("NOT_ARRIVED", { key: at });
  if (start.status === 416) throw broken(at, "it is empty");
  if (start.status !== 206) throw failures.create("STORE_REFUSED", { key: at, status: start.status });
  const size = readSize(start);
  const contentType = start.headers["content-type"] ?? "";
  const promised = readPromise(start.headers);
  if (!promised) throw broken(at, "it was not uploaded with a ticket");
  if (size !== promised.size) throw broken(at, `it has ${size} bytes, not ${promised.size}`);
  if (!(await fitsType(contentType, start.bytes)))
    throw broken(at, `its bytes are not those of ${contentType}`);
  assertRulesStillHold(at, { size, contentType }, rules);
  const etag = start.headers["etag"] ?? "";
  const version = start.headers["x-amz-version-id"];
  const seen = { key: at, size, etag, ...(version !== undefined && { version }) };
  const { owner, filename, metadata, checksum } = promised;
  if (checksum !== undefined && !isToldBy(checksum, await readChecksums(place, seen))) {
    throw broken(at, "S3 does not tell the promised checksum");
  }
  return { seen, proof: { id: toId(key), key, size, contentType, owner, filename, metadata, etag } };
}

function assertRulesStillHold(
  key: string,
  file: { readonly size: number; readonly contentType: string },
  rules: UploadRules,
): void {
  try {
    assertAllowed(file, rules);
  } catch (error) {
    throw broken(key, "the rules do not allow it", error);
  }
}

function readSize({ headers }: StoreAnswer): number {
  return Number(/\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? Number.NaN);
}

function broken(key: string, because: string, cause?: unknown): Error {
  return failures.create("NOT_AS_PROMISED", { key, because }, cause === undefined ? {} : { cause });
}
