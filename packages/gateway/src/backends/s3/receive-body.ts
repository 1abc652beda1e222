// Bytes from the wire to the disk, counted and hashed on the way.
import { createHash } from "node:crypto";
import type { Draft, ObjectStore } from "./object-store.ts";
import type { Checksum } from "./stored-object.ts";
import { startChecksum } from "./checksum.ts";
import { S3Error } from "./s3-error.ts";

/** What to hold a body against while it comes in. */
export interface Expected {
  /** Bytes; one more and the upload ends. */
  readonly most: number;
  /** Which of S3's checksums to work out besides MD5. */
  readonly algorithm?: string | undefined;
  /** Whether the SHA-256 of what is on the wire is wanted. */
  readonly sha256?: boolean;
}

/** A body on the disk, not yet an object. */
export interface Received {
  readonly draft: Draft;
  readonly size: number;
  readonly md5: Buffer;
  /** Hexadecimal. */
  readonly sha256?: string;
  readonly checksum?: Checksum;
}

/** The largest object of a single upload: 5 GB. */
export const largestUpload: number = 5 * 1024 ** 3;

/**
 * Writes a body to the disk as it comes, a piece at a time.
 *
 * Whatever goes wrong, the bytes written so far are gone when the error arrives.
 *
 * @throws S3Error `EntityTooLarge` at the first byte over the limit.
 */
export async function receiveBody(
  source: AsyncIterable<Buffer>,
  store: ObjectStore,
  expected: Expected,
): Promise<Received> {
  const draft = await store.draft();
  try {
    return await write(source, draft, expected);
  } catch (error) {
    await draft.discard();
    throw error;
  }
}

async function write(source: AsyncIterable<Buffer>, draft: Draft, expected: Expected): Promise<Received> {
  const md5 = createHash("md5");
  const sha256 = expected.sha256 ? createHash("sha256") : undefined;
  const { algorithm } = expected;
  const checksum = algorithm === undefined ? undefined : startChecksum(algorithm);
  let size = 0;
  for await (const piece of source) {
    size += piece.length;
    if (size > expected.most) throw tooLarge(size, expected.most);
    md5.update(piece);
    sha256?.update(piece);
    checksum?.update(piece);
    await draft.append(piece);
  }
  await draft.finish();
  return {
    draft,
    size,
    md5: md5.digest(),
    ...(sha256 && { sha256: sha256.digest("hex") }),
    ...(checksum && algorithm !== undefined && { checksum: { algorithm, value: checksum.digest() } }),
  };
}

/** The refusal of a body over its limit, with S3's details. */
export function tooLarge(size: number, most: number): S3Error {
  return new S3Error("EntityTooLarge", undefined, {
    ProposedSize: String(size),
    MaxSizeAllowed: String(most),
  });
}
