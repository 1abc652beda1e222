// Step: which stage, resource and method of a REST API is meant?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { findGaps } from "../../identities/authenticate.ts";
import type { Filtered, Routed } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { toPlaceInApi } from "../place-in-api.ts";
import { Rejection } from "../rejection.ts";

/**
 * Finds the method. The first segment of the path is the stage; slashes that lead after it count as one.
 *
 * @throws Rejection `INVALID_API_KEY` (403 Forbidden) for an unknown stage, as API Gateway answers it;
 *   `MISSING_AUTHENTICATION_TOKEN` for an unknown path or verb.
 */
export function matchRoute(filtered: Filtered, plan: RestPlan): Routed {
  const { http } = filtered;
  if (plan.api.disableExecuteApiEndpoint === true && !http.mapping) {
    throw new Rejection("INVALID_API_KEY", { why: "the API is open on its custom domains only" });
  }
  const { stage, path } = toPlaceInApi(http);
  if (stage !== plan.api.stage) {
    throw new Rejection("INVALID_API_KEY", {
      why: `The stage is ${plan.api.stage}; the path names another.`,
    });
  }
  const route = plan.route(http.method, path);
  if (!route) throw refuseUnmatched(http);
  filtered.trace.write("match-route", `${route.method.method} ${route.method.path}`);
  return { ...filtered, path, route };
}

/** Where there is no method, API Gateway looks for a signature, and says what an `Authorization` header lacks. */
function refuseUnmatched({ headers }: Filtered["http"]): Rejection {
  const authorization = lastHeader(headers, "authorization");
  const gaps =
    authorization === undefined
      ? undefined
      : findGaps(authorization, lastHeader(headers, "x-amz-date") !== undefined);
  if (gaps === undefined) return new Rejection("MISSING_AUTHENTICATION_TOKEN");
  return new Rejection("INVALID_SIGNATURE", { message: gaps, errorType: "IncompleteSignatureException" });
}
