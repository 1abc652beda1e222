// The order of work of a REST API. Read this first.
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { LocalServices } from "../integrations/aws-request.ts";
import type { CallHttp } from "../integrations/call-http.ts";
import type { Functions, Ids } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { Authorizers } from "./ask-authorizer.ts";
import type { Arrived } from "./exchange.ts";
import { authorize } from "./steps/authorize.ts";
import { checkSize } from "./steps/check-size.ts";
import { integrate } from "./steps/integrate.ts";
import { mapRequest } from "./steps/map-request.ts";
import { mapResponse } from "./steps/map-response.ts";
import { matchRoute } from "./steps/match-route.ts";
import { takeApiKey } from "./steps/take-api-key.ts";
import { type Meters, throttle } from "./steps/throttle.ts";
import { validate } from "./steps/validate.ts";

/** What a deployed REST API is invoked with. */
export interface RestGateway {
  readonly plan: RestPlan;
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  /** The AWS services that run here; absent where none does. */
  readonly services: LocalServices | undefined;
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
  const routed = matchRoute(sized, to.plan);
  const authorized = await authorize(routed, to.plan, to.authorizers);
  const keyed = takeApiKey(authorized, to.plan);
  const admitted = throttle(keyed, to.meters);
  const validated = validate(admitted, to.plan);
  const mapped = mapRequest(validated, to.plan, to);
  const integrated = await integrate(mapped, to.plan, to);
  return mapResponse(integrated, to.plan, to.ids);
}
