// What a JSON Web Token says of itself before anybody has checked it. Good for choosing who checks it, and nothing else.
import { findJsonFault, isPlain } from "./json-fault.ts";

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
  | "TOKEN_ALPHABET_WRONG"
  | "HEADER_DUPLICATE"
  | "CLAIM_DUPLICATE"
  | "CLAIM_NAME_REFUSED"
  | "TOKEN_TOO_DEEP";

/** What reading a token came to. */
export type UnverifiedReading =
  | { readonly token: UnverifiedToken; readonly fault?: never }
  | { readonly fault: TokenFault; readonly token?: never };

/** API Gateway passes no header, cookie or URL longer than this. */
export const longestToken = 10_240;

const threeParts = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/;

type Part = Readonly<Record<string, unknown>> | TokenFault;

/** An issuer's tokens have one header for each of its keys: what it says needs reading once. */
const headers = new Map<string, Part>();
const mostHeaders = 32;

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
  if (!threeParts.test(text)) return { fault: explainShape(text) };
  const first = text.indexOf(".");
  const second = text.indexOf(".", first + 1);
  if (!isCanonical(text, second + 1)) return { fault: "TOKEN_NOT_CANONICAL" };
  const header = readHeader(text.slice(0, first));
  if (typeof header === "string") return { fault: header };
  const payload = readPart(text.slice(first + 1, second), "CLAIM_DUPLICATE");
  if (typeof payload === "string") return { fault: payload };
  return { token: { header, payload } };
}

function readHeader(part: string): Part {
  const known = headers.get(part);
  if (known !== undefined) return known;
  const read = readPart(part, "HEADER_DUPLICATE");
  if (headers.size >= mostHeaders) headers.clear();
  headers.set(part, typeof read === "string" ? read : Object.freeze(read));
  return read;
}

/** Bits that the last character carries beyond whole bytes, by how many characters the last group has; they must be zero. */
const looseBits = [0, 0b111111, 0b1111, 0b11];
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

function isCanonical(text: string, start: number): boolean {
  const loose = looseBits[(text.length - start) % 4] ?? 0;
  return (alphabet.indexOf(text.charAt(text.length - 1)) & loose) === 0 && (text.length - start) % 4 !== 1;
}

function explainShape(text: string): TokenFault {
  if (text.includes(",")) return "TOKENS_JOINED";
  if (/\s/.test(text)) return "TOKEN_HAS_SPACE";
  const parts = text.split(".");
  if (parts.length === 5) return "TOKEN_ENCRYPTED";
  if (parts.length !== 3) return "TOKEN_MALFORMED";
  if (text.includes("=")) return "TOKEN_PADDED";
  if (parts[2] === "") return "TOKEN_UNSIGNED";
  return /^[A-Za-z0-9+/._-]+$/.test(text) && /[+/]/.test(text) ? "TOKEN_ALPHABET_WRONG" : "TOKEN_MALFORMED";
}

function readPart(part: string, duplicate: TokenFault): Part {
  const json = Buffer.from(part, "base64url").toString("utf8");
  const value = parse(json);
  if (value && isPlain(json, value)) return value;
  const fault = findJsonFault(json);
  if (fault === undefined) return value ?? "TOKEN_MALFORMED";
  if (fault === "duplicate") return duplicate;
  return fault === "too-deep" ? "TOKEN_TOO_DEEP" : "CLAIM_NAME_REFUSED";
}

function parse(json: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // an object that JSON.parse made
      : undefined;
  } catch {
    return undefined; // not JSON, so not a token
  }
}
