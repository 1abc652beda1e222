// Where an upload lies in the bucket: a key that nobody can guess, climb out of, or run into.
import { failures } from "./failures.ts";

const { randomUUID } = process.getBuiltinModule("node:crypto");

const nameCharactersAtMost = 100;
const encodedNameAtMost = 1024;
const keyPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/;

/** Makes a key that no other upload has: `prefix/UUID/safe-name`. */
export function makeKey(prefix: string, filename: string): string {
  return `${startOf(prefix)}${randomUUID()}/${toSafeName(filename)}`;
}

/** The id of an upload is its key in base64url: fit for a URL's path. */
export function toId(key: string): string {
  return Buffer.from(key).toString("base64url");
}

/** Reads the key out of an id. @throws `ID_INVALID` unless it is one that {@link makeKey} could have made. */
export function readId(id: string, prefix: string): string {
  const key = Buffer.from(id, "base64url").toString("utf8");
  const start = startOf(prefix);
  const isOurs = toId(key) === id && key.startsWith(start) && keyPattern.test(key.slice(start.length));
  if (!isOurs) throw failures.create("ID_INVALID", { prefix });
  return key;
}

/** Where a file waits until it is proven. */
export function toArrival(key: string, quarantine: string | null): string {
  return quarantine === null ? key : `${quarantine}/${key}`;
}

/** The id of the upload that has arrived at a key, be it in a folder below the prefix; `undefined` for any other key. */
export function idOfArrival(
  arrival: string,
  { prefix, quarantine }: { readonly prefix: string; readonly quarantine: string | null },
): string | undefined {
  const start = quarantine === null ? "" : `${quarantine}/`;
  const key = arrival.slice(start.length);
  const [name = "", uuid = ""] = key.split("/").toReversed();
  const isOurs =
    arrival.startsWith(start) && key.startsWith(startOf(prefix)) && keyPattern.test(`${uuid}/${name}`);
  return isOurs ? toId(key) : undefined;
}

/** @throws `PREFIX_INVALID` for a prefix that is a path trick or would need encoding. */
export function assertPrefix(prefix: string): void {
  const isSafe =
    /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/.test(prefix) && !/(?:^|\/)\.{1,2}(?:\/|$)/.test(prefix);
  if (prefix !== "" && (!isSafe || prefix.length > 512)) throw failures.create("PREFIX_INVALID", { prefix });
}

/** Writes a file's name for its metadata: ASCII, read back by `decodeURIComponent`. @throws `FILENAME_INVALID` */
export function encodeName(filename: string): string {
  if (filename.trim() === "") throw failures.create("FILENAME_INVALID", { because: "it is empty" });
  const wellFormed = filename.toWellFormed().normalize("NFC");
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(wellFormed)) {
    throw failures.create("FILENAME_INVALID", { because: "it holds control characters" });
  }
  const encoded = encodeURIComponent(wellFormed);
  if (encoded.length > encodedNameAtMost)
    throw failures.create("FILENAME_INVALID", { because: "it is too long" });
  return encoded;
}

/** Keeps of a name what is harmless in a key, a path and a header; its extension stays. */
function toSafeName(filename: string): string {
  if (/^[A-Za-z0-9_]{1,80}\.[A-Za-z0-9]{1,15}$/.test(filename)) return filename;
  const base = filename.slice(Math.max(filename.lastIndexOf("/"), filename.lastIndexOf("\\")) + 1);
  const extension = /\.[A-Za-z0-9]{1,15}$/.exec(base)?.[0] ?? "";
  const stem = base
    .slice(0, base.length - extension.length)
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9_]+/g, "-")
    .slice(0, nameCharactersAtMost - extension.length)
    .replaceAll(/^-|-$/g, "");
  return (stem || "file") + extension;
}

function startOf(prefix: string): string {
  return prefix === "" ? "" : `${prefix}/`;
}
