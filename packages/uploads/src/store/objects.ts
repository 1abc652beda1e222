// What proof needs of objects: to look at one, to copy it as it was seen, to remove it, to read its tags.
import { encodeUri } from "@gatewright/signature";
import { failures } from "../failures.ts";
import type { Place } from "../place.ts";
import { callStore, readElement, type StoreAnswer } from "./call-store.ts";
import { copyInParts } from "./parts.ts";
import type { Seen } from "./seen.ts";

/** What one request copies at most: 5 GB. */
const largestCopy = 5 * 1024 ** 3;

/** Reads the first `count` bytes of an object and its headers. @throws `STORE_UNREACHABLE` */
export function readStart(place: Place, key: string, count: number): Promise<StoreAnswer> {
  const headers = { range: `bytes=0-${count - 1}` };
  return callStore(place, { method: "GET", key, headers, most: count });
}

/** Reads an object's checksums from its headers. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function readChecksums(place: Place, { key, etag }: Seen): Promise<StoreAnswer["headers"]> {
  const headers = { "x-amz-checksum-mode": "ENABLED", "if-match": etag };
  const answer = await callStore(place, { method: "HEAD", key, headers });
  return expectOk(answer, key).headers;
}

/**
 * Copies exactly the bytes that were seen to another key; `false` where they have changed since.
 *
 * @throws `STORE_REFUSED`, `STORE_UNREACHABLE`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
 */
export async function copySeen(place: Place, seen: Seen, key: string): Promise<boolean> {
  const headers = toSource(place, seen);
  if (seen.size > largestCopy) return copyInParts(place, { seen, headers }, key);
  const answer = await callStore(place, { method: "PUT", key, headers, timeoutMs: 120_000 });
  if (answer.status === 412 || answer.status === 404) return false;
  expectOk(answer, key);
  if (readElement(answer.bytes.toString("utf8"), "ETag") !== undefined) return true;
  throw failures.create("STORE_REFUSED", { key, status: answer.status }); // a 200 that turned into an error on the way
}

/** Removes an object; one that is not there is removed already. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function removeObject(place: Place, key: string): Promise<void> {
  expectOk(await callStore(place, { method: "DELETE", key }), key);
}

/** Reads the tags of an object. @throws `STORE_REFUSED`, `STORE_UNREACHABLE` */
export async function readTags(place: Place, key: string): Promise<Record<string, string>> {
  const answer = expectOk(await callStore(place, { method: "GET", key, query: { tagging: "" } }), key);
  const tags = answer.bytes.toString("utf8").matchAll(/<Tag>(.*?)<\/Tag>/gs);
  return Object.fromEntries(
    [...tags].map(([, tag = ""]) => [readElement(tag, "Key") ?? "", readElement(tag, "Value") ?? ""]),
  );
}

/** Gives an answer on if it is one of success. @throws `STORE_REFUSED` */
export function expectOk(answer: StoreAnswer, key: string): StoreAnswer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw failures.create("STORE_REFUSED", { key, status: answer.status });
}

function toSource({ bucket }: Place, { key, etag, version }: Seen): Record<string, string> {
  const path = `${bucket}/${key.split("/").map(encodeUri).join("/")}`;
  return {
    "x-amz-copy-source": version === undefined ? path : `${path}?versionId=${encodeUri(version)}`,
    "x-amz-copy-source-if-match": etag,
  };
}
