// Cyclic redundancy checks that Node has not: CRC-32C and CRC-64/NVME, and any of them of two texts joined.

/** Reflected polynomials by the end of their header's name. */
const polynomials: Readonly<Record<string, { readonly width: 32n | 64n; readonly polynomial: bigint }>> = {
  crc32: { width: 32n, polynomial: 0xedb88320n },
  crc32c: { width: 32n, polynomial: 0x82f63b78n },
  crc64nvme: { width: 64n, polynomial: 0x9a6c9329ac4bc9b5n },
};

/** Each byte's step of CRC-32C. @see https://www.rfc-editor.org/rfc/rfc3720#appendix-B.4 */
const castagnoli: Uint32Array = Uint32Array.from({ length: 256 }, (_, byte) =>
  Number(stepOf(BigInt(byte), 0x82f63b78n)),
);

/** Each byte's step of CRC-64/NVME, in two halves: numbers of 64 bits are slow. */
const nvme: readonly bigint[] = Array.from({ length: 256 }, (_, byte) =>
  stepOf(BigInt(byte), 0x9a6c9329ac4bc9b5n),
);
const nvmeHigh: Uint32Array = Uint32Array.from(nvme, (value) => Number(value >> 32n));
const nvmeLow: Uint32Array = Uint32Array.from(nvme, (value) => Number(value & 0xffffffffn));

function stepOf(byte: bigint, polynomial: bigint): bigint {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ polynomial : value >> 1n;
  return value;
}

/** Goes on with a CRC-32C over more bytes; 0 at the start. */
export function crc32c(piece: Buffer, before: number): number {
  let value = ~before;
  for (const byte of piece) value = (castagnoli[(value ^ byte) & 0xff] ?? 0) ^ (value >>> 8);
  return ~value >>> 0;
}

/** A CRC-64/NVME in two halves. */
export interface Crc64 {
  readonly high: number;
  readonly low: number;
}

/**
 * Goes on with a CRC-64/NVME over more bytes; both halves are 0 at the start.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
export function crc64nvme(piece: Buffer, before: Crc64): Crc64 {
  let high = ~before.high;
  let low = ~before.low;
  for (const byte of piece) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (nvmeLow[index] ?? 0);
    high = (high >>> 8) ^ (nvmeHigh[index] ?? 0);
  }
  return { high: ~high >>> 0, low: ~low >>> 0 };
}

/** Whether the algorithm's values of parts can be joined to that of the whole. */
export function canJoin(algorithm: string): boolean {
  return algorithm in polynomials;
}

/**
 * The check of two texts one after the other, from the check of each and the length of the second.
 *
 * @param first In base64, as `second`.
 * @param length Bytes of the second text.
 */
export function joinCrc(
  algorithm: string,
  [first, second]: readonly [string, string],
  length: number,
): string {
  const { width, polynomial } = polynomials[algorithm] ?? { width: 32n, polynomial: 0n };
  const field = { top: 1n << (width - 1n), polynomial };
  const moved = multiply(powerOfX(BigInt(length) * 8n, field), readBase64(first), field);
  const bytes = Buffer.from(
    (moved ^ readBase64(second)).toString(16).padStart(Number(width / 4n), "0"),
    "hex",
  );
  return bytes.toString("base64");
}

interface Field {
  /** The bit that stands for 1: in reflected polynomials it is the highest. */
  readonly top: bigint;
  readonly polynomial: bigint;
}

function multiply(a: bigint, b: bigint, { top, polynomial }: Field): bigint {
  let product = 0n;
  let left = b;
  for (let bit = top; bit > 0n; bit >>= 1n) {
    if (a & bit) product ^= left;
    left = left & 1n ? (left >> 1n) ^ polynomial : left >> 1n;
  }
  return product;
}

function powerOfX(exponent: bigint, field: Field): bigint {
  let power = field.top;
  let square = field.top >> 1n;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) power = multiply(power, square, field);
    square = multiply(square, square, field);
  }
  return power;
}

function readBase64(text: string): bigint {
  return BigInt(`0x0${Buffer.from(text, "base64").toString("hex")}`);
}
