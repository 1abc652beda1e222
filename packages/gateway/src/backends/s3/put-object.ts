// PutObject: a body from the wire becomes the object of its key, once everything about it holds.
import type { Admitted, Answer, S3 } from "./call.ts";
import type { StoredObject } from "./stored-object.ts";
import { readObjectHeaders } from "./object-headers.ts";
import { assertWritable } from "./preconditions.ts";
import type { Received } from "./receive-body.ts";
import { takeBody } from "./take-body.ts";

/**
 * Stores an object.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 */
export async function putObject(call: Admitted, to: S3): Promise<Answer> {
  const { headers, bucket, target } = call;
  const facts = readObjectHeaders(headers);
  assertWritable(headers, bucket.store.find(target.key));
  const received = await takeBody(call, to, { store: bucket.store });
  try {
    assertWritable(headers, bucket.store.find(target.key)); // somebody else may have been faster
  } catch (error) {
    await received.draft.discard();
    throw error;
  }
  const object = toObject(target.key, received, { ...facts, lastModified: to.clock.now() });
  bucket.store.put(object);
  to.tell("ObjectCreated:Put", { bucket, object, call });
  return { status: 200, headers: { etag: `"${object.etag}"`, ...toChecksumHeaders(object) } };
}

/** An object out of received bytes and what is known of it. */
export function toObject(
  key: string,
  received: Received,
  facts: Pick<StoredObject, "headers" | "metadata" | "lastModified" | "tags">,
): StoredObject {
  const { size, md5, checksum, draft } = received;
  const pieces = [{ data: draft.data, size }];
  return { key, size, etag: md5.toString("hex"), ...facts, ...(checksum && { checksum }), pieces };
}

/** The header that tells an object's checksum. */
export function toChecksumHeaders({ checksum }: StoredObject): Record<string, string> {
  if (!checksum) return {};
  return {
    [`x-amz-checksum-${checksum.algorithm}`]: checksum.value,
    "x-amz-checksum-type": checksum.type ?? "FULL_OBJECT",
  };
}
