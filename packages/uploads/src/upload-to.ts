// The way into a bucket and out of it: tickets, proof, links.
import { proveArrival, type UploadProof } from "./confirm.ts";
import { type DownloadOptions, writeDownloadUrl } from "./download-url.ts";
import { assertPrefix, readId } from "./key.ts";
import { findPlace, type PlaceOptions } from "./place.ts";
import { assertAllowed, assertRules, type UploadRules } from "./rules.ts";
import { type FileToUpload, type UploadTicket, writeTicket } from "./ticket.ts";

/** Where uploads go and what they may be. */
export interface UploadOptions extends PlaceOptions {
  readonly rules: UploadRules;
  /** How long a ticket lasts, in seconds, 1 to 604800. @default 900 */
  readonly expires?: number;
  /** Folder of the bucket, as in `rooms/42`; ids of one prefix are not good for another. @default "" */
  readonly prefix?: string;
}

/** The way into a bucket, and out. */
export interface Uploads {
  /**
   * Gives the right to upload one file.
   *
   * Nothing is stored and nobody is asked: S3 itself refuses another key, size, type, owner or name.
   *
   * @throws `TYPE_NOT_ALLOWED`, `TOO_LARGE`, `SIZE_INVALID`, `FILENAME_INVALID`, `METADATA_INVALID`
   */
  ticket(file: FileToUpload): Promise<UploadTicket>;
  /**
   * Proves that the file of a ticket is in the bucket, by its headers and first bytes.
   *
   * @throws `ID_INVALID`, `NOT_ARRIVED`, `NOT_AS_PROMISED`, `STORE_REFUSED`, `STORE_UNREACHABLE`
   */
  confirm(id: string): Promise<UploadProof>;
  /**
   * Signs a link to an upload. It does not look whether the file is there: `confirm` first.
   *
   * @throws `ID_INVALID`
   */
  downloadUrl(id: string, options?: DownloadOptions): Promise<string>;
}

/**
 * Makes a safe way for browsers to upload straight into a bucket.
 *
 * Build it once, outside the handler: no network, no AWS SDK, and the environment is read at each call.
 *
 * @example
 * const uploads = uploadTo({ bucket: "cats", rules: { maxBytes: 5_000_000, types: ["image/*"] } });
 * const ticket = await uploads.ticket({ filename: "cat.png", contentType: "image/png", size: 1234, owner: "ada" });
 * const proof = await uploads.confirm(ticket.id);
 *
 * @throws `RULES_INVALID`, `PREFIX_INVALID`
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function uploadTo(options: UploadOptions): Uploads {
  const { rules, prefix = "", expires = 900 } = options;
  assertRules(rules);
  assertPrefix(prefix);
  return {
    async ticket(file) {
      assertAllowed(file, rules);
      return writeTicket(file, await findPlace(options), { prefix, expires });
    },
    async confirm(id) {
      const key = readId(id, prefix);
      return proveArrival(await findPlace(options), key, rules);
    },
    async downloadUrl(id, download = {}) {
      const key = readId(id, prefix);
      return writeDownloadUrl(await findPlace(options), key, download);
    },
  };
}
