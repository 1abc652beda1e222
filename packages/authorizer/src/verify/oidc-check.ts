// The part of the oidc verifier that needs the library: loaded with the first token.
import {
  JOSEAlgNotAllowed,
  JOSENotSupported,
  JWKSMultipleMatchingKeys,
  JWKSNoMatchingKey,
  JWSInvalid,
  JWSSignatureVerificationFailed,
  JWTClaimValidationFailed,
  JWTExpired,
  JWTInvalid,
} from "jose/errors";
import { createLocalJWKSet } from "jose/jwks/local";
import { jwtVerify, type JWTVerifyOptions } from "jose/jwt/verify";
import type { JSONWebKeySet } from "jose";
import type { KeySet } from "../keys/key-set.ts";
import { unauthenticated, type Verification } from "./verifier.ts";

/** Checks signature, issuer, audience, times and type with keys that are at hand. */
export type SignatureCheck = (token: string, header: KeyName) => Promise<Verification>;

/** How a token's header names its key. */
export interface KeyName {
  readonly alg?: unknown;
  readonly kid?: unknown;
}

/** What the library is told. */
export interface SignatureRules {
  readonly issuer: string;
  readonly audience: string | readonly string[] | null;
  readonly algorithms: readonly string[];
  readonly type?: string;
  readonly clockToleranceSeconds?: number;
  readonly now: () => number;
}

/** Makes the check of one issuer with one set of keys. */
export function createSignatureCheck(rules: SignatureRules, keys: KeySet): SignatureCheck {
  const { audience, type } = rules;
  const pick = createLocalJWKSet(keys as unknown as JSONWebKeySet); // the library validates the key it picks
  const options: JWTVerifyOptions = {
    algorithms: [...rules.algorithms],
    issuer: rules.issuer,
    ...(audience === null ? {} : { audience: typeof audience === "string" ? audience : [...audience] }),
    ...(type === undefined ? {} : { typ: type }),
    clockTolerance: rules.clockToleranceSeconds ?? 0,
    requiredClaims: ["exp"],
  };
  return async (token, { alg, kid }) => {
    try {
      const currentDate = new Date(rules.now());
      const { payload } = await jwtVerify(token, pick, { ...options, currentDate });
      return { kind: "verified", claims: payload };
    } catch (error) {
      const named = error instanceof JWKSNoMatchingKey && keys.keys.find((key) => key.kid === kid);
      // Asked for again it would be the same: a key has one algorithm for its life.
      if (named && kid !== undefined && named.alg !== undefined && named.alg !== alg)
        return unauthenticated("KEY_OF_ANOTHER_ALGORITHM");
      return toVerification(error);
    }
  };
}

const claimCodes: Readonly<Record<string, string>> = {
  iss: "ISSUER_UNKNOWN",
  aud: "AUDIENCE_WRONG",
  typ: "TYPE_WRONG",
  nbf: "TOKEN_NOT_YET_VALID",
  exp: "EXPIRY_MISSING",
};

/** Which of the library's errors is the token's fault. */
const codes: readonly (readonly [new (...facts: never[]) => Error, string])[] = [
  [JWTExpired, "TOKEN_EXPIRED"],
  [JWSSignatureVerificationFailed, "SIGNATURE_INVALID"],
  [JOSEAlgNotAllowed, "ALGORITHM_REFUSED"],
  [JWKSNoMatchingKey, "KEY_UNKNOWN"],
  [JWKSMultipleMatchingKeys, "KEY_AMBIGUOUS"],
  [JWSInvalid, "TOKEN_MALFORMED"],
  [JWTInvalid, "TOKEN_MALFORMED"],
];

function toVerification(error: unknown): Verification {
  if (error instanceof JWTClaimValidationFailed)
    return unauthenticated(claimCodes[error.claim] ?? "CLAIM_REFUSED");
  for (const [kind, code] of codes) if (error instanceof kind) return unauthenticated(code);
  // A key that is published and cannot be one: not the token's fault, and nobody is let in by it.
  const broken =
    error instanceof JOSENotSupported || error instanceof TypeError || error instanceof DOMException;
  if (broken) return { kind: "unavailable", code: "KEYS_UNREADABLE" };
  return { kind: "unavailable", code: "VERIFIER_FAILED", detail: error instanceof Error ? error.name : "" };
}
