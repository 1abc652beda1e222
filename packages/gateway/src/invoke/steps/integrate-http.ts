// Step: call what stands behind the route of an HTTP API.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import type { CallHttp } from "../../integrations/call-http.ts";
import { toProxyRequest } from "../../integrations/http-proxy-request.ts";
import type { OutgoingRequest } from "../../integrations/integration.ts";
import { toLoggedUrl } from "../../integrations/logged-url.ts";
import type { HttpIntegration } from "../../model/http-integration.ts";
import type { Functions, Ids } from "../../ports.ts";
import { TemplateError } from "../../vtl/template-error.ts";
import { toHttpEvent, toHttpEventV1 } from "../http-event.ts";
import type { HttpIntegrated, HttpMapped, HttpOutcome } from "../http-exchange.ts";
import { HttpRejection } from "../rejection.ts";

/** What integrations are called through. */
export interface HttpIntegrationPorts {
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  readonly ids: Ids;
}

/** Calls the route's integration: a function with the payload version that the route asks for, or a back end. */
export async function integrateHttp(
  mapped: HttpMapped,
  plan: HttpPlan,
  to: HttpIntegrationPorts,
): Promise<HttpIntegrated> {
  const { trace } = mapped;
  const startedAt = trace.now();
  const outcome = await call(mapped, plan, to);
  trace.notes.integration = { startedAt, latencyMs: trace.now() - startedAt, outcome };
  return { ...mapped, outcome };
}

async function call(mapped: HttpMapped, plan: HttpPlan, to: HttpIntegrationPorts): Promise<HttpOutcome> {
  const { integration } = mapped.route;
  if (integration.type === "AWS_PROXY") {
    const { functionKey, payloadVersion, timeoutMs } = integration;
    const event = payloadVersion === "2.0" ? toHttpEvent(mapped, plan) : toHttpEventV1(mapped, plan);
    const requestId = to.ids.uuid();
    const invocation = await to.functions.invoke(functionKey, event, { timeoutMs, requestId });
    mapped.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
    return { from: "lambda", invocation, requestId };
  }
  if (integration.type === "AWS_SERVICE") {
    throw new HttpRejection("INTERNAL_SERVER_ERROR", `${integration.subtype} is not available locally`);
  }
  const request = toRequest(mapped, plan, integration);
  const outcome = await to.callHttp(request);
  mapped.trace.write("integrate", `${request.method} ${toLoggedUrl(request.url)}: ${outcome.kind}`);
  return outcome.kind === "answered"
    ? { from: "reply", reply: outcome.reply }
    : { from: "no-reply", failure: outcome };
}

function toRequest(
  mapped: HttpMapped,
  plan: HttpPlan,
  { method, timeoutMs, serverNameToVerify }: Extract<HttpIntegration, { type: "HTTP_PROXY" }>,
): OutgoingRequest {
  try {
    return toProxyRequest({
      http: mapped.http,
      traceId: mapped.traceId,
      uri: plan.integrations.get(mapped.route)?.uri ?? [],
      method,
      timeoutMs,
      serverName: serverNameToVerify,
      pathParameters: mapped.pathParameters,
      mappedPath: mapped.mappedPath,
    });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    throw new HttpRejection("INTERNAL_SERVER_ERROR", error.message);
  }
}
