// Step: which resource and method of a REST API is meant?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import { findGaps } from "../../identities/authenticate.ts";
import type { ArrivedHttp } from "../application.ts";
import type { Filtered, Routed } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { Rejection } from "../rejection.ts";

/**
 * Finds the method. `X-HTTP-Method-Override` changes the verb that is looked for.
 *
 * @throws Rejection `MISSING_AUTHENTICATION_TOKEN` for an unknown path or verb; where it carries an `Authorization`
 *   header that is no signature, `INVALID_SIGNATURE` with what is wrong with it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function matchRoute(filtered: Filtered, plan: RestPlan): Routed {
  const http = withOverride(filtered.http);
  const route = plan.route(http.method, filtered.path);
  if (!route) throw refuseUnmatched(http);
  filtered.trace.write("match-route", `${route.method.method} ${route.method.path}`);
  const routed = { ...filtered, http, route };
  filtered.trace.notes.reached = routed;
  return routed;
}

function withOverride(http: ArrivedHttp): ArrivedHttp {
  const method = lastHeader(http.headers, "x-http-method-override")?.trim().toUpperCase();
  return method === undefined || method === "" ? http : { ...http, method };
}

/** Where there is no method, API Gateway looks for a signature, and says what an `Authorization` header lacks. */
function refuseUnmatched({ headers }: ArrivedHttp): Rejection {
  const authorization = lastHeader(headers, "authorization");
  const gaps =
    authorization === undefined
      ? undefined
      : findGaps(authorization, lastHeader(headers, "x-amz-date") !== undefined);
  if (gaps === undefined) return new Rejection("MISSING_AUTHENTICATION_TOKEN");
  return new Rejection("INVALID_SIGNATURE", { message: gaps, errorType: "IncompleteSignatureException" });
}
