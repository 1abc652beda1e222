// The public keys of issuers: found by their own word, kept, and looked for again when a token names a new one.
import { createPublicKey, type KeyObject } from "node:crypto";
import type { Clock } from "../ports.ts";
import { fetchDocument } from "./fetch-document.ts";

/** A key, or why there is none. */
export type FoundKey =
  | { readonly kind: "key"; readonly key: KeyObject }
  | { readonly kind: "unknown" }
  | { readonly kind: "out-of-reach"; readonly why: string };

/** Finds keys. Nothing here rejects. */
export interface IssuerKeys {
  find(issuer: string, kid: string): Promise<FoundKey>;
}

/** Keys serve for two hours, as API Gateway keeps them. */
const lifeMs = 2 * 3_600_000;
/** An issuer is asked again at most so often, whatever keys tokens name. */
const pauseMs = 10_000;

interface Held {
  readonly keys: ReadonlyMap<string, KeyObject>;
  readonly at: number;
}

/**
 * Creates the store of keys. `addressOf` says where an issuer's documents are, when that is not its own address.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createIssuerKeys(clock: Clock, addressOf: (issuer: string) => string): IssuerKeys {
  const held = new Map<string, Held>();
  const asking = new Map<string, Promise<Held | string>>();

  const ask = async (issuer: string): Promise<Held | string> => {
    const keys = await fetchKeys(issuer, addressOf(issuer));
    if (typeof keys === "string") return keys;
    const fresh = { keys, at: clock.now() };
    held.set(issuer, fresh);
    return fresh;
  };
  const askOnce = (issuer: string): Promise<Held | string> => {
    const running = asking.get(issuer) ?? ask(issuer).finally(() => asking.delete(issuer));
    asking.set(issuer, running);
    return running;
  };
  return {
    async find(issuer, kid) {
      const now = clock.now();
      const kept = held.get(issuer);
      const key = kept && now - kept.at < lifeMs ? kept.keys.get(kid) : undefined;
      if (key) return { kind: "key", key };
      if (kept && now - kept.at < pauseMs) return { kind: "unknown" };
      const asked = await askOnce(issuer);
      if (typeof asked === "string") return { kind: "out-of-reach", why: asked };
      const found = asked.keys.get(kid);
      return found ? { kind: "key", key: found } : { kind: "unknown" };
    },
  };
}

/** The RSA keys of an issuer by their id, or why there are none. */
async function fetchKeys(issuer: string, address: string): Promise<ReadonlyMap<string, KeyObject> | string> {
  const discovery = await fetchDocument(`${address.replace(/\/$/, "")}/.well-known/openid-configuration`);
  if (!discovery.ok) return discovery.why;
  const { issuer: named, jwks_uri: uri } = asObject(discovery.json);
  if (named !== issuer) return `${address}: its configuration names another issuer, or none`;
  if (typeof uri !== "string") return `${address}: its configuration names no jwks_uri`;
  const document = await fetchDocument(uri);
  if (!document.ok) return document.why;
  const { keys } = asObject(document.json);
  if (!Array.isArray(keys)) return `${uri}: not a set of keys`;
  return new Map((keys as readonly unknown[]).flatMap(readKey));
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}; // looked at key by key
}

function readKey(value: unknown): readonly (readonly [string, KeyObject])[] {
  const { kid, kty, use } = asObject(value);
  if (typeof kid !== "string" || kty !== "RSA" || (use !== undefined && use !== "sig")) return [];
  try {
    const { n, e } = asObject(value); // the public half, whatever else is there
    if (typeof n !== "string" || typeof e !== "string") return [];
    return [[kid, createPublicKey({ format: "jwk", key: { kty, n, e } })]];
  } catch {
    return []; // no key: tokens that name it find none
  }
}
