// Tokens of an Amazon Cognito user pool, checked with its published keys.
import { failures } from "../failures.ts";
import type { CognitoClaims, CognitoOptions } from "./cognito-token.ts";
import type { PresentedToken, Verification, Verifier } from "./verifier.ts";

/**
 * Checks tokens of a Cognito user pool: signature (RS256 only), issuer, client, use and times.
 *
 * Keys are fetched at the first check and kept; an unknown key id fetches them again, at most once in ten seconds.
 * With `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER` set, as the local gateway does, they are fetched from there; the
 * issuer stays what it is on AWS. The library is loaded at the first check, so that other paths do not pay for it.
 *
 * @throws Failure `COGNITO_SETTING_UNREADABLE` when it is made.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
 */
export function cognito<const Use extends "access" | "id">(
  options: CognitoOptions<Use>,
): Verifier<CognitoClaims<Use>> {
  const region = /^((?:eusc-)?[a-z]{2}-(?:gov-)?[a-z]+-\d)_[A-Za-z0-9]+$/.exec(options.userPoolId)?.[1];
  const clients = [options.clientId].flat();
  if (region === undefined) throw failures.create("COGNITO_SETTING_UNREADABLE", { name: "userPoolId" });
  if (clients.length === 0 || clients.some((id) => typeof id !== "string" || id === ""))
    throw failures.create("COGNITO_SETTING_UNREADABLE", { name: "clientId" });
  let loading: Promise<Check> | undefined;
  return {
    issuers: [`cognito-idp.${region}`, `issuer-cognito-idp.${region}`].map(
      (host) => `https://${host}.amazonaws.com/${options.userPoolId}`,
    ),
    async verify(token) {
      const refused = refuseUnread(token);
      if (refused) return refused;
      loading ??= load({ ...options, clientId: clients });
      const check = await loading;
      return check(token.text) as Promise<Verification<CognitoClaims<Use>>>; // the use was checked
    },
  };
}

type Check = (token: string) => Promise<Verification>;

/** What needs no key to be refused. */
function refuseUnread({ unverified }: PresentedToken): Verification<never> | undefined {
  const refuse = (code: string) => ({ kind: "unauthenticated", code }) as const;
  if (!unverified) return refuse("TOKEN_MALFORMED");
  if (unverified.header["alg"] !== "RS256") return refuse("ALGORITHM_REFUSED");
  if ("crit" in unverified.header) return refuse("CRITICAL_HEADER_REFUSED");
  if (typeof unverified.payload["exp"] !== "number") return refuse("EXPIRY_MISSING");
  return undefined;
}

async function load(options: CognitoOptions<"access" | "id">): Promise<Check> {
  const { createCognitoCheck } = await import("./cognito-check.ts");
  return createCognitoCheck(options);
}
