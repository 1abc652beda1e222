// An issuer's published keys, read from what its address answered.
import type { HttpAnswer, HttpPort } from "../wire/http-json.ts";
import { explainUnanswered, type OutOfReach } from "../wire/out-of-reach.ts";

/** One public key. @see https://www.rfc-editor.org/rfc/rfc7517#section-4 */
export interface PublicKey {
  readonly kty: string;
  readonly kid?: string;
  readonly alg?: string;
  readonly use?: string;
  readonly [member: string]: unknown;
}

/** A JSON Web Key Set. @see https://www.rfc-editor.org/rfc/rfc7517#section-5 */
export interface KeySet {
  readonly keys: readonly PublicKey[];
}

/** An issuer has a handful of keys; a list without end is none. */
const mostKeys = 100;

/** Reads a key set; `undefined` for anything else, and for one that holds a secret. */
export function readKeySet(value: unknown): KeySet | undefined {
  const keys = typeof value === "object" && value !== null && "keys" in value ? value.keys : undefined;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > mostKeys) return undefined;
  return keys.every(isPublicKey) ? { keys } : undefined;
}

function isPublicKey(key: unknown): key is PublicKey {
  if (typeof key !== "object" || key === null) return false;
  const { kty, kid, alg, use } = key as Record<string, unknown>; // each is looked at below
  const texts = [kid, alg, use].every((member) => member === undefined || typeof member === "string");
  return typeof kty === "string" && kty !== "oct" && !("d" in key) && texts;
}

/** Where keys come from: an address, or an address that has to be asked for first. Never rejects. */
export type KeyFetch = () => Promise<KeySet | OutOfReach>;

/** Keys fail well before the authorizer's own ten seconds. */
export const keyTimeoutMs = 3000;

const codes = { unreachable: "KEYS_UNREACHABLE", refused: "KEYS_UNAVAILABLE" };

/** Fetches a key set from its address. */
export async function fetchKeySet(uri: string, http: HttpPort): Promise<KeySet | OutOfReach> {
  const url = new URL(uri);
  const answer = await http({ url, timeoutMs: keyTimeoutMs });
  if (!isOk(answer)) return explainUnanswered(answer, url.host, codes);
  const detail = `${url.host}: not a set of public keys`;
  return readKeySet(answer.json) ?? { kind: "unavailable", code: "KEYS_UNREADABLE", detail };
}

/** Whether an answer brought something to read. */
export function isOk(
  answer: HttpAnswer,
): answer is { readonly kind: "answered"; readonly status: 200; readonly json: unknown } {
  return answer.kind === "answered" && answer.status === 200;
}
