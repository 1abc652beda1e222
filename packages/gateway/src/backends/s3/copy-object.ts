// CopyObject and DeleteObject: objects that change place or go without their bytes crossing the wire.
import type { Admitted, Answer, Headers, S3 } from "./call.ts";
import { readObjectHeaders } from "./object-headers.ts";
import type { StoredObject } from "./stored-object.ts";
import { assertWritable, isUnchanged } from "./preconditions.ts";
import { toObject } from "./put-object.ts";
import { receiveBody } from "./receive-body.ts";
import { notImplemented, S3Error } from "./s3-error.ts";
import { checkKey } from "./target.ts";
import { s3Namespace, toXml } from "./xml.ts";

/**
 * Copies an object, with its metadata or with new ones.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copyObject(call: Admitted, to: S3): Promise<Answer> {
  const { headers, target, bucket } = call;
  const { store, object: source } = findSource(headers, to);
  const directive = headers["x-amz-metadata-directive"] ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new S3Error("InvalidArgument", "Unknown metadata directive.");
  }
  assertWritable(headers, bucket.store.find(target.key));
  const asked = readObjectHeaders({ ...headers, "x-amz-checksum-algorithm": undefined });
  if (directive === "COPY" && source.key === target.key && store === bucket.store) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal: it copies an object onto itself unchanged.",
    );
  }
  const { tags: newTags, ...askedFacts } = asked;
  const tags = headers["x-amz-tagging-directive"] === "REPLACE" ? newTags : source.tags;
  const facts = {
    ...(directive === "REPLACE" ? askedFacts : { headers: source.headers, metadata: source.metadata }),
    ...(tags && { tags }),
  };
  const received = await receiveBody(store.read(source), bucket.store, {
    most: source.size,
    algorithm: headers["x-amz-checksum-algorithm"] ?? source.checksum?.algorithm,
  });
  const object = toObject(target.key, received, { ...facts, lastModified: to.clock.now() });
  bucket.store.put(object);
  to.tell("ObjectCreated:Copy", { bucket, object, call });
  const body = toXml(
    "CopyObjectResult",
    [
      ["LastModified", new Date(object.lastModified).toISOString()],
      ["ETag", `"${object.etag}"`],
    ],
    s3Namespace,
  );
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}

/** Removes an object; one that is not there is removed already. */
export function deleteObject(call: Admitted, to: S3): Answer {
  const { bucket, target, headers } = call;
  if (headers["if-match"] !== undefined) throw notImplemented("If-Match on DeleteObject");
  bucket.store.remove(target.key);
  to.tell("ObjectRemoved:Delete", { bucket, object: { key: target.key }, call });
  return { status: 204 };
}

/** The object that `x-amz-copy-source` names, if the conditions on it hold. @throws S3Error `NoSuchKey`, `PreconditionFailed` */
export function findSource(
  headers: Headers,
  to: S3,
): { readonly store: Admitted["bucket"]["store"]; readonly object: StoredObject } {
  const header = headers["x-amz-copy-source"] ?? "";
  const [path = "", version] = header.replace(/^\//, "").split("?", 2);
  if (version !== undefined) throw notImplemented("versions of the source of a copy");
  const slash = path.indexOf("/");
  if (slash < 1) throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key");
  const bucket = to.buckets.get(decode(path.slice(0, slash)));
  if (!bucket) throw new S3Error("NoSuchBucket");
  const object = bucket.store.find(checkKey(decode(path.slice(slash + 1))));
  if (!object) throw new S3Error("NoSuchKey");
  const conditions = ["if-match", "if-none-match", "if-modified-since", "if-unmodified-since"].map((name) => [
    name,
    headers[`x-amz-copy-source-${name}`],
  ]);
  const asked = Object.fromEntries(conditions) as Headers; // pairs made on the line above
  if (isUnchanged(asked, object)) throw new S3Error("PreconditionFailed");
  return { store: bucket.store, object };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidArgument", "The copy source is not percent-encoded as it should be.");
  }
}
