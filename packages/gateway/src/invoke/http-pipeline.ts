// The order of work of an HTTP API. Read this first.
import type { HttpStages } from "../deploy/http-stages.ts";
import type { CallHttp } from "../integrations/call-http.ts";
import type { Functions, Ids } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { Authorizers } from "./ask-authorizer.ts";
import type { HttpArrived } from "./http-exchange.ts";
import { authorizeHttp } from "./steps/authorize-http.ts";
import { checkHttpSize } from "./steps/check-http-size.ts";
import { integrateHttp } from "./steps/integrate-http.ts";
import { mapHttpRequest } from "./steps/map-http-request.ts";
import { mapHttpResponse } from "./steps/map-http-response.ts";
import { matchHttpRoute } from "./steps/match-http-route.ts";
import { matchHttpStage } from "./steps/match-http-stage.ts";
import { passPreflight } from "./steps/pass-preflight.ts";
import type { Meters } from "./steps/throttle.ts";
import { throttleHttp } from "./steps/throttle-http.ts";

/** What a deployed HTTP API is invoked with. */
export interface HttpGateway {
  readonly stages: HttpStages;
  readonly meters: Pick<Meters, "buckets" | "account">;
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  readonly authorizers: Authorizers;
  readonly ids: Ids;
}

/** A request's whole way through an HTTP API, in order. CORS headers come last, on refusals too. */
export async function invokeHttp(arrived: HttpArrived, to: HttpGateway): Promise<HttpAnswer> {
  const sized = checkHttpSize(arrived);
  const { staged, plan } = matchHttpStage(sized, to.stages);
  const passed = passPreflight(staged, plan);
  if ("ended" in passed) return passed.ended;
  const routed = matchHttpRoute(passed, plan);
  const authorized = await authorizeHttp(routed, plan, to.authorizers);
  const admitted = throttleHttp(authorized, plan, to.meters);
  const mapped = mapHttpRequest(admitted, plan);
  const integrated = await integrateHttp(mapped, plan, to);
  return mapHttpResponse(integrated, plan);
}
