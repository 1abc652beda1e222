// What a JWT's header must not say, whoever signed it.
import { unauthenticated, type PresentedToken, type Unauthenticated } from "./verifier.ts";

/** Headers that bring a key, or tell where to fetch one: only the issuer says which keys are its own. */
const keyHeaders = ["jwk", "jku", "x5u", "x5c"];

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
  const algorithm = header["alg"];
  if (typeof algorithm !== "string") return unauthenticated("ALGORITHM_MISSING");
  if (algorithm.toLowerCase() === "none") return unauthenticated("ALGORITHM_NONE");
  if (algorithm.startsWith("HS")) return unauthenticated("ALGORITHM_SYMMETRIC");
  if (!rules.algorithms.includes(algorithm)) return unauthenticated("ALGORITHM_REFUSED");
  if ("crit" in header || "b64" in header) return unauthenticated("CRITICAL_HEADER_REFUSED");
  if (!rules.ignoreKeyHeaders && keyHeaders.some((name) => name in header))
    return unauthenticated("KEY_IN_HEADER");
  if (typeof payload["exp"] !== "number") return unauthenticated("EXPIRY_MISSING");
  return undefined;
}
