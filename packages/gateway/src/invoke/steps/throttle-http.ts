// Step: is an HTTP API's request within the limits of its route and of the account?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { HttpAdmitted, HttpAuthorized } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";
import { accountMeter, type Meters } from "./throttle.ts";

/**
 * Takes a token of the route's bucket, or else of the stage's, and of the account's.
 *
 * @throws HttpRejection `TOO_MANY_REQUESTS`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export function throttleHttp(
  authorized: HttpAuthorized,
  plan: HttpPlan,
  { buckets, account }: Pick<Meters, "buckets" | "account">,
): HttpAdmitted {
  authorized.trace.notes.reached = authorized;
  const own = plan.throttles.get(authorized.route) ?? plan.stageThrottle;
  if (own && !buckets.take(own.meter, own.size)) {
    throw new HttpRejection("TOO_MANY_REQUESTS", "over the stage's limit for the route");
  }
  if (!buckets.take(accountMeter, account)) {
    throw new HttpRejection("TOO_MANY_REQUESTS", "over the account's limit");
  }
  return authorized as HttpAdmitted; // proven on the lines above
}
