// Step: which resource and method of a REST API is meant?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { ArrivedHttp } from "../application.ts";
import type { Routed, Staged } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { Rejection } from "../rejection.ts";
import { judgeAuthorization } from "../authorization-words.ts";

/**
 * Finds the method. `X-HTTP-Method-Override` changes the verb that is looked for.
 *
 * @throws Rejection `MISSING_AUTHENTICATION_TOKEN` for an unknown path or verb; where it carries an `Authorization`
 *   header that is no signature, `INVALID_SIGNATURE` with what is wrong with it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function matchRoute(staged: Staged, plan: RestPlan): Routed {
  const http = withOverride(staged.http);
  const route = plan.route(http.method, staged.path);
  if (!route) throw unmatched(http);
  staged.trace.write("match-route", route.name);
  const routed = { ...staged, http, route };
  staged.trace.notes.reached = routed;
  return routed;
}

function withOverride(http: ArrivedHttp): ArrivedHttp {
  const method = lastHeader(http.headers, "x-http-method-override")?.trim().toUpperCase();
  return method === undefined || method === "" ? http : { ...http, method, sentMethod: http.method };
}

function unmatched({ headers }: ArrivedHttp): Rejection {
  const authorization = lastHeader(headers, "authorization");
  const message = authorization === undefined ? undefined : judgeAuthorization(authorization, headers);
  if (message === undefined) return new Rejection("MISSING_AUTHENTICATION_TOKEN");
  const errorType = "IncompleteSignatureException";
  return new Rejection("INVALID_SIGNATURE", { message, errorType, why: errorType }); // the message may hold a token
}
