// API keys: made here, stored as hashes, compared in constant time.
import { createKeptVerdicts, toHash, type Verdict } from "../verify/kept-verdicts.ts";
import { hasScope } from "../verify/scopes.ts";
import { unauthenticated, type Verifier } from "../verify/verifier.ts";
import { toPorts, type VerifierPorts } from "../wire/ports.ts";

const { randomBytes, timingSafeEqual } = process.getBuiltinModule("node:crypto");

/** What is stored of a key. Nobody can make the key from it. */
export interface ApiKeyRecord {
  /** The part of the key that finds it. */
  readonly id: string;
  /** SHA-256 of the whole key, base64url. Enough for 256 random bits, which nobody can guess. */
  readonly hash: string;
  /** Who calls with it. */
  readonly sub: string;
  /** Separated by spaces. */
  readonly scope?: string;
  /** Seconds since the epoch. */
  readonly expiresAt?: number;
  readonly disabled?: boolean;
  /** The value of the API Gateway key that its use is counted on: pass it on in `allow`. */
  readonly usageIdentifierKey?: string;
}

/** Where records are. `memoryApiKeys()` in tests, `dynamoApiKeys()` of `@gatewright/authorizer/dynamodb` on AWS. */
export interface ApiKeyStore {
  find(id: string): Promise<ApiKeyRecord | undefined>;
}

/** What `decide` gets: the record without its hash. */
export type ApiKeyClaims = Omit<ApiKeyRecord, "hash" | "disabled">;

/** Which keys are taken. */
export interface ApiKeyOptions {
  readonly store: ApiKeyStore;
  /** At least one of these. */
  readonly scopes?: readonly string[];
  /** For how long an answer is kept, good or bad: a key that is withdrawn works for that long. @default 60 */
  readonly keepSeconds?: number;
}

const shape = /^gwk_([0-9a-f]{24})_[A-Za-z0-9_-]{43}$/;

/**
 * Makes a key: give `key` to its owner once, and store `record`.
 *
 * @example
 * const { key, record } = issueApiKey({ sub: "acme", scope: "rooms:read" });
 */
export function issueApiKey(grant: Omit<ApiKeyRecord, "id" | "hash">): {
  readonly key: string;
  readonly record: ApiKeyRecord;
} {
  const id = randomBytes(12).toString("hex");
  const key = `gwk_${id}_${randomBytes(32).toString("base64url")}`;
  return { key, record: { ...grant, id, hash: toHash(key) } };
}

/**
 * Checks API keys that {@link issueApiKey} made. Takes tokens of that shape (`gwk_…`) and no others.
 *
 * @example
 * authorizer({
 *   token: [fromHeader("x-api-key")],
 *   verify: [apiKey({ store: dynamoApiKeys({ table }) })],
 *   decide: ({ claims }) =>
 *     allow({ principalId: claims.sub, usageIdentifierKey: claims.usageIdentifierKey }),
 * })
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
 */
export function apiKey(options: ApiKeyOptions, ports: VerifierPorts = {}): Verifier<ApiKeyClaims> {
  const { now } = toPorts(ports);
  const kept = createKeptVerdicts<ApiKeyClaims>(now);
  const until = (): number => now() + (options.keepSeconds ?? 60) * 1000;
  return {
    takes: ({ text }) => text.startsWith("gwk_"),
    async verify({ text }) {
      const id = shape.exec(text)?.[1];
      if (id === undefined) return unauthenticated("API_KEY_MALFORMED");
      const found = await kept.find(text, async () => {
        const record = await options.store.find(id);
        return { verification: judge(text, record, options), until: until() };
      });
      const ended = found.kind === "verified" && isOver(found.claims.expiresAt, now());
      return ended ? unauthenticated("API_KEY_EXPIRED") : found;
    },
  };
}

const isOver = (expiresAt: number | undefined, now: number): boolean =>
  expiresAt !== undefined && !(expiresAt * 1000 > now);

/** An id that is not known is compared too, so that the time tells nobody which ids there are. */
function judge(
  key: string,
  record: ApiKeyRecord | undefined,
  { scopes }: ApiKeyOptions,
): Verdict<ApiKeyClaims>["verification"] {
  const given = Buffer.from(toHash(key));
  const stored = Buffer.from(record?.hash ?? "");
  const same = timingSafeEqual(given, stored.length === given.length ? stored : Buffer.alloc(given.length));
  if (!record || !same) return unauthenticated("API_KEY_UNKNOWN");
  if (record.disabled) return unauthenticated("API_KEY_DISABLED");
  if (!hasScope(record, scopes)) return unauthenticated("SCOPE_MISSING");
  const { hash: _hash, disabled: _disabled, ...claims } = record;
  return { kind: "verified", claims };
}

/** Records in memory: the twin for tests and for keys that come with the function. */
export function memoryApiKeys(
  records: readonly ApiKeyRecord[] = [],
): ApiKeyStore & { put(record: ApiKeyRecord): Promise<void> } {
  const byId = new Map(records.map((record) => [record.id, record]));
  return {
    find: async (id) => byId.get(id),
    put: async (record) => void byId.set(record.id, record),
  };
}
