// Which bucket and which object a request is about, in either of S3's two styles.
import { S3Error } from "./s3-error.ts";

/** What the request line and the host say. */
export interface Target {
  /** Path and query exactly as they arrived; the signature covers them. */
  readonly raw: string;
  readonly bucket: string | undefined;
  /** Whether the bucket is named by the host (virtual-host style). */
  readonly bucketInHost: boolean;
  /** Decoded; empty when the request is about the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
}

const keyBytesAtMost = 1024;

/**
 * Reads `/bucket/key` (path style) or `bucket.localhost`, `bucket.s3.REGION.amazonaws.com` (virtual-host style).
 *
 * A key is data: dots and slashes in it are kept as they are, and never become a path on the disk.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function readTarget(raw: string, host: string, region: string): Target {
  const mark = raw.indexOf("?");
  const path = decodePath(mark < 0 ? raw : raw.slice(0, mark));
  const query = new URLSearchParams(mark < 0 ? "" : raw.slice(mark + 1));
  const bucketOfHost = readBucketOfHost(host, region);
  if (bucketOfHost !== undefined) {
    return { raw, bucket: bucketOfHost, bucketInHost: true, key: checkKey(path.slice(1)), query };
  }
  const slash = path.indexOf("/", 1);
  const bucket = slash < 0 ? path.slice(1) : path.slice(1, slash);
  const key = slash < 0 ? "" : checkKey(path.slice(slash + 1));
  return { raw, bucket: bucket || undefined, bucketInHost: false, key, query };
}

/** Refuses a key that S3 would not store. */
export function checkKey(key: string): string {
  if (Buffer.byteLength(key) > keyBytesAtMost) throw new S3Error("KeyTooLongError");
  return key;
}

function readBucketOfHost(host: string, region: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  const services = [
    `s3.${region}.amazonaws.com`,
    "s3.amazonaws.com",
    "s3.localhost",
    "localhost",
    "127.0.0.1",
  ];
  if (services.includes(name)) return undefined;
  const service = services.find((service) => name.endsWith(`.${service}`));
  return service && name.slice(0, -service.length - 1);
}

function decodePath(path: string): string {
  if (!path.startsWith("/")) throw new S3Error("InvalidURI");
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error("InvalidURI"); // a broken percent sequence or bytes that are not UTF-8
  }
}
