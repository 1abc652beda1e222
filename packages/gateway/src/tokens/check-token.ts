// Is a JWT good? Signature, issuer and times; what its claims allow is for others to say.
import { decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from "jose";
import type { Clock } from "../ports.ts";
import type { IssuerKeys } from "./issuer-keys.ts";

/** What came of checking a token. */
export type CheckedToken =
  | { readonly kind: "good"; readonly claims: JWTPayload }
  | { readonly kind: "expired" }
  /** `says` is for the client too: it holds nothing of the token. */
  | { readonly kind: "bad"; readonly says: string }
  | { readonly kind: "out-of-reach"; readonly why: string };

/** Checks tokens of issuers. */
export interface TokenChecker {
  /** Never rejects. */
  check(token: string, issuer: string): Promise<CheckedToken>;
}

/** API Gateway takes RSA signatures only. */
const algorithms = ["RS256", "RS384", "RS512"];

/**
 * Creates the check of tokens: `kid`, signature, `iss`, `exp`, `nbf` and `iat`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function createTokenChecker(keys: IssuerKeys, clock: Clock): TokenChecker {
  return {
    async check(token, issuer) {
      const header = readHeader(token);
      if (!header) return bad("the token is not a JWT");
      if (!algorithms.includes(header.alg)) return bad(`signing method ${toShown(header.alg)}is invalid`);
      const found = await keys.find(issuer, header.kid);
      if (found.kind === "out-of-reach") return found;
      if (found.kind === "unknown") return bad("the token is signed by an unknown key");
      const now = clock.now();
      try {
        const { payload } = await jwtVerify(token, found.key, {
          algorithms,
          issuer,
          currentDate: new Date(now),
          requiredClaims: ["exp"],
        });
        const early = typeof payload.iat === "number" && payload.iat * 1000 > now;
        return early ? bad("the token was issued in the future") : { kind: "good", claims: payload };
      } catch (error) {
        return explain(error);
      }
    },
  };
}

/** A name that looks like one; anything else is text of the caller's, which is nothing to repeat. */
const toShown = (algorithm: string): string => (/^[\w-]{1,16}$/.test(algorithm) ? `${algorithm} ` : "");

const bad = (says: string): CheckedToken => ({ kind: "bad", says });

function readHeader(token: string): { readonly alg: string; readonly kid: string } | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return typeof alg === "string" && typeof kid === "string" ? { alg, kid } : undefined;
  } catch {
    return undefined; // no JWT
  }
}

function explain(error: unknown): CheckedToken {
  if (error instanceof errors.JWTExpired) return { kind: "expired" };
  if (error instanceof errors.JWSSignatureVerificationFailed) return bad("the token's signature is invalid");
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === "iss") return bad("the token does not have a valid issuer");
    if (error.claim === "nbf") return bad("the token is not valid yet");
    return bad(`the token's ${error.claim} is missing or invalid`);
  }
  return bad("the token is not a JWT");
}
