// May this REST request enter? A Lambda authorizer says so.
import type { DeployedAuthorizer } from "../../deploy/authorizers.ts";
import { toCallArn } from "../../deploy/place.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { askAuthorizer, type Authorizers } from "../ask-authorizer.ts";
import { toRestAuthorizerEvent, toTokenEvent } from "../authorizer-event.ts";
import { type AuthorizerResult, judgeAnswer } from "../authorizer-result.ts";
import { tableA } from "../../policy/tables.ts";
import type { Authorized, Permitted } from "../exchange.ts";
import { Rejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";
import { toRestContext } from "../rest-context.ts";
import { fitsInTime } from "../../vtl/java-pattern.ts";
import { authorizationHeader, readIdentity } from "./identity-values.ts";

/**
 * Asks a method's Lambda authorizer, and weighs its policy against the resource policy.
 *
 * @throws Rejection `UNAUTHORIZED`, `ACCESS_DENIED`, `AUTHORIZER_CONFIGURATION_ERROR`, or 414 for an ARN that is
 *   too long.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export async function authorizeByLambda(
  routed: Permitted,
  authorizer: DeployedAuthorizer,
  { plan, to }: { readonly plan: RestPlan; readonly to: Authorizers },
): Promise<Authorized> {
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
  const answer = understand(result, authorizer.name);
  assertAllowed(answer, { routed, arn, isPrivate: plan.api.endpointType === "PRIVATE" });
  const { principalId, context, usageIdentifierKey } = answer;
  return {
    ...routed,
    identityPolicy: answer.policy,
    iamCaller: null,
    authorizer: { ...context, principalId, integrationLatency: latencyMs },
    usageIdentifierKey,
  };
}

/** Longest method ARN that API Gateway asks an authorizer about. */
const arnBytes = 1600;

/** A `TOKEN` must always be there; a `REQUEST` authorizer insists on its sources only while it keeps answers. */
function identify(routed: Permitted, plan: RestPlan, authorizer: DeployedAuthorizer): readonly string[] {
  const isToken = authorizer.type === "TOKEN";
  const first = authorizer.identitySources[0] ?? authorizationHeader;
  const values = readIdentity(isToken ? [first] : authorizer.identitySources, {
    http: routed.http,
    stageVariables: plan.api.stageVariables,
    context: () => toRestContext(routed, plan),
  });
  if (values === undefined && (isToken || authorizer.ttlSeconds > 0)) {
    throw new Rejection("UNAUTHORIZED", { why: `${authorizer.name}: an identity source is missing` });
  }
  if (authorizer.tokenPattern && isToken && !fitsInTime(authorizer.tokenPattern, values?.[0] ?? "")) {
    throw new Rejection("UNAUTHORIZED", {
      why: `${authorizer.name}: identityValidationExpression does not match`,
    });
  }
  return values ?? [];
}

type PolicyAnswer = Extract<AuthorizerResult, { readonly kind: "policy" }>;

function understand(result: AuthorizerResult, name: string): PolicyAnswer {
  if (result.kind === "unauthorized") throw new Rejection("UNAUTHORIZED");
  if (result.kind === "policy") return result;
  const why = result.kind === "broken" ? result.why : "it answered without a policy";
  throw new Rejection("AUTHORIZER_CONFIGURATION_ERROR", { why: `The authorizer ${name}: ${why}` });
}

function assertAllowed(
  answer: PolicyAnswer,
  of: { readonly routed: Permitted; readonly arn: string; readonly isPrivate: boolean },
): void {
  const { http, at, permission } = of.routed;
  const keys = toRequestKeys({ http, at, isPrivate: of.isPrivate });
  const said = judgeAnswer(answer, { action: invokeAction, resource: of.arn, keys });
  const refusing = { ...answer.context, principalId: answer.principalId };
  const verdict = tableA[said][permission ?? "implicit-deny"];
  if (verdict === "implicit-deny") throw new Rejection("ACCESS_DENIED", { authorizer: refusing });
  if (verdict === "explicit-deny") {
    const message = "User is not authorized to access this resource with an explicit deny";
    throw new Rejection("ACCESS_DENIED", { message, authorizer: refusing });
  }
}
