// Cookies, in and out: both dialects of request cookies, and what may be said in a Set-Cookie line.
import { failures } from "./failures.ts";

/** Cookies of a request by name; the first of a name counts, as it is the most specific one. */
export interface Cookies {
  readonly [name: string]: string | undefined;
}

/** Reads cookie pairs, however many of them share a line. A value that is no valid escape stays as it is. */
export function readCookies(lines: readonly unknown[]): Cookies {
  const cookies = Object.create(null) as Record<string, string>; // Object.create(null) is typed as any
  for (const line of lines) {
    if (typeof line !== "string") continue;
    for (const pair of line.split(";")) {
      const equals = pair.indexOf("=");
      if (equals === -1) continue;
      const name = pair.slice(0, equals).trim();
      cookies[name] ??= decodeValue(pair.slice(equals + 1).trim());
    }
  }
  return cookies;
}

function decodeValue(value: string): string {
  const bare = value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
  if (!bare.includes("%")) return bare;
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}

/** How long a cookie lives and where it is sent. The defaults are the careful ones. */
export interface CookieAttributes {
  /** Seconds to live; 0 deletes the cookie. @default until the browser closes */
  readonly maxAge?: number;
  readonly expires?: Date;
  /** @default the host alone */
  readonly domain?: string;
  /** @default "/" */
  readonly path?: string;
  /** @default true */
  readonly secure?: boolean;
  /** @default true */
  readonly httpOnly?: boolean;
  /** @default "Lax" */
  readonly sameSite?: "Strict" | "Lax" | "None";
  readonly partitioned?: boolean;
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const attributeText = /^[\x20-\x3a\x3c-\x7e]*$/;

/**
 * Writes one Set-Cookie line. The value is percent-encoded.
 *
 * @throws `COOKIE_INVALID` for a name, domain or path that could say something else.
 * @see https://www.rfc-editor.org/rfc/rfc6265#section-4.1
 */
export function toSetCookie(name: string, value: string, attributes: CookieAttributes = {}): string {
  if (!token.test(name))
    throw failures.create("COOKIE_INVALID", { name: JSON.stringify(name), part: "name" });
  const {
    maxAge,
    expires,
    domain,
    path = "/",
    secure = true,
    httpOnly = true,
    sameSite = "Lax",
  } = attributes;
  assertText(name, "path", path);
  assertText(name, "domain", domain ?? "");
  let line = `${name}=${encodeURIComponent(value)}; Path=${path}`;
  if (domain !== undefined) line += `; Domain=${domain}`;
  if (maxAge !== undefined) line += `; Max-Age=${Math.trunc(maxAge)}`;
  if (expires !== undefined) line += `; Expires=${expires.toUTCString()}`;
  if (secure) line += "; Secure";
  if (httpOnly) line += "; HttpOnly";
  line += `; SameSite=${sameSite}`;
  return attributes.partitioned === true ? `${line}; Partitioned` : line;
}

function assertText(name: string, part: string, text: string): void {
  if (!attributeText.test(text)) throw failures.create("COOKIE_INVALID", { name, part });
}
