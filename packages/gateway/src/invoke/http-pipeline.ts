// The order of work of an HTTP API. Read this first.
import { limits } from "@gatewright/contract";
import type { HttpStages } from "../deploy/http-stages.ts";
import type { CallHttp } from "../integrations/call-http.ts";
import type { Functions } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { Authorizers } from "./ask-authorizer.ts";
import { answerPreflight, isPreflight } from "./cors.ts";
import { headerBytes } from "./headers.ts";
import type { HttpArrived } from "./http-exchange.ts";
import { HttpRejection } from "./rejection.ts";
import { authorizeHttp } from "./steps/authorize-http.ts";
import { urlLength } from "./steps/check-size.ts";
import { integrateHttp } from "./steps/integrate-http.ts";
import { mapHttpRequest } from "./steps/map-http-request.ts";
import { mapHttpResponse } from "./steps/map-http-response.ts";
import { matchHttpRoute, matchStage } from "./steps/match-http-route.ts";
import type { Meters } from "./steps/throttle.ts";
import { throttleHttp } from "./steps/throttle-http.ts";

/** What a deployed HTTP API is invoked with. */
export interface HttpGateway {
  readonly stages: HttpStages;
  readonly meters: Pick<Meters, "buckets" | "account">;
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  readonly authorizers: Authorizers;
}

/** A request's whole way through an HTTP API, in order. CORS headers come last, on refusals too. */
export async function invokeHttp(arrived: HttpArrived, to: HttpGateway): Promise<HttpAnswer> {
  assertSize(arrived);
  const { staged, plan } = matchStage(arrived, to.stages);
  const { cors } = plan.api;
  if (cors && isPreflight(staged.http)) return answerPreflight(cors, staged.http);
  const routed = matchHttpRoute(staged, plan);
  const authorized = await authorizeHttp(routed, plan, to.authorizers);
  const admitted = throttleHttp(authorized, plan, to.meters);
  const mapped = mapHttpRequest(admitted, plan);
  const integrated = await integrateHttp(mapped, plan, to);
  return mapHttpResponse(integrated, plan);
}

/**
 * Refuses URLs and headers that are too long.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
 */
function assertSize({ http }: HttpArrived): void {
  if (urlLength(http) > limits.urlBytes) throw new HttpRejection("URI_TOO_LONG");
  if (headerBytes(http.headers) > limits.headerBytes) throw new HttpRejection("HEADERS_TOO_LARGE");
}
