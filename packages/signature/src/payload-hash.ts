// What a signature says about the body.

const { hash } = process.getBuiltinModule("node:crypto");

/** Says that the body is not part of the signature; S3 accepts it. */
export const unsignedPayload = "UNSIGNED-PAYLOAD";

/** The SHA-256 of a body in hexadecimal, as `x-amz-content-sha256` wants it. */
export function payloadHash(body: string | Uint8Array): string {
  return hash("sha256", body);
}
