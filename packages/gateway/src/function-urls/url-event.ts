// A request to a function URL as the function's event: payload 2.0, with what a URL has otherwise than an HTTP API.
import type { HttpEvent } from "@gatewright/contract";
import type { HttpPlan } from "../deploy/http-plan.ts";
import { toHttpEvent } from "../invoke/http-event.ts";
import type { HttpAuthorized } from "../invoke/http-exchange.ts";

/**
 * Writes the event. The path stays percent-encoded, callers that do not sign are `anonymous`, and an empty body has no length.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function toUrlEvent(authorized: HttpAuthorized, plan: HttpPlan): HttpEvent {
  const event = toHttpEvent(authorized, plan);
  const { http, authorizer } = authorized;
  const { "content-length": length, ...headers } = event.headers;
  const accountId = authorizer?.kind === "iam" ? authorizer.caller.accountId : "anonymous";
  return {
    ...event,
    rawPath: http.path,
    headers: http.body.length > 0 && length !== undefined ? event.headers : headers,
    requestContext: {
      ...event.requestContext,
      accountId,
      http: { ...event.requestContext.http, path: http.path },
    },
  };
}
