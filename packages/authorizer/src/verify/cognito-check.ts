// The part of the Cognito verifier that needs the library: loaded with the first token.
import { CognitoJwtVerifier } from "aws-jwt-verify/cognito-verifier";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidGroupError,
  CognitoJwtInvalidTokenUseError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidScopeError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
} from "aws-jwt-verify/error";
import type { Jwks } from "aws-jwt-verify/jwk";
import type { KeySet } from "../keys/key-set.ts";
import type { CognitoOptions } from "./cognito-token.ts";
import { unauthenticated, type Verification } from "./verifier.ts";

/** Checks one token with keys that are at hand; `undefined` where its key is not among them. Never rejects. */
export type CognitoCheck = (token: string, kid: string) => Promise<Verification> | undefined;

/** Makes the check of one pool with one set of keys. */
export function createCognitoCheck(options: CognitoOptions<"access" | "id">, keys: KeySet): CognitoCheck {
  const verifier = CognitoJwtVerifier.create({
    userPoolId: options.userPoolId,
    clientId: [options.clientId].flat(),
    tokenUse: options.tokenUse,
    ...(options.groups ? { groups: [...options.groups] } : {}),
    ...(options.scopes ? { scope: [...options.scopes] } : {}),
  });
  verifier.cacheJwks(keys as unknown as Jwks); // the library validates the key it picks
  // Its key is among those that were given: the library fetches nothing.
  const known = new Set(keys.keys.map(({ kid }) => kid));
  return (token, kid) =>
    known.has(kid)
      ? verifier.verify(token).then((claims) => ({ kind: "verified", claims }), toVerification)
      : undefined;
}

/** Which of the library's errors is the token's fault. */
const codes: readonly (readonly [new (...facts: never[]) => Error, string])[] = [
  [JwtExpiredError, "TOKEN_EXPIRED"],
  [JwtNotBeforeError, "TOKEN_NOT_YET_VALID"],
  [JwtInvalidSignatureError, "SIGNATURE_INVALID"],
  [JwtInvalidSignatureAlgorithmError, "ALGORITHM_REFUSED"],
  [JwtInvalidIssuerError, "ISSUER_UNKNOWN"],
  [CognitoJwtInvalidTokenUseError, "TOKEN_USE_WRONG"],
  [CognitoJwtInvalidClientIdError, "CLIENT_WRONG"],
  [CognitoJwtInvalidGroupError, "GROUP_MISSING"],
  [JwtInvalidScopeError, "SCOPE_MISSING"],
  [JwtParseError, "TOKEN_MALFORMED"],
];

function toVerification(error: unknown): Verification {
  for (const [kind, code] of codes) if (error instanceof kind) return unauthenticated(code);
  if (error instanceof JwksValidationError || error instanceof JwkValidationError)
    return { kind: "unavailable", code: "KEYS_UNREADABLE" };
  return { kind: "unavailable", code: "VERIFIER_FAILED", detail: error instanceof Error ? error.name : "" };
}
