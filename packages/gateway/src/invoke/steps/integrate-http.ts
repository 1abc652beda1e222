// Step: call the function behind the route, and make its result the answer of an HTTP API.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { HttpRoute } from "../../model/http-api.ts";
import type { Functions } from "../../ports.ts";
import type { HttpAnswer } from "../application.ts";
import { toHttpEvent, toHttpEventV1 } from "../http-event.ts";
import type { HttpAdmitted, HttpIntegrated } from "../http-exchange.ts";
import { readHttpResult } from "../http-result.ts";
import { HttpRejection } from "../rejection.ts";
import { payloadTooLarge } from "../too-large.ts";

/** Calls the route's function with the payload version that the route asks for. */
export async function integrateHttp(
  admitted: HttpAdmitted,
  plan: HttpPlan,
  functions: Functions,
): Promise<HttpIntegrated> {
  const { functionKey, payloadVersion, timeoutMs } = lambdaOf(admitted.route);
  const event = payloadVersion === "2.0" ? toHttpEvent(admitted, plan) : toHttpEventV1(admitted, plan);
  const { trace } = admitted;
  const startedAt = trace.now();
  const invocation = await functions.invoke(functionKey, event, { timeoutMs });
  trace.notes.integration = { startedAt, latencyMs: trace.now() - startedAt, outcome: invocation };
  trace.write("integrate", `${functionKey}: ${invocation.kind}`);
  return { ...admitted, invocation };
}

function lambdaOf({ integration }: HttpRoute): Extract<HttpRoute["integration"], { type: "AWS_PROXY" }> {
  if (integration.type === "AWS_PROXY") return integration;
  throw new HttpRejection(
    "INTERNAL_SERVER_ERROR",
    `Integrations of type ${integration.type} do not run here`,
  );
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
      return readHttpResult(invocation.payload, lambdaOf(route).payloadVersion);
    case "timed-out":
      throw new HttpRejection("SERVICE_UNAVAILABLE", `No answer within ${route.integration.timeoutMs} ms`);
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
