// What a file really is, by its first bytes.

/** How many bytes are enough to tell. */
export const bytesToTell = 16;

/**
 * The types that are known by their first bytes.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern
 */
const signatures: Readonly<Record<string, (bytes: Buffer) => boolean>> = {
  "image/png": (bytes) => startsWith(bytes, "89504e470d0a1a0a"),
  "image/jpeg": (bytes) => startsWith(bytes, "ffd8ff"),
  "image/gif": (bytes) => /^GIF8[79]a/.test(bytes.toString("latin1")),
  "image/webp": (bytes) => /^RIFF.{4}WEBP/s.test(bytes.toString("latin1")),
  "application/pdf": (bytes) => bytes.toString("latin1").startsWith("%PDF-"),
};

/**
 * Whether the first bytes of a file fit its type.
 *
 * A type that is known must begin as it does. Any other type is believed, unless it calls itself an image and is a PDF.
 */
export function fitsType(contentType: string, firstBytes: Buffer): boolean {
  const isClaimed = signatures[contentType];
  if (isClaimed) return isClaimed(firstBytes);
  const found = Object.keys(signatures).find((type) => signatures[type]?.(firstBytes));
  return found === undefined || !contentType.startsWith("image/") || found.startsWith("image/");
}

function startsWith(bytes: Buffer, hexadecimal: string): boolean {
  return bytes.toString("hex").startsWith(hexadecimal);
}
