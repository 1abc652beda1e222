// A ticket: the right to upload one file, of one size and type, to one key, for a while.
import { presignPost } from "@gatewright/signature";
import { encodeName, makeKey, toId } from "./key.ts";
import { toMetadataFields } from "./metadata.ts";
import type { Place } from "./place.ts";

/** The file that somebody wants to upload. */
export interface FileToUpload {
  /** As the uploader calls it, at most 1 KB when percent-encoded. */
  readonly filename: string;
  /** As in `image/png`, without parameters. */
  readonly contentType: string;
  /** Bytes; S3 takes exactly so many. */
  readonly size: number;
  /** Who may upload it; comes back in the proof. */
  readonly owner: string;
  /** More to keep with the file, together with name and owner at most 2 KB. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What the browser needs to upload, as JSON. */
export interface UploadTicket {
  /** For `confirm` and `downloadUrl`. */
  readonly id: string;
  readonly key: string;
  readonly method: "POST";
  readonly url: string;
  /** Form fields, to be sent in this order before the file. */
  readonly fields: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Writes a ticket; S3 itself holds the uploader to every word of it. */
export function writeTicket(
  file: FileToUpload,
  place: Place,
  { prefix, expires }: { readonly prefix: string; readonly expires: number },
): UploadTicket {
  const name = encodeName(file.filename);
  const fields = toMetadataFields({ ...file, metadata: file.metadata ?? {} }, name);
  const key = makeKey(prefix, file.filename);
  const now = new Date();
  const signed = presignPost(
    {
      bucket: place.bucket,
      key,
      fields: { "Content-Type": file.contentType, ...fields },
      conditions: [["content-length-range", file.size, file.size]],
      expires,
    },
    { credentials: place.credentials, region: place.region, now },
  );
  const expiresAt = Math.floor(now.getTime() / 1000) * 1000 + expires * 1000;
  return { id: toId(key), key, method: "POST", url: place.url, fields: signed, expiresAt };
}
