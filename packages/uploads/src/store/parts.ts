// Objects in parts: begun, listed, completed, given up, and copied when one request cannot.
import { failures } from "../failures.ts";
import type { Place } from "../place.ts";
import { callStore, readElement, type StoreAnswer } from "./call-store.ts";
import type { Seen } from "./seen.ts";

/** A part that S3 has. */
export interface StoredPart {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  /** SHA-256 in base64, where the upload was begun with it. */
  readonly checksum?: string;
}

/** An object that comes in parts. */
export interface PartsPlace {
  readonly key: string;
  readonly uploadId: string;
}

/** Begins an object in parts. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function beginParts(
  place: Place,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<string> {
  const answer = await callStore(place, { method: "POST", key, query: { uploads: "" }, headers });
  return expectElement(answer, "UploadId", key);
}

/** Lists every part that S3 has; `undefined` where the upload is over. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function listParts(
  place: Place,
  { key, uploadId }: PartsPlace,
): Promise<StoredPart[] | undefined> {
  const parts: StoredPart[] = [];
  for (let marker = "0"; ;) {
    const query = { uploadId, "part-number-marker": marker };
    const answer = await callStore(place, { method: "GET", key, query });
    if (answer.status === 404) return undefined;
    const xml = expectText(answer, key);
    parts.push(...[...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = ""]) => readPart(part)));
    if (readElement(xml, "IsTruncated") !== "true") return parts;
    marker = readElement(xml, "NextPartNumberMarker") ?? "10000";
  }
}

/**
 * Makes parts one object; `false` where the upload is over already.
 *
 * @param headers More to hold S3 to, as the checksum of the whole.
 * @throws `STORE_REFUSED`, `STORE_UNREACHABLE`
 */
export async function completeParts(
  place: Place,
  at: PartsPlace & { readonly headers?: Readonly<Record<string, string>> },
  parts: readonly StoredPart[],
): Promise<boolean> {
  const elements = parts.map(({ number, etag, checksum }) => {
    const sum = checksum === undefined ? "" : `<ChecksumSHA256>${checksum}</ChecksumSHA256>`;
    return `<Part><PartNumber>${number}</PartNumber><ETag>${etag.replaceAll('"', "&quot;")}</ETag>${sum}</Part>`;
  });
  const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";
  const body = `<CompleteMultipartUpload xmlns="${xmlns}">${elements.join("")}</CompleteMultipartUpload>`;
  const { key, uploadId, headers = {} } = at;
  const call = { method: "POST", key, query: { uploadId }, headers, body, timeoutMs: 120_000 } as const;
  const answer = await callStore(place, call);
  if (answer.status === 404) return false;
  expectElement(answer, "ETag", key);
  return true;
}

/** Gives an upload up; one that is over is given up already. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function abortParts(place: Place, { key, uploadId }: PartsPlace): Promise<void> {
  const answer = await callStore(place, { method: "DELETE", key, query: { uploadId } });
  if (answer.status !== 404) expectText(answer, key);
}

/** Copies an object of more than 5 GB; `false` where it has changed since it was seen. */
export async function copyInParts(
  place: Place,
  source: { readonly seen: Seen; readonly headers: Readonly<Record<string, string>> },
  key: string,
): Promise<boolean> {
  const { seen, headers } = source;
  const kept = await callStore(place, { method: "HEAD", key: seen.key, headers: { "if-match": seen.etag } });
  if (kept.status === 412 || kept.status === 404) return false;
  const facts = Object.entries(kept.headers).filter(([name]) => /^(content-type|x-amz-meta-.*)$/.test(name));
  const uploadId = await beginParts(place, key, Object.fromEntries(facts));
  const step = Math.max(1024 ** 3, Math.ceil(seen.size / 10_000 / 1024 ** 2) * 1024 ** 2);
  const parts: StoredPart[] = [];
  for (let start = 0; start < seen.size; start += step) {
    const end = Math.min(start + step, seen.size) - 1;
    const number = parts.length + 1;
    const range = { "x-amz-copy-source-range": `bytes=${start}-${end}` };
    const query = { partNumber: String(number), uploadId };
    const answer = await callStore(place, {
      method: "PUT",
      key,
      query,
      headers: { ...headers, ...range },
      timeoutMs: 120_000,
    });
    if (answer.status === 412 || answer.status === 404) {
      await abortParts(place, { key, uploadId });
      return false;
    }
    parts.push({ number, size: end - start + 1, etag: expectElement(answer, "ETag", key) });
  }
  return completeParts(place, { key, uploadId }, parts);
}

function readPart(xml: string): StoredPart {
  const checksum = readElement(xml, "ChecksumSHA256");
  return {
    number: Number(readElement(xml, "PartNumber")),
    size: Number(readElement(xml, "Size")),
    etag: readElement(xml, "ETag") ?? "",
    ...(checksum !== undefined && { checksum }),
  };
}

/** A 200 may hold an error that came up while S3 was at work. */
function expectElement(answer: StoreAnswer, name: string, key: string): string {
  const element = readElement(expectText(answer, key), name);
  if (element !== undefined) return element;
  throw failures.create("STORE_REFUSED", { key, status: answer.status });
}

function expectText({ status, bytes }: StoreAnswer, key: string): string {
  if (status >= 200 && status < 300) return bytes.toString("utf8");
  throw failures.create("STORE_REFUSED", { key, status });
}
