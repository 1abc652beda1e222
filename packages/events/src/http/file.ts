// An answer that a browser saves or shows as a file.
import { Reply, type ReplyHeaders } from "./reply.ts";
import { StreamBody, type ChunkSource } from "./stream.ts";

/** What a file is called and how it is shown. */
export interface FileOptions {
  /** The name that a browser saves it under. Folders before it are left out. */
  readonly name: string;
  /** The media type. @default the one of the name's extension, or `application/octet-stream` */
  readonly type?: string;
  /** Shown in the browser rather than saved. @default false */
  readonly inline?: boolean;
  /** @default 200 */
  readonly status?: number;
  readonly headers?: ReplyHeaders;
}

/** Media types by extension. */
const types: Readonly<Record<string, string>> = {
  csv: "text/csv; charset=utf-8",
  gif: "image/gif",
  html: "text/html; charset=utf-8",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  json: "application/json",
  md: "text/markdown; charset=utf-8",
  mp4: "video/mp4",
  pdf: "application/pdf",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webp: "image/webp",
  xml: "application/xml",
  zip: "application/zip",
};

/**
 * Answers with a file: bytes, text, or a stream of either (`createReadStream(path)`).
 *
 * The name may hold any character. Browsers are told not to guess another type.
 *
 * @example
 * return file(await render(report), { name: "Bericht für März.pdf" });
 *
 * @see https://www.rfc-editor.org/rfc/rfc6266
 */
export function file(body: Uint8Array | string | ChunkSource, options: FileOptions): Reply {
  const name = options.name.toWellFormed().split(/[/\\]/).at(-1) ?? "";
  const extension = name.slice(name.lastIndexOf(".") + 1).toLowerCase();
  const byName = Object.hasOwn(types, extension) ? types[extension] : undefined;
  const headers: ReplyHeaders = {
    "content-type": options.type ?? byName ?? "application/octet-stream",
    "content-disposition": toDisposition(name, options.inline === true),
    "x-content-type-options": "nosniff",
    ...options.headers,
  };
  const status = options.status ?? 200;
  if (typeof body === "string") return new Reply({ status, body, kind: "text", headers });
  if (body instanceof Uint8Array) return new Reply({ status, body, kind: "binary", headers });
  return new Reply({ status, body: new StreamBody(body), kind: "stream", headers });
}

/** The name in ASCII for old readers, and as it is where the two differ. */
function toDisposition(name: string, inline: boolean): string {
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const plain = `${inline ? "inline" : "attachment"}; filename="${ascii}"`;
  return ascii === name ? plain : `${plain}; filename*=UTF-8''${escape(name)}`;
}

function escape(name: string): string {
  return encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
