// CopyObject and DeleteObject: objects that change place without their bytes crossing the wire.
import type { Admitted, Answer, S3 } from "./call.ts";
import { readObjectHeaders } from "./object-headers.ts";
import type { StoredObject } from "./object-store.ts";
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
  const { store, object: source } = findSource(headers["x-amz-copy-source"] ?? "", to);
  const directive = headers["x-amz-metadata-directive"] ?? "COPY";
  if (directive !== "COPY" && directive !== "REPLACE") {
    throw new S3Error("InvalidArgument", "Unknown metadata directive.");
  }
  if (Object.keys(headers).some((name) => name.startsWith("x-amz-copy-source-"))) {
    throw notImplemented("conditions on the source of a copy");
  }
  const asked = readObjectHeaders(headers);
  if (directive === "COPY" && source.key === target.key && store === bucket.store) {
    throw new S3Error(
      "InvalidRequest",
      "This copy request is illegal: it copies an object onto itself unchanged.",
    );
  }
  const facts = directive === "REPLACE" ? asked : { headers: source.headers, metadata: source.metadata };
  const received = await receiveBody(await store.read(source), bucket.store, {
    most: source.size,
    algorithm: source.checksum?.algorithm,
  });
  const object = toObject(target.key, received, { ...facts, lastModified: to.clock.now() });
  bucket.store.put(object);
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
export function deleteObject({ bucket, target, headers }: Admitted): Answer {
  if (headers["if-match"] !== undefined) throw notImplemented("If-Match on DeleteObject");
  bucket.store.remove(target.key);
  return { status: 204 };
}

function findSource(header: string, to: S3): { store: Admitted["bucket"]["store"]; object: StoredObject } {
  const [path = "", version] = header.replace(/^\//, "").split("?", 2);
  if (version !== undefined) throw notImplemented("versions of the source of a copy");
  const slash = path.indexOf("/");
  if (slash < 1) throw new S3Error("InvalidArgument", "Copy Source must mention the source bucket and key");
  const bucket = to.buckets.get(decode(path.slice(0, slash)));
  if (!bucket) throw new S3Error("NoSuchBucket");
  const object = bucket.store.find(checkKey(decode(path.slice(slash + 1))));
  if (!object) throw new S3Error("NoSuchKey");
  return { store: bucket.store, object };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new S3Error("InvalidArgument", "The copy source is not percent-encoded as it should be.");
  }
}
