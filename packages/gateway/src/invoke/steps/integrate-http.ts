// Step: call the function behind the route, and make its result the answer of an HTTP API.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { Functions } from "../../ports.ts";
import type { HttpAnswer } from "../application.ts";
import { toHttpEvent, toHttpEventV1 } from "../http-event.ts";
import type { HttpAuthorized, HttpIntegrated } from "../http-exchange.ts";
import { readHttpResult } from "../http-result.ts";
import { HttpRejection } from "../rejection.ts";
import { payloadTooLarge } from "../too-large.ts";

/** Calls the route's function with the payload version that the route asks for. */
export async function integrateHttp(
  authorized: HttpAuthorized,
  plan: HttpPlan,
  functions: Functions,
): Promise<HttpIntegrated> {
  const { functionKey, payloadVersion, timeoutMs } = authorized.route;
  const event = payloadVersion === "2.0" ? toHttpEvent(authorized, plan) : toHttpEventV1(authorized, plan);
  const invocation = await functions.invoke(functionKey, event, { timeoutMs });
  authorized.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
  return { ...authorized, invocation };
}

/**
 * Maps the function's result.
 *
 * @throws HttpRejection `INTERNAL_SERVER_ERROR`, `SERVICE_UNAVAILABLE`, `REQUEST_TOO_LARGE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
export function mapHttpResponse({ invocation, route }: HttpIntegrated): HttpAnswer {
  switch (invocation.kind) {
    case "returned":
      return readHttpResult(invocation.payload, route.payloadVersion);
    case "timed-out":
      throw new HttpRejection("SERVICE_UNAVAILABLE", `No answer within ${route.timeoutMs} ms`);
    case "throttled":
      throw new HttpRejection("INTERNAL_SERVER_ERROR", "Lambda throttled the function");
    case "too-large":
      throw new HttpRejection(
        invocation.which === "event" ? "REQUEST_TOO_LARGE" : "INTERNAL_SERVER_ERROR",
        payloadTooLarge(invocation.which),
      );
    default:
      throw new HttpRejection("INTERNAL_SERVER_ERROR", `The function failed with ${invocation.errorType}`);
  }
}
