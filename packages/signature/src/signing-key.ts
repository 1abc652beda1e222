// The key of a day: four hashes that are worked out once and kept.
import { createHmac, createSecretKey, type KeyObject } from "node:crypto";

/** Which day, region and service a signature is good for. */
export interface Scope {
  /** As in `20260101`. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
}

/** The algorithm's name, as it stands in headers, queries and forms. */
export const algorithm = "AWS4-HMAC-SHA256";

interface Kept extends Scope {
  readonly secretAccessKey: string;
  /** A key object: HMAC with bytes takes five times as long, as they are copied into one at each call. */
  readonly key: KeyObject;
}

const kept = new Map<string, Kept>();
const keptAtMost = 32;
let latest: Kept | undefined;

/** Writes a scope as in `20260101/us-east-1/s3/aws4_request`. */
export function toScopeText(scope: Scope): string {
  return `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
}

/**
 * Signs a text with the key of a scope, in hexadecimal.
 *
 * The key of the day is derived once and kept for the 32 last used scopes.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signText(text: string, secretAccessKey: string, scope: Scope): string {
  return createHmac("sha256", signingKey(secretAccessKey, scope)).update(text, "utf8").digest("hex");
}

function signingKey(secretAccessKey: string, scope: Scope): KeyObject {
  if (latest && isFor(latest, secretAccessKey, scope)) return latest.key;
  const name = `${toScopeText(scope)}\n${secretAccessKey}`;
  const known = kept.get(name);
  if (known) kept.delete(name); // put back below as the most recently used
  latest = known ?? { ...scope, secretAccessKey, key: deriveKey(secretAccessKey, scope) };
  kept.set(name, latest);
  if (kept.size > keptAtMost) {
    const [oldest] = kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
  }
  return latest.key;
}

function isFor(one: Kept, secretAccessKey: string, { day, region, service }: Scope): boolean {
  return (
    one.secretAccessKey === secretAccessKey &&
    one.day === day &&
    one.region === region &&
    one.service === service
  );
}

function deriveKey(secretAccessKey: string, scope: Scope): KeyObject {
  const day = hmac(`AWS4${secretAccessKey}`, scope.day);
  return createSecretKey(hmac(hmac(hmac(day, scope.region), scope.service), "aws4_request"));
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text, "utf8").digest();
}
