// ListParts and ListMultipartUploads: what of an unfinished object is there, and which are unfinished.
import { encodeUri } from "@gatewright/signature";
import type { Admitted, Answer } from "./call.ts";
import { findUpload, toChecksumNodes } from "./multipart.ts";
import { S3Error } from "./s3-error.ts";
import type { StoredPart, StoredUpload } from "./upload-store.ts";
import { s3Namespace, toXml, type XmlNode } from "./xml.ts";

const xml = { "content-type": "application/xml" };

/** Lists an upload's parts, at most 1000 at once. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export function listParts(call: Admitted): Answer {
  const { bucket, target } = call;
  const upload = findUpload(call);
  const after = readCount(target.query.get("part-number-marker") ?? "0", "part-number-marker");
  const most = Math.min(readCount(target.query.get("max-parts") ?? "1000", "max-parts"), 1000);
  const left = bucket.store.uploads.parts(upload.id).filter((part) => part.number > after);
  const page = left.slice(0, most);
  const last = page.at(-1)?.number ?? after;
  const nodes: XmlNode[] = [
    ["Bucket", bucket.name],
    ["Key", target.key],
    ["UploadId", upload.id],
    ["PartNumberMarker", String(after)],
    ["NextPartNumberMarker", String(last)],
    ["MaxParts", String(most)],
    ["IsTruncated", String(left.length > page.length)],
    ...page.map((part): XmlNode => ["Part", toPartNodes(part)]),
    ["StorageClass", "STANDARD"],
    ...toAlgorithmNodes(upload),
  ];
  return { status: 200, headers: xml, body: toXml("ListPartsResult", nodes, s3Namespace) };
}

/** Lists a bucket's unfinished uploads. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export function listUploads({ bucket, target: { query } }: Admitted): Answer {
  const prefix = query.get("prefix") ?? "";
  const most = Math.min(readCount(query.get("max-uploads") ?? "1000", "max-uploads"), 1000);
  const marker = { key: query.get("key-marker") ?? "", id: query.get("upload-id-marker") ?? "" };
  const all = bucket.store.uploads.all().filter(({ key }) => key.startsWith(prefix));
  const left = all.slice(countBefore(all, marker));
  const page = left.slice(0, most);
  const last = page.at(-1);
  const encode =
    query.get("encoding-type") === "url"
      ? (text: string) => encodeUri(text).replaceAll("%2F", "/")
      : (text: string) => text;
  const nodes: XmlNode[] = [
    ["Bucket", bucket.name],
    ["KeyMarker", encode(marker.key)],
    ["UploadIdMarker", marker.id],
    ...(left.length > page.length && last
      ? [["NextKeyMarker", encode(last.key)] as const, ["NextUploadIdMarker", last.id] as const]
      : []),
    ["Prefix", encode(prefix)],
    ...(query.get("encoding-type") === "url" ? [["EncodingType", "url"] as const] : []),
    ["MaxUploads", String(most)],
    ["IsTruncated", String(left.length > page.length)],
    ...page.map((upload): XmlNode => ["Upload", toUploadNodes(upload, encode)]),
  ];
  return { status: 200, headers: xml, body: toXml("ListMultipartUploadsResult", nodes, s3Namespace) };
}

function countBefore(
  all: readonly StoredUpload[],
  marker: { readonly key: string; readonly id: string },
): number {
  if (marker.key === "") return 0;
  const at = all.findIndex(({ key, id }) => key === marker.key && id === marker.id);
  return at >= 0
    ? at + 1
    : all.filter(({ key }) => Buffer.compare(Buffer.from(key), Buffer.from(marker.key)) <= 0).length;
}

function toPartNodes(part: StoredPart): XmlNode[] {
  return [
    ["PartNumber", String(part.number)],
    ["LastModified", new Date(part.lastModified).toISOString()],
    ["ETag", `"${part.etag}"`],
    ["Size", String(part.size)],
    ...toChecksumNodes(part.checksum),
  ];
}

function toUploadNodes(upload: StoredUpload, encode: (text: string) => string): XmlNode[] {
  return [
    ["Key", encode(upload.key)],
    ["UploadId", upload.id],
    ["StorageClass", "STANDARD"],
    ["Initiated", new Date(upload.begun).toISOString()],
    ...toAlgorithmNodes(upload),
  ];
}

function toAlgorithmNodes({ checksum }: StoredUpload): XmlNode[] {
  if (!checksum) return [];
  return [
    ["ChecksumAlgorithm", checksum.algorithm.toUpperCase()],
    ["ChecksumType", checksum.type],
  ];
}

function readCount(text: string, name: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new S3Error("InvalidArgument", `Provided ${name} not an integer or within integer range`);
}
