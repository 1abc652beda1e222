// May this REST request enter? A token of a Cognito user pool says so.
import { decodeJwt } from "jose";
import { toCallArn } from "../../deploy/place.ts";
import type { DeployedCognito } from "../../deploy/cognito.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { askPolicy } from "../../policy/policy.ts";
import type { Authorizers } from "../ask-authorizer.ts";
import { type Claims, hasScope, toRestClaims } from "../claims.ts";
import type { Authorized, Permitted } from "../exchange.ts";
import { refuseAccess } from "../refuse-access.ts";
import { Rejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";
import { toRestContext } from "../rest-context.ts";
import { fitsInTime } from "../../vtl/java-pattern.ts";
import { authorizationHeader, readIdentity } from "./identity-values.ts";

/**
 * Checks the token: an ID token, or an access token with one of the method's scopes where the method has some. Then
 * the resource policy, where there is one, must allow the call by itself.
 *
 * A token that was found good is kept for the authorizer's TTL, and never beyond its own end.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export async function authorizeByCognito(
  permitted: Permitted,
  authorizer: DeployedCognito,
  { plan, to }: { readonly plan: RestPlan; readonly to: Authorizers },
): Promise<Authorized> {
  const token = readToken(permitted, plan, authorizer);
  const claims = await checkToken(token, authorizer, to);
  const scopes = permitted.route.method.authorizationScopes ?? [];
  const wanted = scopes.length > 0 ? "access" : "id";
  if (claims["token_use"] !== wanted) throw refuse(authorizer, `it is not an ${wanted} token`);
  if (scopes.length > 0 && !hasScope(claims, scopes)) throw refuse(authorizer, "it has none of the scopes");
  permitted.trace.write("authorize", `${authorizer.name}: ${wanted} token`);
  assertPermitted(permitted, plan);
  return {
    ...permitted,
    identityPolicy: null,
    iamCaller: null,
    authorizer: { claims: toRestClaims(claims) },
    usageIdentifierKey: undefined,
  };
}

const refuse = ({ name }: DeployedCognito, why: string): Rejection =>
  new Rejection("UNAUTHORIZED", { why: `${name}: ${why}` });

function readToken(permitted: Permitted, plan: RestPlan, authorizer: DeployedCognito): string {
  const [value] =
    readIdentity([authorizer.identitySources[0] ?? authorizationHeader], {
      http: permitted.http,
      stageVariables: plan.api.stageVariables,
      context: () => toRestContext(permitted, plan),
    }) ?? [];
  if (value === undefined) throw refuse(authorizer, "there is no token");
  if (authorizer.tokenPattern && !fitsInTime(authorizer.tokenPattern, value)) {
    throw refuse(authorizer, "identityValidationExpression does not match");
  }
  return value.replace(/^Bearer\s+/i, "");
}

async function checkToken(token: string, authorizer: DeployedCognito, to: Authorizers): Promise<Claims> {
  const { goodTokens } = to; // those of now: what is forgotten meanwhile stays forgotten
  // with the issuers, as a stage variable may name another pool on another stage
  const key = JSON.stringify([authorizer.id, [...authorizer.issuers], token]);
  const kept = authorizer.ttlSeconds > 0 ? goodTokens.read(key) : undefined;
  if (kept) return kept;
  const issuer = issuerOf(token);
  if (issuer === undefined || !authorizer.issuers.has(issuer)) {
    throw refuse(authorizer, "it is not of its user pool");
  }
  const checked = await to.tokens.check(token, issuer);
  if (checked.kind === "expired") {
    throw new Rejection("UNAUTHORIZED", { message: "The incoming token has expired" });
  }
  if (checked.kind === "bad") throw refuse(authorizer, checked.says);
  if (checked.kind === "out-of-reach") throw refuse(authorizer, checked.why);
  const left = (checked.claims.exp ?? 0) - Math.floor(to.clock.now() / 1000);
  goodTokens.keep(key, checked.claims, Math.min(authorizer.ttlSeconds, left));
  return checked.claims;
}

/** The issuer that a token names, not yet believed. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined; // no JWT
  }
}

/** The pool says who the caller is, not what it may: the resource policy decides alone. */
function assertPermitted({ http, path, at }: Permitted, plan: RestPlan): void {
  if (!plan.resourcePolicy) return;
  const resource = toCallArn(plan.place, http.method, path);
  const keys = toRequestKeys({ http, at, isPrivate: plan.api.endpointType === "PRIVATE" });
  const verdict = askPolicy(plan.resourcePolicy, { action: invokeAction, resource, keys });
  if (verdict !== "allow") {
    throw refuseAccess({ user: "anonymous", resource, verdict, policy: "resource-based" });
  }
}
