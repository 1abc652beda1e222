// GetObject and HeadObject: an object, or a part of it, with its headers.
import type { Admitted, Answer } from "./call.ts";
import type { Range, StoredObject } from "./stored-object.ts";
import { hasControls } from "./object-headers.ts";
import { isUnchanged } from "./preconditions.ts";
import { toChecksumHeaders } from "./put-object.ts";
import { S3Error } from "./s3-error.ts";

/**
 * Gives an object back, or its facts alone.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 */
export function getObject(call: Admitted): Answer {
  const { bucket, target, headers, request } = call;
  const object = bucket.store.find(target.key);
  if (!object) throw new S3Error("NoSuchKey", undefined, { Key: target.key });
  const facts = { ...toFacts(object), ...readOverrides(target.query) };
  if (isUnchanged(headers, object)) return { status: 304, headers: { etag: facts["etag"] ?? "" } };
  const range = readRange(headers["range"], object.size);
  const [start, end] = range ? [range.start, range.end] : [0, object.size - 1];
  const answered = {
    ...facts,
    "content-length": String(end - start + 1),
    ...(!range && headers["x-amz-checksum-mode"] === "ENABLED" && toChecksumHeaders(object)),
    ...(range && { "content-range": `bytes ${start}-${end}/${object.size}` }),
  };
  const status = range ? 206 : 200;
  if (request.method === "HEAD" || object.size === 0) return { status, headers: answered };
  return { status, headers: answered, body: bucket.store.read(object, { start, end }) };
}

function toFacts(object: StoredObject): Record<string, string> {
  const metadata = Object.entries(object.metadata).map(([name, value]) => [
    `x-amz-meta-${name}`,
    toHeaderText(value),
  ]);
  return {
    ...Object.fromEntries(Object.entries(object.headers).map(([name, value]) => [name, toHeaderText(value)])),
    ...(Object.fromEntries(metadata) as Record<string, string>), // pairs made on the line above
    etag: `"${object.etag}"`,
    "last-modified": new Date(object.lastModified).toUTCString(),
    "accept-ranges": "bytes",
    ...(object.tags && { "x-amz-tagging-count": String(Object.keys(object.tags).length) }),
  };
}

/**
 * What a header cannot hold is told in MIME's words.
 *
 * @see https://www.rfc-editor.org/rfc/rfc2047
 */
function toHeaderText(text: string): string {
  return /^[\t\u0020-\u007e]*$/.test(text) ? text : `=?UTF-8?B?${Buffer.from(text).toString("base64")}?=`;
}

/** `response-content-type` and its kin; only a signed request comes this far. */
function readOverrides(query: URLSearchParams): Record<string, string> {
  const overrides: Record<string, string> = {};
  for (const [name, value] of query) {
    if (!name.startsWith("response-")) continue;
    if (hasControls(value))
      throw new S3Error("InvalidArgument", `The value of ${name} holds control characters.`);
    overrides[name.slice("response-".length)] = toHeaderText(value);
  }
  return overrides;
}

/**
 * Reads one range of bytes; anything else means the whole object, as on S3.
 *
 * @throws S3Error `InvalidRange` when no byte of the object is in it.
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-14.1.2
 */
export function readRange(header: string | undefined, size: number): Range | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? "");
  if (!match) return undefined;
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") return undefined;
  if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) {
    throw new S3Error("InvalidRange", undefined, {
      RangeRequested: header ?? "",
      ActualObjectSize: String(size),
    });
  }
  return { start, end };
}
