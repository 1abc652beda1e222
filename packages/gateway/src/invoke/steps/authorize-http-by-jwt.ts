// May this HTTP API request enter? A JWT of the authorizer's issuer says so.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { DeployedJwt } from "../../deploy/jwt.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import { type Claims, hasScope, toHttpClaims } from "../claims.ts";
import type { HttpAuthorized, HttpRouted } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { toContextVariables } from "./authorize-http-by-lambda.ts";
import { authorizationHeader, readIdentity } from "./identity-values.ts";

/**
 * Checks the token: signature, issuer, times, audience (or `client_id` where it has none), and one of the route's
 * scopes where the route has some.
 *
 * @throws HttpRejection `UNAUTHORIZED` or `FORBIDDEN`, each with a `www-authenticate` that says why.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export async function authorizeHttpByJwt(
  routed: HttpRouted,
  authorizer: DeployedJwt,
  { plan, to }: { readonly plan: HttpPlan; readonly to: Authorizers },
): Promise<HttpAuthorized> {
  const scopes = routed.route.authorizationScopes ?? [];
  const refuse = (says: string): HttpRejection =>
    new HttpRejection("UNAUTHORIZED", `${authorizer.name}: ${says}`, [
      challenge(scopes, "invalid_token", says),
    ]);
  const token = readToken(routed, plan, authorizer);
  const checked = await to.tokens.check(token, authorizer.issuer);
  if (checked.kind === "expired") throw refuse("the token has expired");
  if (checked.kind === "bad") throw refuse(checked.says);
  if (checked.kind === "out-of-reach") {
    routed.trace.write("authorize", checked.why);
    const header = challenge(scopes, "invalid_token", "OIDC discovery endpoint communication error");
    throw new HttpRejection("UNAUTHORIZED", `${authorizer.name}: ${checked.why}`, [header]);
  }
  const { claims } = checked;
  if (!isForAudience(claims, authorizer)) throw refuse("the token does not have a valid audience");
  if (scopes.length > 0 && !hasScope(claims, scopes)) {
    const header = challenge(scopes, "insufficient_scope", "the token has none of the scopes");
    throw new HttpRejection("FORBIDDEN", `${authorizer.name}: the token has none of the scopes`, [header]);
  }
  routed.trace.write("authorize", `${authorizer.name}: a good token`);
  const jwt = {
    kind: "jwt",
    claims: toHttpClaims(claims),
    scopes: scopes.length > 0 ? scopes : null,
  } as const;
  return { ...routed, authorizer: jwt };
}

function challenge(scopes: readonly string[], error: string, says: string): readonly [string, string] {
  const description = says.slice(0, 200).replaceAll(/[^ !#-[\]-~]/g, "'"); // what a quoted text may hold
  const text = `Bearer scope="${scopes.join(" ")}" error="${error}" error_description="${description}"`;
  return ["www-authenticate", text];
}

/** The first identity source that the request has; the word `Bearer` may stand before the token. */
function readToken(routed: HttpRouted, plan: HttpPlan, authorizer: DeployedJwt): string {
  const { identitySources: sources } = authorizer;
  const [value] =
    readIdentity(sources.length > 0 ? sources : [authorizationHeader], {
      http: routed.http,
      stageVariables: plan.api.stageVariables,
      context: () => toContextVariables(routed, plan),
    }) ?? [];
  if (value !== undefined) return value.replace(/^Bearer\s+/i, "");
  throw new HttpRejection("UNAUTHORIZED", `${authorizer.name}: there is no token`, [
    ["www-authenticate", "Bearer"],
  ]);
}

function isForAudience({ aud, client_id: clientId }: Claims, { audiences }: DeployedJwt): boolean {
  const given: readonly unknown[] = aud === undefined ? [clientId] : Array.isArray(aud) ? aud : [aud];
  return given.some((each) => typeof each === "string" && audiences.has(each));
}
