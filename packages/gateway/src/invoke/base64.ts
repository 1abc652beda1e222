// Base64 as API Gateway decodes it.

/** Whether text is base64 of the standard alphabet, padded or not. */
export function isBase64(text: string): boolean {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(text) && text.replace(/=+$/, "").length % 4 !== 1;
}
