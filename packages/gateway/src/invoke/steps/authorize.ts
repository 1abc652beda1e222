// Step: may this REST request enter?
import type { RestAuthorizerContext } from "@gatewright/contract";
import type { DeployedAuthorizer } from "../../deploy/authorizers.ts";
import { toCallArn } from "../../deploy/place.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { askAuthorizer, type Authorizers } from "../ask-authorizer.ts";
import { toRestAuthorizerEvent, toTokenEvent } from "../authorizer-event.ts";
import { type AuthorizerResult, judgeAnswer } from "../authorizer-result.ts";
import type { Authorized, Routed } from "../exchange.ts";
import { Rejection } from "../rejection.ts";
import { toRestContext } from "../rest-context.ts";
import { readIdentity } from "./identity-values.ts";

/**
 * Asks the method's authorizer, if it has one.
 *
 * @throws Rejection `UNAUTHORIZED`, `ACCESS_DENIED`, `AUTHORIZER_CONFIGURATION_ERROR`, or 414 for an ARN that is
 *   too long.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function authorize(routed: Routed, plan: RestPlan, to: Authorizers): Promise<Authorized> {
  const { authorizerId } = routed.route.method;
  if (authorizerId === undefined) return { ...routed, authorizer: null, usageIdentifierKey: undefined };
  const authorizer = plan.authorizers.get(authorizerId);
  if (!authorizer)
    throw new Rejection("AUTHORIZER_CONFIGURATION_ERROR", { why: `no authorizer ${authorizerId}` });
  const arn = toCallArn(plan.place, routed.http.method, routed.path);
  if (arn.length > arnBytes) {
    throw new Rejection("REQUEST_TOO_LARGE", { status: 414, message: "Request URI Too Long" });
  }
  const identity = identify(routed, plan, authorizer);
  const { result, latencyMs } = await askAuthorizer(
    {
      authorizer,
      stage: plan.api.stage,
      form: "policy",
      identity,
      event: () =>
        authorizer.type === "TOKEN"
          ? toTokenEvent(arn, identity[0] ?? "")
          : toRestAuthorizerEvent(routed, plan),
      trace: routed.trace,
    },
    to,
  );
  return { ...routed, ...admit(result, arn, { name: authorizer.name, latencyMs }) };
}

/** Longest method ARN that API Gateway asks an authorizer about. */
const arnBytes = 1600;

/** A `TOKEN` must always be there; a `REQUEST` authorizer insists on its sources only while it keeps answers. */
function identify(routed: Routed, plan: RestPlan, authorizer: DeployedAuthorizer): readonly string[] {
  const isToken = authorizer.type === "TOKEN";
  const first = authorizer.identitySources[0] ?? { from: "header", name: "Authorization" };
  const values = readIdentity(isToken ? [first] : authorizer.identitySources, {
    headers: routed.http.headers,
    query: routed.http.query,
    stageVariables: plan.api.stageVariables,
    context: toRestContext(routed, plan),
  });
  if (values === undefined && (isToken || authorizer.ttlSeconds > 0)) {
    throw new Rejection("UNAUTHORIZED", { why: `${authorizer.name}: an identity source is missing` });
  }
  if (authorizer.tokenPattern && isToken && !authorizer.tokenPattern.test(values?.[0] ?? "")) {
    throw new Rejection("UNAUTHORIZED", {
      why: `${authorizer.name}: identityValidationExpression does not match`,
    });
  }
  return values ?? [];
}

function admit(
  result: AuthorizerResult,
  arn: string,
  authorizer: { readonly name: string; readonly latencyMs: number },
): { readonly authorizer: RestAuthorizerContext; readonly usageIdentifierKey: string | undefined } {
  if (result.kind === "unauthorized") throw new Rejection("UNAUTHORIZED");
  if (result.kind !== "policy") {
    const why = result.kind === "broken" ? result.why : "it answered without a policy";
    throw new Rejection("AUTHORIZER_CONFIGURATION_ERROR", {
      why: `The authorizer ${authorizer.name}: ${why}`,
    });
  }
  const verdict = judgeAnswer(result, arn);
  const refusing = { ...result.context, principalId: result.principalId };
  if (verdict === "implicit-deny") throw new Rejection("ACCESS_DENIED", { authorizer: refusing });
  if (verdict === "explicit-deny") {
    const message = "User is not authorized to access this resource with an explicit deny";
    throw new Rejection("ACCESS_DENIED", { message, authorizer: refusing });
  }
  const { principalId, context, usageIdentifierKey } = result;
  return {
    authorizer: { ...context, principalId, integrationLatency: authorizer.latencyMs },
    usageIdentifierKey,
  };
}
