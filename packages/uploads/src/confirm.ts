// Proof that a file arrived as promised: from the bucket, never from the browser.
import { failures } from "./failures.ts";
import { toId } from "./key.ts";
import { readPromise } from "./metadata.ts";
import type { Place } from "./place.ts";
import { readStart, type Start } from "./read-start.ts";
import { assertAllowed, type UploadRules } from "./rules.ts";
import { bytesToTell, fitsType } from "./sniff.ts";

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

/** Looks at an object and holds it against its promise and the rules. */
export async function proveArrival(place: Place, key: string, rules: UploadRules): Promise<UploadProof> {
  const start = await readStart(place, key, bytesToTell);
  if (start.status === 404) throw failures.create("NOT_ARRIVED", { key });
  if (start.status === 416) throw broken(key, "it is empty");
  if (start.status !== 206) throw failures.create("STORE_REFUSED", { key, status: start.status });
  const size = readSize(start);
  const contentType = start.headers["content-type"] ?? "";
  const promised = readPromise(start.headers);
  if (!promised) throw broken(key, "it was not uploaded with a ticket");
  if (size !== promised.size) throw broken(key, `it has ${size} bytes, not ${promised.size}`);
  if (!fitsType(contentType, start.bytes)) throw broken(key, `its bytes are not those of ${contentType}`);
  assertRulesStillHold(key, { size, contentType }, rules);
  const { owner, filename, metadata } = promised;
  const etag = start.headers["etag"] ?? "";
  return { id: toId(key), key, size, contentType, owner, filename, metadata, etag };
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

function readSize({ headers }: Start): number {
  return Number(/\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? Number.NaN);
}

function broken(key: string, because: string, cause?: unknown): Error {
  return failures.create("NOT_AS_PROMISED", { key, because }, cause === undefined ? {} : { cause });
}
