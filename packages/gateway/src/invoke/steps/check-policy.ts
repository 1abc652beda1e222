// Step: does the API's resource policy forbid the call, whoever makes it?
import { toCallArn } from "../../deploy/place.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { askPolicy } from "../../policy/policy.ts";
import type { Permitted, Routed } from "../exchange.ts";
import { refuseAccess } from "../refuse-access.ts";
import { Rejection } from "../rejection.ts";
import { invokeAction, toRequestKeys } from "../request-keys.ts";

/**
 * Asks the resource policy, where there is one. Without an authorizer it must allow the call; with a Lambda
 * authorizer it must not deny it. Where callers are known by signature or token, it is asked once they are.
 *
 * A private API answers only through a VPC endpoint, and only with a policy.
 *
 * @throws Rejection `ACCESS_DENIED`, or 403 Forbidden on a private API that is not reached through a VPC endpoint.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function checkPolicy(routed: Routed, plan: RestPlan): Permitted {
  const { resourcePolicy, api } = plan;
  const { http, path, at, route } = routed;
  const isPrivate = api.endpointType === "PRIVATE";
  if (isPrivate && http.caller?.vpceId === undefined) {
    const why = "a private API is reached through a VPC endpoint: say which with x-gatewright-source-vpce";
    throw new Rejection("INVALID_API_KEY", { why });
  }
  if (!resourcePolicy && !isPrivate) return { ...routed, permission: null };
  const { iam, authorizerId } = route.method;
  const later = iam === true || (authorizerId !== undefined && plan.cognito.has(authorizerId));
  if (later && resourcePolicy) return { ...routed, permission: null };
  const resource = toCallArn(plan.place, http.method, path);
  const keys = toRequestKeys({ http, at, isPrivate });
  const verdict = resourcePolicy
    ? askPolicy(resourcePolicy, { action: invokeAction, resource, keys })
    : "implicit-deny";
  const isOpen = authorizerId === undefined || !resourcePolicy;
  if (verdict === "explicit-deny" || (verdict === "implicit-deny" && isOpen)) {
    throw refuseAccess({ user: "anonymous", resource, verdict, policy: "resource-based" });
  }
  return { ...routed, permission: verdict };
}
