// The order of work of a REST API. Read this first.
import type { RestStages } from "../deploy/rest-stages.ts";
import type { LocalServices } from "../integrations/aws-request.ts";
import type { CallHttp } from "../integrations/call-http.ts";
import type { ResponseCaches } from "../meters/response-caches.ts";
import type { Functions, Ids } from "../ports.ts";
import type { DeployedWebAcl } from "../waf/web-acl.ts";
import type { HttpAnswer } from "./application.ts";
import type { Authorizers } from "./ask-authorizer.ts";
import type { Arrived } from "./exchange.ts";
import { answerHealthCheck } from "./steps/answer-health-check.ts";
import { authorize } from "./steps/authorize.ts";
import { cached, type MayInvalidate } from "./steps/cached.ts";
import { checkPolicy } from "./steps/check-policy.ts";
import { filterByWaf } from "./steps/filter-by-waf.ts";
import { checkSize, type RequestSizes } from "./steps/check-size.ts";
import { integrate } from "./steps/integrate.ts";
import { mapRequest } from "./steps/map-request.ts";
import { mapResponse } from "./steps/map-response.ts";
import { matchRoute } from "./steps/match-route.ts";
import { matchStage, type StageChoice } from "./steps/match-stage.ts";
import { openRequest } from "./steps/open-body.ts";
import { takeApiKey } from "./steps/take-api-key.ts";
import { type Meters, throttle } from "./steps/throttle.ts";
import { validate } from "./steps/validate.ts";

/** What a deployed REST API is invoked with. */
export interface RestGateway extends StageChoice {
  readonly stages: RestStages;
  readonly sizes: RequestSizes;
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  /** The AWS services that run here; absent where none does. */
  readonly services: LocalServices | undefined;
  readonly authorizers: Authorizers;
  /** By stage. */
  readonly webAcls: ReadonlyMap<string, DeployedWebAcl>;
  readonly meters: Meters;
  readonly caches: ResponseCaches;
  readonly mayInvalidate: MayInvalidate;
  readonly ids: Ids;
}

/**
 * A request's whole way through a REST API, in order. A refusal is thrown and becomes an answer in `answer.ts`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export async function invoke(arrived: Arrived, to: RestGateway): Promise<HttpAnswer> {
  const meant = answerHealthCheck(arrived);
  if ("ended" in meant) return meant.ended;
  const sized = checkSize(meant, to.sizes);
  const filtered = filterByWaf(sized, to);
  const { staged, plan } = matchStage(filtered, to);
  const routed = matchRoute(staged, plan);
  const permitted = checkPolicy(routed, plan);
  const authorized = await authorize(permitted, plan, to.authorizers);
  const keyed = takeApiKey(authorized, plan);
  const admitted = throttle(keyed, plan, to.meters);
  const opened = openRequest(admitted, plan);
  const validated = validate(opened, plan);
  const fetch = async (): Promise<HttpAnswer> => {
    const mapped = mapRequest(validated, plan, to);
    const integrated = await integrate(mapped, plan, to);
    return mapResponse(integrated, plan, to.ids);
  };
  return cached(validated, plan, { caches: to.caches, mayInvalidate: to.mayInvalidate, fetch });
}
