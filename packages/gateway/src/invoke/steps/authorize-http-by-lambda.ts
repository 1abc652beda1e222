// May this HTTP API request enter? A Lambda authorizer says so.
import type { DeployedAuthorizer } from "../../deploy/authorizers.ts";
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { toCallArn } from "../../deploy/place.ts";
import type { PolicyQuestion } from "../../policy/policy.ts";
import { askAuthorizer, type Authorizers } from "../ask-authorizer.ts";
import { toHttpAuthorizerEvent, toHttpAuthorizerEventV1 } from "../authorizer-event.ts";
import { type AuthorizerForm, type AuthorizerResult, judgeAnswer } from "../authorizer-result.ts";
import { toHttpContext } from "../http-context.ts";
import type { HttpAuthorized, HttpAuthorizer, HttpRouted } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";
import { readIdentity } from "./identity-values.ts";

/**
 * Asks a route's Lambda authorizer.
 *
 * @throws HttpRejection `UNAUTHORIZED`, `FORBIDDEN`, `INTERNAL_SERVER_ERROR`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export async function authorizeHttpByLambda(
  routed: HttpRouted,
  authorizer: DeployedAuthorizer,
  { plan, to }: { readonly plan: HttpPlan; readonly to: Authorizers },
): Promise<HttpAuthorized> {
  const identity = readIdentity(authorizer.identitySources, {
    http: routed.http,
    stageVariables: plan.api.stageVariables,
    context: () => toContextVariables(routed, plan),
  });
  if (!identity) {
    throw new HttpRejection("UNAUTHORIZED", `${authorizer.name}: an identity source is missing`);
  }
  const form = formOf(authorizer);
  const event = () =>
    form === "policy"
      ? toHttpAuthorizerEventV1(routed, plan, identity)
      : toHttpAuthorizerEvent(routed, plan, identity);
  const question = { authorizer, stage: plan.api.stage, form, identity, event, trace: routed.trace };
  const { result } = await askAuthorizer(question, to);
  const arn = toCallArn(plan.place, routed.http.method, routed.path);
  const keys = toRequestKeys(routed);
  return { ...routed, authorizer: admit(result, { action: invokeAction, resource: arn, keys }, authorizer) };
}

function formOf({ payloadVersion, simpleResponses }: DeployedAuthorizer): AuthorizerForm {
  if (payloadVersion === "1.0") return "policy";
  return simpleResponses === true ? "simple" : "policy-2.0";
}

function admit(
  result: AuthorizerResult,
  question: PolicyQuestion,
  authorizer: DeployedAuthorizer,
): HttpAuthorizer {
  if (result.kind === "unauthorized") {
    if (formOf(authorizer) === "policy") throw new HttpRejection("UNAUTHORIZED");
    const why = `The authorizer ${authorizer.name} threw Unauthorized, which payload 2.0 takes for an error`;
    throw new HttpRejection("INTERNAL_SERVER_ERROR", why);
  }
  if (result.kind === "broken") {
    throw new HttpRejection("INTERNAL_SERVER_ERROR", `The authorizer ${authorizer.name}: ${result.why}`);
  }
  if (judgeAnswer(result, question) !== "allow") throw new HttpRejection("FORBIDDEN");
  const { context } = result;
  if (result.kind === "simple") return { kind: "lambda", context };
  return { kind: "lambda", principalId: result.principalId, context };
}

/** The `$context` variables that identity sources of an HTTP API can name. */
export function toContextVariables(routed: HttpRouted, plan: HttpPlan): object {
  return { ...toHttpContext(routed, plan), path: routed.path };
}
