// The order of work of a REST API. Read this first.
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { Functions, Ids } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { Authorizers } from "./ask-authorizer.ts";
import type { Arrived } from "./exchange.ts";
import { authorize } from "./steps/authorize.ts";
import { checkPolicy } from "./steps/check-policy.ts";
import { checkSize } from "./steps/check-size.ts";
import { filterByWaf } from "./steps/filter-by-waf.ts";
import { integrate } from "./steps/integrate.ts";
import { mapResponse } from "./steps/map-response.ts";
import { matchRoute } from "./steps/match-route.ts";
import { takeApiKey } from "./steps/take-api-key.ts";
import { type Meters, throttle } from "./steps/throttle.ts";

/** What a deployed REST API is invoked with. */
export interface RestGateway {
  readonly plan: RestPlan;
  readonly functions: Functions;
  readonly authorizers: Authorizers;
  readonly meters: Meters;
  readonly ids: Ids;
}

/**
 * A request's whole way through a REST API, in order. A refusal is thrown and becomes an answer in `answer.ts`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export async function invoke(arrived: Arrived, to: RestGateway): Promise<HttpAnswer> {
  const sized = checkSize(arrived);
  const filtered = filterByWaf(sized, to.plan);
  const routed = matchRoute(filtered, to.plan);
  const permitted = checkPolicy(routed, to.plan);
  const authorized = await authorize(permitted, to.plan, to.authorizers);
  const keyed = takeApiKey(authorized, to.plan);
  const admitted = throttle(keyed, to.meters);
  const integrated = await integrate(admitted, to.plan, to.functions);
  return mapResponse(integrated, to.plan, to.ids);
}
