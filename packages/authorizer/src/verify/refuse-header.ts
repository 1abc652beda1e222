// What a JWT must not say before anybody looks for its key, whoever signed it.
import { hasMisshapenClaim } from "./registered-claims.ts";
import { unauthenticated, type PresentedToken, type Unauthenticated } from "./verifier.ts";

/** Headers that bring a key, or tell where to fetch one: only the issuer says which keys are its own. */
const keyHeaders = {
  jwk: "KEY_IN_HEADER",
  jku: "KEY_ADDRESS_IN_HEADER",
  x5c: "CERTIFICATE_IN_HEADER",
  x5u: "CERTIFICATE_ADDRESS_IN_HEADER",
} as const;

/** What is asked of a header. */
export interface HeaderRules {
  readonly algorithms: readonly string[];
  /** Some issuers name their keys' address in every token: it may then be there, and still nobody reads it. */
  readonly ignoreKeyHeaders?: boolean | undefined;
}

/**
 * Refuses a JWT that needs no key to be refused; `undefined` for one that may be checked.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8725#section-3
 */
export function refuseHeader(token: PresentedToken, rules: HeaderRules): Unauthenticated | undefined {
  const { unverified, fault } = token;
  if (!unverified) return unauthenticated(fault ?? "TOKEN_MALFORMED");
  const { header, payload } = unverified;
  const code = refuseAlgorithm(header["alg"], rules.algorithms) ?? refuseExtras(header, rules);
  if (code !== undefined) return unauthenticated(code);
  if (payload["exp"] === undefined) return unauthenticated("EXPIRY_MISSING");
  return hasMisshapenClaim(payload) ? unauthenticated("CLAIM_MALFORMED") : undefined;
}

function refuseAlgorithm(algorithm: unknown, pinned: readonly string[]): string | undefined {
  if (algorithm === undefined) return "ALGORITHM_MISSING";
  if (typeof algorithm !== "string") return "ALGORITHM_MALFORMED";
  if (pinned.includes(algorithm)) return undefined;
  if (algorithm.toLowerCase() === "none") return "ALGORITHM_NONE";
  return algorithm.startsWith("HS") ? "ALGORITHM_SYMMETRIC" : "ALGORITHM_REFUSED";
}

function refuseExtras(
  header: Readonly<Record<string, unknown>>,
  { ignoreKeyHeaders }: HeaderRules,
): string | undefined {
  if ("b64" in header) return "UNENCODED_PAYLOAD_REFUSED";
  if ("crit" in header) return "CRITICAL_HEADER_REFUSED";
  if (ignoreKeyHeaders) return undefined;
  for (const name in keyHeaders) if (name in header) return keyHeaders[name as keyof typeof keyHeaders]; // its own names
  return undefined;
}
