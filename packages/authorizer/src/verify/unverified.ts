// What a JSON Web Token says of itself before anybody has checked it. Good for choosing who checks it, and nothing else.
import { findJsonFault } from "./json-fault.ts";

/** The two readable parts of a token that nobody has verified. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Why a text is no JWT: each has its own code, so that an attack shows in the numbers. */
export type TokenFault =
  | "TOKEN_MALFORMED"
  | "TOKEN_TOO_LONG"
  | "TOKEN_PADDED"
  | "TOKEN_HAS_SPACE"
  | "TOKENS_JOINED"
  | "TOKEN_UNSIGNED"
  | "TOKEN_ENCRYPTED"
  | "TOKEN_NOT_CANONICAL"
  | "CLAIM_DUPLICATE"
  | "TOKEN_TOO_DEEP";

/** What reading a token came to. */
export type UnverifiedReading =
  | { readonly token: UnverifiedToken; readonly fault?: never }
  | { readonly fault: TokenFault; readonly token?: never };

/** API Gateway passes no header, cookie or URL longer than this. */
export const longestToken = 10_240;

const threeParts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/**
 * Reads a token's header and payload, in its one canonical spelling; for anything else says what is wrong with it.
 *
 * A name that is there twice is refused: two readers could see two different callers.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc7519#section-4
 */
export function readUnverified(text: string): UnverifiedReading {
  if (text.length > longestToken) return { fault: "TOKEN_TOO_LONG" };
  const [, head, body, signature] = threeParts.exec(text) ?? [];
  if (head === undefined || body === undefined || signature === undefined)
    return { fault: explainShape(text) };
  if (!isCanonical(signature)) return { fault: "TOKEN_NOT_CANONICAL" };
  const header = readPart(head);
  if (typeof header === "string") return { fault: header };
  const payload = readPart(body);
  if (typeof payload === "string") return { fault: payload };
  return { token: { header, payload } };
}

/** The last character of base64 may carry bits that mean nothing; they must be zero. */
function isCanonical(part: string): boolean {
  const tail = part.slice(part.length - (part.length % 4 || 4));
  return Buffer.from(tail, "base64url").toString("base64url") === tail;
}

function explainShape(text: string): TokenFault {
  if (text.includes(",")) return "TOKENS_JOINED";
  if (/\s/.test(text)) return "TOKEN_HAS_SPACE";
  const parts = text.split(".");
  if (parts.length === 5) return "TOKEN_ENCRYPTED";
  if (parts.length !== 3) return "TOKEN_MALFORMED";
  if (text.includes("=")) return "TOKEN_PADDED";
  return parts[2] === "" ? "TOKEN_UNSIGNED" : "TOKEN_MALFORMED";
}

function readPart(part: string): Readonly<Record<string, unknown>> | TokenFault {
  const json = Buffer.from(part, "base64url").toString("utf8");
  const fault = findJsonFault(json);
  if (fault) return fault === "duplicate" ? "CLAIM_DUPLICATE" : "TOKEN_TOO_DEEP";
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // an object that JSON.parse made
      : "TOKEN_MALFORMED";
  } catch {
    return "TOKEN_MALFORMED";
  }
}
