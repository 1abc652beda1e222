// When a request is about an object as it was, and the object is not so any more.
import type { StoredObject } from "./stored-object.ts";
import { notImplemented, S3Error } from "./s3-error.ts";

type Headers = Readonly<Record<string, string | undefined>>;

/**
 * Says whether a reader already has the object (`304`).
 *
 * @throws S3Error `PreconditionFailed`
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function isUnchanged(headers: Headers, object: StoredObject): boolean {
  const match = headers["if-match"];
  const since = readDate(headers["if-unmodified-since"]);
  if (match === undefined ? since !== undefined && toSecond(object) > since : !names(match, object)) {
    throw new S3Error("PreconditionFailed");
  }
  const noneMatch = headers["if-none-match"];
  if (noneMatch !== undefined) return names(noneMatch, object);
  const modified = readDate(headers["if-modified-since"]);
  return modified !== undefined && toSecond(object) <= modified;
}

/**
 * Holds a write against what is there now.
 *
 * @throws S3Error `PreconditionFailed`, `NoSuchKey`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function assertWritable(headers: Headers, object: StoredObject | undefined): void {
  const noneMatch = headers["if-none-match"];
  const match = headers["if-match"];
  if (noneMatch !== undefined && noneMatch !== "*")
    throw notImplemented("If-None-Match with an ETag on a write");
  if (noneMatch === "*" && object) throw new S3Error("PreconditionFailed");
  if (match !== undefined && !object) throw new S3Error("NoSuchKey");
  if (match !== undefined && object && !names(match, object)) throw new S3Error("PreconditionFailed");
}

function names(list: string, object: StoredObject): boolean {
  return list.split(",").some((entry) => {
    const tag = entry.trim().replace(/^W\//, "");
    return tag === "*" || tag.replaceAll('"', "") === object.etag;
  });
}

function readDate(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? undefined : time;
}

function toSecond(object: StoredObject): number {
  return Math.floor(object.lastModified / 1000) * 1000;
}
