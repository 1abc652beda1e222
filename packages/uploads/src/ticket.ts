// A ticket: the right to upload one file, of one size and type, to one key, for a while.
import { presignPost, presignText } from "@gatewright/signature";
import { assertChecksum, type FileChecksum, toChecksumField, toChecksumText } from "./checksum.ts";
import { encodeName, toId } from "./key.ts";
import { toMetadataFields } from "./metadata.ts";
import { type Place, toObjectPath } from "./place.ts";

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
  /** What the bytes must add up to; S3 refuses others. */
  readonly checksum?: FileChecksum;
  /** More to keep with the file, together with name and owner at most 2 KB. */
  readonly metadata?: Readonly<Record<string, string>>;
}

interface AnyTicket {
  /** For `confirm` and `downloadUrl`. */
  readonly id: string;
  /** Where the file arrives. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A form that S3 takes one file by. */
export interface PostTicket extends AnyTicket {
  readonly method: "POST";
  readonly url: string;
  /** Form fields, to be sent in this order before the file. */
  readonly fields: Readonly<Record<string, string>>;
}

/** A URL that S3 takes one file at, once. */
export interface PutTicket extends AnyTicket {
  readonly method: "PUT";
  readonly url: string;
  /** To be sent exactly so, besides `content-length`, which every client sends by itself. */
  readonly headers: Readonly<Record<string, string>>;
}

/** The right to send a file in parts; each part is signed when it is asked for. */
export interface PartsTicket extends AnyTicket {
  readonly method: "PARTS";
  /** Bytes of the file. */
  readonly size: number;
  /** Bytes of every part but the last. */
  readonly partSize: number;
  /** Whether each part must be asked for with its SHA-256. */
  readonly checksums: boolean;
}

/** What the browser needs to upload, as JSON. */
export type UploadTicket = PostTicket | PutTicket | PartsTicket;

/** Where a file is to go. */
export interface Destination {
  readonly place: Place;
  /** Where it will lie. */
  readonly key: string;
  /** Where it arrives. */
  readonly arrivesAt: string;
  readonly expires: number;
}

/**
 * What S3 keeps with a file, as headers or form fields.
 *
 * @throws `FILENAME_INVALID`, `METADATA_INVALID`, `CHECKSUM_INVALID`
 */
export function toFields(file: FileToUpload): Record<string, string> {
  const name = encodeName(file.filename);
  const { checksum } = file;
  if (checksum) assertChecksum(checksum);
  const promise = {
    owner: file.owner,
    size: file.size,
    metadata: file.metadata ?? {},
    ...(checksum && { checksum: toChecksumText(checksum) }),
  };
  return toMetadataFields(promise, name);
}

/** Writes a form; S3 itself holds the uploader to every word of it. */
export function writePostTicket(file: FileToUpload, to: Destination): PostTicket {
  const { place, key, arrivesAt, expires } = to;
  const now = new Date();
  const fields = presignPost(
    {
      bucket: place.bucket,
      key: arrivesAt,
      fields: {
        "Content-Type": file.contentType,
        ...toFields(file),
        ...(file.checksum && toChecksumField(file.checksum)),
      },
      conditions: [["content-length-range", file.size, file.size]],
      expires,
    },
    { credentials: place.credentials, region: place.region, now },
  );
  return {
    id: toId(key),
    key: arrivesAt,
    method: "POST",
    url: place.url,
    fields,
    expiresAt: toEnd(now, expires),
  };
}

/**
 * Writes a URL for one PUT: length, type, promise and checksum are signed, and so is that nothing may be there yet.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export function writePutTicket(file: FileToUpload, to: Destination): PutTicket {
  const { place, key, arrivesAt, expires } = to;
  const now = new Date();
  const headers = {
    "content-type": file.contentType,
    "if-none-match": "*",
    ...toFields(file),
    ...(file.checksum && toChecksumField(file.checksum)),
  };
  const url = presignText(
    {
      method: "PUT",
      origin: place.origin,
      host: place.host,
      path: toObjectPath(place, arrivesAt),
      query: [],
      headers: { ...headers, "content-length": String(file.size) },
      expires,
    },
    { credentials: place.credentials, region: place.region, service: "s3", now },
  );
  return { id: toId(key), key: arrivesAt, method: "PUT", url, headers, expiresAt: toEnd(now, expires) };
}

/** S3 counts from the whole second that is signed. */
function toEnd(now: Date, expires: number): number {
  return (Math.floor(now.getTime() / 1000) + expires) * 1000;
}
