// Step: is the caller within the rate and the quota of the usage plan?
import type { Buckets } from "../../meters/bucket.ts";
import type { Quotas } from "../../meters/quota.ts";
import type { Clock } from "../../ports.ts";
import type { Admitted, Keyed } from "../exchange.ts";
import { Rejection } from "../rejection.ts";

/** What counting requests needs. */
export interface Meters {
  readonly buckets: Buckets;
  readonly quotas: Quotas;
  readonly clock: Clock;
}

/**
 * Takes a token and one of the period's requests, per key and plan. A throttled request uses up no quota.
 *
 * @throws Rejection `THROTTLED` or `QUOTA_EXCEEDED`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function throttle(keyed: Keyed, to: Meters): Admitted {
  const { apiKey } = keyed;
  if (apiKey) {
    const { plan } = apiKey;
    const meter = JSON.stringify([plan.id, apiKey.id]);
    if (plan.throttle && !to.buckets.take(meter, plan.throttle)) throw new Rejection("THROTTLED");
    if (plan.quota && !to.quotas.take(meter, plan.quota)) throw new Rejection("QUOTA_EXCEEDED");
  }
  return { ...keyed, admittedAt: to.clock.now() };
}
