// A link to a file that works for a while, and says how a browser should treat it.
import { presignText } from "@gatewright/signature";
import { type Place, toObjectPath } from "./place.ts";

/** How a link behaves. */
export interface DownloadOptions {
  /** What the file is called when saved. @default the last part of its key */
  readonly filename?: string;
  /** `inline` shows it in the browser: only for types that cannot run scripts. @default "attachment" */
  readonly disposition?: "attachment" | "inline";
  /** Seconds, 1 to 604800; never longer than the credentials live. @default 300 */
  readonly expires?: number;
}

/** Signs a link to an object. */
export function writeDownloadUrl(place: Place, key: string, options: DownloadOptions): string {
  const { disposition = "attachment", expires = 300 } = options;
  const filename = options.filename ?? key.slice(key.lastIndexOf("/") + 1);
  return presignText(
    {
      method: "GET",
      origin: place.origin,
      host: place.host,
      path: toObjectPath(place, key),
      query: [["response-content-disposition", toDisposition(disposition, filename)]],
      expires,
    },
    { credentials: place.credentials, region: place.region, service: "s3" },
  );
}

/** @see https://www.rfc-editor.org/rfc/rfc6266#section-4 */
function toDisposition(disposition: string, filename: string): string {
  const plain = filename.replaceAll(/[^\u0020-\u007e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(filename.toWellFormed()).replaceAll(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `${disposition}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
