// A REST API's Cognito authorizers, made ready.
import type { CognitoAuthorizer } from "../model/authorizer.ts";
import { toPoolIssuer } from "../tokens/issuer-addresses.ts";
import { compileTokenPattern } from "./authorizers.ts";

/** An authorizer with the issuers that it trusts. */
export interface DeployedCognito extends CognitoAuthorizer {
  readonly issuers: ReadonlySet<string>;
  readonly tokenPattern?: RegExp;
}

/**
 * Makes Cognito authorizers ready, by id.
 *
 * @throws failure `IDENTITY_VALIDATION_INVALID`.
 */
export function deployCognito(
  authorizers: readonly CognitoAuthorizer[],
  region: string,
): ReadonlyMap<string, DeployedCognito> {
  return new Map(
    authorizers.map((authorizer) => {
      const tokenPattern = compileTokenPattern(authorizer);
      const issuers = new Set(authorizer.userPoolIds.map((id) => toPoolIssuer(regionOf(id) ?? region, id)));
      return [authorizer.id, { ...authorizer, issuers, ...(tokenPattern && { tokenPattern }) }] as const;
    }),
  );
}

/** The region that a pool's id begins with. */
function regionOf(poolId: string): string | undefined {
  return /^([a-z0-9-]+)_/.exec(poolId)?.[1];
}
