// What a file really is, by its first bytes.
import type * as FileType from "file-type";

/** How many bytes are enough to tell. */
export const bytesToTell = 4100;

/** Other names of types, as browsers and systems give them. */
const sameAs: Readonly<Record<string, string>> = {
  "image/jpg": "image/jpeg",
  "image/pjpeg": "image/jpeg",
  "image/vnd.microsoft.icon": "image/x-icon",
  "image/x-ms-bmp": "image/bmp",
  "audio/mp3": "audio/mpeg",
  "audio/x-wav": "audio/wav",
  "audio/wave": "audio/wav",
  "audio/vnd.wave": "audio/wav",
  "audio/mp4": "audio/x-m4a",
  "audio/m4a": "audio/x-m4a",
  "audio/x-flac": "audio/flac",
  "video/matroska": "video/x-matroska",
  "application/x-gzip": "application/gzip",
  "application/x-zip-compressed": "application/zip",
  "application/x-rar-compressed": "application/vnd.rar",
  "text/rtf": "application/rtf",
  "audio/x-aac": "audio/aac",
  "audio/mid": "audio/midi",
  "audio/x-midi": "audio/midi",
  "application/font-woff": "font/woff",
  "application/x-font-ttf": "font/ttf",
  "application/x-font-otf": "font/otf",
};

/** Files that are another kind of file outside: their beginnings may tell no more. */
const containers: Readonly<Record<string, RegExp>> = {
  "application/zip":
    /openxmlformats|opendocument|epub|java-archive|android\.package|ms-(excel|word|powerpoint)\./,
  "image/apng": /^image\/png$/,
  "image/heic": /^image\/heif$/,
  "image/heif": /^image\/heic$/,
  "application/illustrator": /^application\/pdf$/,
  "application/x-ms-asf": /^(audio\/x-ms-wma|video\/x-ms-(wmv|asf))$/,
  "video/x-m4v": /^video\/mp4$/,
  "application/x-cfb": /^application\/(msword|vnd\.ms-|vnd\.visio|x-msi)/,
  "video/mp4": /^(audio|video)\/(mp4|x-m4[av]|quicktime|3gpp)/,
  "video/quicktime": /^video\/mp4$/,
  "video/x-matroska": /^(audio|video)\/(webm|x-matroska)$/,
  "video/webm": /^audio\/webm$/,
  "application/ogg": /^(audio|video)\/(ogg|opus)$/,
  "audio/ogg": /^(video\/ogg|application\/ogg|audio\/opus)$/,
  "video/ogg": /^(audio|application)\/ogg$/,
};

/**
 * Beginnings that are enough where more cannot be told from a few kilobytes, as of a picture with a long colour profile.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
const beginnings: Readonly<Record<string, RegExp>> = {
  // oxlint-disable-next-line no-control-regex -- the beginning of a PNG holds one
  "image/png": /^\x89PNG\r\n\x1a\n/,
  "image/jpeg": /^\xff\xd8\xff/,
  "image/gif": /^GIF8[79]a/,
  "image/webp": /^RIFF.{4}WEBP/s,
  "application/pdf": /^%PDF-/,
  "audio/mpeg": /^ID3/,
};

let loading: Promise<typeof FileType> | undefined;

/** Types whose files are text. */
const textual =
  /^text\/(?!rtf)|[/+](?:json|xml|javascript|ecmascript|yaml|x-yaml|toml|x-ndjson|x-sh|sql|graphql)$/;

/**
 * Whether the first bytes of a file fit its type.
 *
 * A type that is known by its bytes must have them, and bytes that are known must be of the type that is claimed. Text
 * must be text, whatever it begins with; `application/octet-stream` may be anything. The library that knows the signs is
 * loaded at the first call.
 *
 * @see https://github.com/sindresorhus/file-type
 */
export async function fitsType(contentType: string, firstBytes: Uint8Array): Promise<boolean> {
  if (contentType === "application/octet-stream") return true;
  const start = Buffer.from(firstBytes).toString("latin1");
  if (textual.test(contentType)) return isText(start);
  loading ??= import("file-type");
  const { fileTypeFromBuffer, supportedMimeTypes } = await loading;
  const found = (await fileTypeFromBuffer(firstBytes))?.mime.replace(/;.*/, "");
  const claimed = toName(contentType);
  if (found !== undefined)
    return toName(found) === claimed || (containers[found]?.test(contentType) ?? false);
  return (beginnings[claimed]?.test(start) ?? false) || !supportedMimeTypes.has(claimed);
}

/**
 * Bytes that no text has, unless it is of two bytes a letter.
 *
 * @see https://mimesniff.spec.whatwg.org/#binary-data-byte
 */
function isText(start: string): boolean {
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  return /^(?:\xff\xfe|\xfe\xff)/.test(start) || !/[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/.test(start);
}

function toName(type: string): string {
  return sameAs[type] ?? type;
}
