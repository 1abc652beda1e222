// The promise, written into the object itself: whose it is, its name, its size.
import { failures } from "./failures.ts";

const start = "x-amz-meta-";
const bytesAtMost = 2048;
const reserved = new Set(["owner", "name", "size", "checksum"]);

/** What is promised of a file. */
export interface Promised {
  readonly filename: string;
  readonly owner: string;
  readonly size: number;
  readonly metadata: Readonly<Record<string, string>>;
  /** As in `sha256:BASE64`. */
  readonly checksum?: string;
}

/**
 * Writes a promise as `x-amz-meta-*` fields; values are percent-encoded, so that any text fits.
 *
 * @param encodedName The file's name, already percent-encoded.
 * @throws `METADATA_INVALID`
 */
export function toMetadataFields(
  { owner, size, metadata, checksum }: Omit<Promised, "filename">,
  encodedName: string,
): Record<string, string> {
  const fields: Record<string, string> = {};
  let bytes = 0;
  const keep = (name: string, value: string): void => {
    fields[start + name] = value;
    bytes += name.length + value.length;
  };
  keep("owner", encodeURIComponent(owner.toWellFormed()));
  keep("name", encodedName);
  keep("size", String(size));
  if (checksum !== undefined) keep("checksum", encodeURIComponent(checksum));
  for (const name of Object.keys(metadata)) {
    if (!/^[a-z0-9][a-z0-9-]{0,63}$/.test(name) || reserved.has(name)) {
      throw failures.create("METADATA_INVALID", { name, because: "the name is not allowed" });
    }
    keep(name, encodeURIComponent((metadata[name] ?? "").toWellFormed()));
  }
  if (bytes > bytesAtMost) {
    throw failures.create("METADATA_INVALID", {
      name: "owner and others",
      because: `it takes ${bytes} bytes`,
    });
  }
  return fields;
}

/** Reads a promise back from an object's headers; `undefined` where there is none. */
export function readPromise(headers: Readonly<Record<string, string>>): Promised | undefined {
  const metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(start)) continue;
    const text = decode(value);
    if (text === undefined) return undefined;
    metadata[name.slice(start.length)] = text;
  }
  const { owner, name: filename, size, checksum, ...others } = metadata;
  if (owner === undefined || filename === undefined || !/^\d{1,15}$/.test(size ?? "")) return undefined;
  return {
    owner,
    filename,
    size: Number(size),
    metadata: others,
    ...(checksum !== undefined && { checksum }),
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // not written by us
  }
}
