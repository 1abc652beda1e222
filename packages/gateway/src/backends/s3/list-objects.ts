// ListObjectsV2 and ListBuckets: what there is, a page at a time.
import type { Admitted, Answer, Arrived, S3 } from "./call.ts";
import { encodeUri } from "@gatewright/signature";
import type { StoredObject } from "./stored-object.ts";
import { S3Error } from "./s3-error.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

const xml = { "content-type": "application/xml" };

interface Listing {
  readonly prefix: string;
  readonly delimiter: string;
  readonly most: number;
  /** Keys up to this one, itself counted, are not told. */
  readonly after: string;
  /** Whether `after` is a common prefix that was told whole. */
  readonly encode: (text: string) => string;
}

interface Page {
  readonly objects: readonly StoredObject[];
  readonly prefixes: readonly string[];
  /** Where the next page begins. */
  readonly next: string | undefined;
}

/**
 * Lists the objects of a bucket in the order of their keys' bytes.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function listObjects({ bucket, target }: Admitted): Answer {
  const { query } = target;
  const listing = readListing(query);
  const page = readPage(bucket.store, listing);
  const { encode } = listing;
  const echo = (name: string, element: string): XmlNode[] => {
    const value = query.get(name);
    return value === null ? [] : [[element, name === "continuation-token" ? value : encode(value)]];
  };
  const nodes: XmlNode[] = [
    ["Name", bucket.name],
    ["Prefix", encode(listing.prefix)],
    ...echo("delimiter", "Delimiter"),
    ["MaxKeys", String(listing.most)],
    ...(query.get("encoding-type") === "url" ? [["EncodingType", "url"] as const] : []),
    ["KeyCount", String(page.objects.length + page.prefixes.length)],
    ["IsTruncated", String(page.next !== undefined)],
    ...echo("continuation-token", "ContinuationToken"),
    ...echo("start-after", "StartAfter"),
    ...(page.next === undefined ? [] : [["NextContinuationToken", toToken(page.next)] as const]),
    ...page.objects.map((object): XmlNode => ["Contents", toContents(object, encode)]),
    ...page.prefixes.map((prefix): XmlNode => ["CommonPrefixes", [["Prefix", encode(prefix)]]]),
  ];
  return { status: 200, headers: xml, body: toXml("ListBucketResult", nodes, s3Namespace) };
}

/** Lists the buckets that the definition declares. */
export function listBuckets(_call: Arrived, to: S3): Answer {
  const created = new Date(0).toISOString();
  const buckets = [...to.buckets.keys()].sort().map((name): XmlNode => [
    "Bucket",
    [
      ["Name", name],
      ["CreationDate", created],
    ],
  ]);
  const body = toXml(
    "ListAllMyBucketsResult",
    [
      ["Owner", [["ID", "gatewright"]]],
      ["Buckets", buckets],
    ],
    s3Namespace,
  );
  return { status: 200, headers: xml, body };
}

/** Tells the region; the first one has no name here. */
export function getLocation(_call: Admitted, { region }: S3): Answer {
  const body = toXml("LocationConstraint", region === "us-east-1" ? "" : region, s3Namespace);
  return { status: 200, headers: xml, body };
}

function readListing(query: URLSearchParams): Listing {
  const encoding = query.get("encoding-type");
  if (encoding !== null && encoding !== "url")
    throw new S3Error("InvalidArgument", "Invalid Encoding Method specified in Request");
  const most = query.get("max-keys") ?? "1000";
  if (!/^\d{1,9}$/.test(most))
    throw new S3Error("InvalidArgument", "Provided max-keys not an integer or within integer range");
  const token = query.get("continuation-token");
  return {
    prefix: query.get("prefix") ?? "",
    delimiter: query.get("delimiter") ?? "",
    most: Math.min(Number(most), 1000),
    after: token === null ? (query.get("start-after") ?? "") : readToken(token),
    encode: encoding === "url" ? (text) => encodeUri(text).replaceAll("%2F", "/") : (text) => text,
  };
}

function readPage(store: Admitted["bucket"]["store"], listing: Listing): Page {
  const { prefix, delimiter, most, after } = listing;
  const objects: StoredObject[] = [];
  const prefixes = new Set<string>();
  let last = after;
  for (const key of store.keys()) {
    if (!key.startsWith(prefix) || isToldBefore(key, listing)) continue;
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut < 0 ? undefined : key.slice(0, cut + delimiter.length);
    if (common !== undefined && prefixes.has(common)) continue;
    if (objects.length + prefixes.size >= most) {
      return { objects, prefixes: [...prefixes], next: most === 0 ? undefined : last };
    }
    const object = store.find(key);
    if (common !== undefined) prefixes.add(common);
    else if (object) objects.push(object);
    last = common ?? key;
  }
  return { objects, prefixes: [...prefixes], next: undefined };
}

/** A common prefix in `after` stands for every key below it. */
function isToldBefore(key: string, { after, delimiter, prefix }: Listing): boolean {
  if (after === "") return false;
  if (Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) return true;
  const wholePrefix = delimiter !== "" && after.endsWith(delimiter) && after.length > prefix.length;
  return wholePrefix && key.startsWith(after);
}

function toContents(object: StoredObject, encode: (text: string) => string): XmlNode[] {
  return [
    ["Key", encode(object.key)],
    ["LastModified", new Date(object.lastModified).toISOString()],
    ["ETag", `"${object.etag}"`],
    ["Size", String(object.size)],
    ["StorageClass", "STANDARD"],
  ];
}

function toToken(after: string): string {
  return Buffer.from(after).toString("base64");
}

function readToken(token: string): string {
  const after = Buffer.from(token, "base64").toString("utf8");
  if (after === "" || toToken(after) !== token) {
    throw new S3Error("InvalidArgument", "The continuation token provided is incorrect");
  }
  return after;
}
