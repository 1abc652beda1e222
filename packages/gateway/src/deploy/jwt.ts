// An HTTP API's JWT authorizers, made ready.
import { failures } from "../failures.ts";
import type { JwtAuthorizer } from "../model/authorizer.ts";
import { isTrustworthy } from "../tokens/fetch-document.ts";

/** An authorizer whose audiences are indexed. */
export interface DeployedJwt extends JwtAuthorizer {
  readonly audiences: ReadonlySet<string>;
}

/**
 * Makes JWT authorizers ready, by id.
 *
 * @throws failure `ISSUER_INVALID` for an issuer whose keys could not be believed.
 */
export function deployJwt(authorizers: readonly JwtAuthorizer[]): ReadonlyMap<string, DeployedJwt> {
  return new Map(
    authorizers.map((authorizer) => {
      const { id, name, issuer, audience } = authorizer;
      if (!isTrustworthy(issuer)) throw failures.create("ISSUER_INVALID", { authorizer: name, issuer });
      return [id, { ...authorizer, audiences: new Set(audience) }] as const;
    }),
  );
}
