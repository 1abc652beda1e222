// What a JSON Web Token says of itself before anybody has checked it. Good for choosing who checks it, and nothing else.

/** The two readable parts of a token that nobody has verified. */
export interface UnverifiedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

const threeParts = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/**
 * Reads a token's header and payload; `undefined` for anything that is not a JWT in its one canonical spelling.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-3.1
 */
export function readUnverified(token: string): UnverifiedToken | undefined {
  const [, head, body, signature] = threeParts.exec(token) ?? [];
  if (head === undefined || body === undefined || signature === undefined) return undefined;
  if (Buffer.from(signature, "base64url").toString("base64url") !== signature) return undefined;
  const header = readPart(head);
  const payload = readPart(body);
  return header && payload && { header, payload };
}

function readPart(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>) // an object that JSON.parse made
      : undefined;
  } catch {
    return undefined; // not JSON, so not a token
  }
}
