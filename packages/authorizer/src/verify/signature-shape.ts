// What an elliptic curve's signature must look like before it is worth checking.

/** The order of each curve, big-endian: both halves of a signature are above zero and below it. */
const orders: Readonly<Record<string, Buffer>> = {
  ES256: Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex"),
  ES384: Buffer.from(
    "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973",
    "hex",
  ),
  ES512: Buffer.from(
    "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409",
    "hex",
  ),
};
/** The order of Ed25519, big-endian. */
const edwardsOrder = Buffer.from("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed", "hex");
const edwardsBytes: ReadonlySet<number> = new Set([64, 114]); // Ed25519 and Ed448

/** Why a signature is none, whatever it signs. */
export type SignatureFault =
  | "SIGNATURE_LENGTH_WRONG"
  | "SIGNATURE_IN_DER"
  | "SIGNATURE_ZERO"
  | "SIGNATURE_OUT_OF_RANGE";

/**
 * Looks at a signature by its algorithm: length, zeros, and numbers beyond the curve's order, which would be a second
 * text for the same signature. RSA has no such shape to look at.
 *
 * `(r, n - s)`, the twin of an ECDSA signature, is as good as the signature itself by the standard, and half of all honest
 * signatures are it: it passes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.4
 * @see https://www.rfc-editor.org/rfc/rfc8032#section-5.1.7
 */
export function findSignatureFault(algorithm: unknown, signature: string): SignatureFault | undefined {
  if (algorithm === "EdDSA") return findEdwardsFault(Buffer.from(signature, "base64url"));
  const order = typeof algorithm === "string" ? orders[algorithm] : undefined;
  if (!order) return undefined;
  const bytes = Buffer.from(signature, "base64url");
  if (bytes.length !== 2 * order.length)
    return bytes[0] === 0x30 ? "SIGNATURE_IN_DER" : "SIGNATURE_LENGTH_WRONG";
  const halves = [bytes.subarray(0, order.length), bytes.subarray(order.length)];
  if (halves.some(isZero)) return "SIGNATURE_ZERO";
  return halves.some((half) => half.compare(order) >= 0) ? "SIGNATURE_OUT_OF_RANGE" : undefined;
}

function findEdwardsFault(bytes: Buffer): SignatureFault | undefined {
  if (!edwardsBytes.has(bytes.length)) return "SIGNATURE_LENGTH_WRONG";
  if (isZero(bytes)) return "SIGNATURE_ZERO";
  if (bytes.length !== 64) return undefined;
  const number = bytes.subarray(32).toReversed(); // written with its lowest byte first
  return Buffer.compare(number, edwardsOrder) >= 0 ? "SIGNATURE_OUT_OF_RANGE" : undefined;
}

const isZero = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0);
