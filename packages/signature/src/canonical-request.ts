// One text for one request, the same at both ends: what Signature Version 4 really signs.
import { algorithm, type Scope, toScopeText } from "./signing-key.ts";

const { hash } = process.getBuiltinModule("node:crypto");

/** What of a request a signature covers. */
export interface Signable {
  readonly method: string;
  /** The path as it stands on the wire, percent-encoded, without the query. */
  readonly path: string;
  /** Decoded names and values, in any order, without the signature itself. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; exactly those that are signed, `host` among them. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 in hexadecimal, or one of S3's words such as `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/** Percent-encodes everything but letters, digits, `-`, `_`, `.` and `~`. */
export function encodeUri(text: string): string {
  const encoded = encodeURIComponent(text);
  if (!/[!'()*]/.test(encoded)) return encoded;
  return encoded.replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** The names of the signed headers, in order, as in `host;x-amz-date`. */
export function toSignedHeaders(headers: Signable["headers"]): string {
  return Object.keys(headers).sort().join(";");
}

/**
 * Writes the canonical request.
 *
 * S3 encodes the path once and keeps `.` and `..` (keys may hold them); every other service encodes the
 * encoded path again, with dot segments resolved.
 *
 * @throws URIError for a path with a broken percent sequence.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function toCanonicalRequest(request: Signable, service: string): string {
  const { method, headers, payloadHash } = request;
  const path = toCanonicalPath(request.path, service);
  const query = toCanonicalQuery(request.query);
  const names = Object.keys(headers).sort();
  const lines = names.map((name) => `${name}:${toCanonicalValue(headers[name] ?? "")}\n`).join("");
  return `${method.toUpperCase()}\n${path}\n${query}\n${lines}\n${names.join(";")}\n${payloadHash}`;
}

/** Without space at the ends, and with one for several. */
function toCanonicalValue(value: string): string {
  return /^\s|\s$|\s\s|[^\S ]/.test(value) ? value.trim().replaceAll(/\s+/g, " ") : value;
}

/** Writes what is signed: the algorithm, the moment, the scope and the hash of the canonical request. */
export function toStringToSign(canonicalRequest: string, amzDate: string, scope: Scope): string {
  return `${algorithm}\n${amzDate}\n${toScopeText(scope)}\n${hash("sha256", canonicalRequest)}`;
}

/** Writes a query as the signature wants it: encoded, sorted by name and then by value. */
export function toCanonicalQuery(query: Signable["query"]): string {
  return query
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)))
    .map(([name, value]) => `${name}=${value}`)
    .join("&");
}

function toCanonicalPath(path: string, service: string): string {
  if (service === "s3") {
    return path
      .split("/")
      .map((segment) => encodeUri(decodeURIComponent(segment)))
      .join("/");
  }
  return resolveDots(path).split("/").map(encodeUri).join("/");
}

function resolveDots(path: string): string {
  if (path.startsWith("/") && !path.includes("//") && !path.includes("/.")) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
