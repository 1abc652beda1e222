// Step: is the request within every rate and quota that holds for it?
import type { DeployedKey } from "../../deploy/api-keys.ts";
import type { MethodPlan } from "../../deploy/method-plans.ts";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { Buckets } from "../../meters/bucket.ts";
import type { Usage } from "../../meters/usage.ts";
import type { ThrottleSettings } from "../../model/stage.ts";
import type { Admitted, Keyed } from "../exchange.ts";
import { Rejection } from "../rejection.ts";

/** What counting requests needs. */
export interface Meters {
  readonly buckets: Buckets;
  readonly usage: Usage;
  /** Of all APIs together. */
  readonly account: ThrottleSettings;
}

/** The one bucket that all APIs of an account share. */
export const accountMeter = "account";

/**
 * Takes a token of each bucket in API Gateway's order: the usage plan for this client and method, the usage plan for
 * this client, the method or else the stage, the account. The plan's quota is counted after the plan's own throttles.
 *
 * @throws Rejection `THROTTLED` or `QUOTA_EXCEEDED`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttle(keyed: Keyed, plan: RestPlan, to: Meters): Admitted {
  keyed.trace.notes.reached = keyed;
  const methodPlan = plan.methodPlans(keyed.route.method, keyed.http.method);
  if (keyed.apiKey) takeFromPlan(keyed.apiKey, methodPlan, to);
  const own = methodPlan.throttle;
  if (own && !to.buckets.take(own.meter, own.size)) throw throttled("the stage's limit for the method");
  if (!to.buckets.take(accountMeter, to.account)) throw throttled("the account's limit");
  return keyed as Admitted; // proven on the lines above
}

/** Takes what one request counts in a client's usage plan. @throws Rejection `THROTTLED` or `QUOTA_EXCEEDED`. */
export function takeFromPlan(
  key: DeployedKey,
  { key: method }: Pick<MethodPlan, "key">,
  { buckets, usage }: Pick<Meters, "buckets" | "usage">,
): void {
  const { plan } = key;
  const own = key.methodThrottle(method);
  if (own && !buckets.take(own.meter, own.size)) {
    throw throttled(`the limit of the usage plan ${plan.name} for the method`);
  }
  if (plan.throttle && !buckets.take(key.meter, plan.throttle)) {
    throw throttled(`the limit of the usage plan ${plan.name}`);
  }
  if (!usage.take({ planId: plan.id, keyId: key.id }, plan.quota)) {
    throw new Rejection("QUOTA_EXCEEDED", { why: `over the quota of the usage plan ${plan.name}` });
  }
}

function throttled(what: string): Rejection {
  return new Rejection("THROTTLED", { why: `over ${what}` });
}
