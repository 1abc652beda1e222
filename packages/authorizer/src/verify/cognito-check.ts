// The part of the Cognito verifier that needs the library: loaded with the first token.
import { validateCognitoJwtFields } from "aws-jwt-verify/cognito-verifier";
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
import type { DecomposedJwt } from "aws-jwt-verify/jwt";
import { JwtVerifierBase } from "aws-jwt-verify/jwt-verifier";
import type { KeySet } from "../keys/key-set.ts";
import type { CognitoOptions } from "./cognito-token.ts";
import type { UnverifiedToken } from "./unverified.ts";
import { unauthenticated, type Verification } from "./verifier.ts";

/** Checks one token with keys that are at hand; `undefined` where its key is not among them. Never throws. */
export type CognitoCheck = (text: string, token: UnverifiedToken, kid: string) => Verification | undefined;

/** What the library is told of one issuer. */
type Rules = Readonly<Record<string, unknown>> & {
  issuer: string;
  audience: null;
  jwksUri: string;
  tokenUse: "access" | "id";
  clientId: string[];
  groups?: string[];
  scope?: string[];
};

/**
 * The library's own check of a token that was taken apart already: `verify` would decode and parse it once more, which
 * takes as long as everything else that is not the signature.
 */
class PoolVerifier extends JwtVerifierBase<Rules, Rules, true> {
  constructor(rules: Rules[], keys: KeySet) {
    super(rules);
    const jwks = keys as unknown as Jwks; // the library validates the key it picks
    for (const { issuer } of rules) this.cacheJwks(jwks, issuer);
  }

  /** @throws the library's errors. */
  check(token: DecomposedJwt): void {
    const rules = this.getIssuerConfig(token.payload.iss);
    this.verifyDecomposedJwtSync(token, rules.jwksUri, rules);
    validateCognitoJwtFields(token.payload, rules);
  }
}

/** Makes the check of one pool, which may name itself in either of two ways, with one set of keys. */
export function createCognitoCheck(
  options: CognitoOptions<"access" | "id">,
  issuers: readonly string[],
  keys: KeySet,
): CognitoCheck {
  const rules = issuers.map((issuer) => toRules(options, issuer));
  const verifier = new PoolVerifier(rules, keys);
  const known = new Set(keys.keys.map(({ kid }) => kid));
  return (text, token, kid) => {
    if (!known.has(kid)) return undefined;
    try {
      verifier.check(takeApart(text, token));
      return { kind: "verified", claims: token.payload };
    } catch (error) {
      return toVerification(error, token);
    }
  };
}

function toRules(
  { clientId, tokenUse, groups, scopes }: CognitoOptions<"access" | "id">,
  issuer: string,
): Rules {
  return {
    issuer,
    audience: null, // the client takes its place
    jwksUri: `${issuer}/.well-known/jwks.json`, // never asked: the keys are at hand
    tokenUse,
    clientId: [clientId].flat(),
    ...(groups ? { groups: [...groups] } : {}),
    ...(scopes ? { scope: [...scopes] } : {}),
  };
}

function takeApart(text: string, { header, payload }: UnverifiedToken): DecomposedJwt {
  const [first, second] = [text.indexOf("."), text.lastIndexOf(".")];
  return {
    header: header as DecomposedJwt["header"], // refuseHeader has looked at what the library reads
    headerB64: text.slice(0, first),
    payload: payload as DecomposedJwt["payload"], // the same
    payloadB64: text.slice(first + 1, second),
    signatureB64: text.slice(second + 1),
  };
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
/** The two uses that there are, where the other one is wanted. */
const otherUses: ReadonlyMap<unknown, string> = new Map([
  ["id", "ID_TOKEN_REFUSED"],
  ["access", "ACCESS_TOKEN_REFUSED"],
]);

function toVerification(error: unknown, { payload }: UnverifiedToken): Verification {
  for (const [kind, code] of codes)
    if (error instanceof kind) {
      const other = kind === CognitoJwtInvalidTokenUseError ? otherUses.get(payload["token_use"]) : undefined;
      return unauthenticated(other ?? code);
    }
  if (error instanceof JwksValidationError || error instanceof JwkValidationError)
    return { kind: "unavailable", code: "KEYS_UNREADABLE" };
  return { kind: "unavailable", code: "VERIFIER_FAILED", detail: error instanceof Error ? error.name : "" };
}
