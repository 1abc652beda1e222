// The part of the Cognito verifier that needs the library: loaded with the first token.
import { CognitoJwtVerifier } from "aws-jwt-verify/cognito-verifier";
import {
  CognitoJwtInvalidClientIdError,
  CognitoJwtInvalidGroupError,
  CognitoJwtInvalidTokenUseError,
  FetchError,
  JwksValidationError,
  JwkValidationError,
  JwtExpiredError,
  JwtInvalidIssuerError,
  JwtInvalidScopeError,
  JwtInvalidSignatureAlgorithmError,
  JwtInvalidSignatureError,
  JwtNotBeforeError,
  JwtParseError,
  JwtWithoutValidKidError,
  KidNotFoundInJwksError,
  WaitPeriodNotYetEndedJwkError,
} from "aws-jwt-verify/error";
import type { Fetcher } from "aws-jwt-verify/https";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import type { CognitoOptions } from "./cognito-token.ts";
import type { Verification } from "./verifier.ts";

/** Makes the check of one pool, with its own cache of keys. */
export function createCognitoCheck(
  options: CognitoOptions<"access" | "id">,
): (token: string) => Promise<Verification> {
  const endpoint = process.env["AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"];
  const verifier = CognitoJwtVerifier.create(
    {
      userPoolId: options.userPoolId,
      clientId: [options.clientId].flat(),
      tokenUse: options.tokenUse,
      ...(options.groups ? { groups: [...options.groups] } : {}),
      ...(options.scopes ? { scope: [...options.scopes] } : {}),
    },
    endpoint === undefined || endpoint === ""
      ? undefined
      : { jwksCache: new SimpleJwksCache({ fetcher: fetcherAt(endpoint, options.userPoolId) }) },
  );
  return async (token) => {
    try {
      return { kind: "verified", claims: await verifier.verify(token) };
    } catch (error) {
      return toVerification(error);
    }
  };
}

/** Fetches the pool's keys from another endpoint, whatever host the issuer names. The one way in which plain HTTP is allowed. */
function fetcherAt(endpoint: string, userPoolId: string): Fetcher {
  const keys = `${endpoint.replace(/\/+$/, "")}/${userPoolId}/.well-known/jwks.json`;
  return {
    async fetch() {
      const response = await fetch(keys, { signal: AbortSignal.timeout(3000), redirect: "error" }).catch(
        (error: unknown) => {
          throw new FetchError(keys, error instanceof Error ? reasonOf(error) : "failed");
        },
      );
      if (!response.ok) throw new FetchError(keys, `Status code is ${response.status}, expected 200`);
      return response.arrayBuffer();
    },
  };
}

function reasonOf(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
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
  [JwtWithoutValidKidError, "KEY_UNKNOWN"],
  [KidNotFoundInJwksError, "KEY_UNKNOWN"],
  // The keys were fetched less than ten seconds ago and did not hold the one that a token named.
  [WaitPeriodNotYetEndedJwkError, "KEY_UNKNOWN"],
];

function toVerification(error: unknown): Verification {
  for (const [kind, code] of codes) if (error instanceof kind) return { kind: "unauthenticated", code };
  if (error instanceof FetchError)
    return { kind: "unavailable", code: "KEYS_UNAVAILABLE", detail: error.message };
  if (error instanceof JwksValidationError || error instanceof JwkValidationError)
    return { kind: "unavailable", code: "KEYS_UNREADABLE" };
  return { kind: "unavailable", code: "VERIFIER_FAILED", detail: error instanceof Error ? error.name : "" };
}
