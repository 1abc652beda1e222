// Step: call what stands behind the method.
import { limits } from "@gatewright/contract";
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { IntegrationOutcome } from "../../integrations/integration.ts";
import { callStreaming } from "../../integrations/lambda-stream.ts";
import { toCorsHeaders } from "../../integrations/mock-cors.ts";
import type { Functions } from "../../ports.ts";
import type { Admitted, Integrated } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { Rejection } from "../rejection.ts";
import { toRestEvent } from "../rest-event.ts";

/** Calls the method's integration. Never throws for what the integration does: that is the outcome. */
export async function integrate(
  admitted: Admitted,
  plan: RestPlan,
  functions: Functions,
): Promise<Integrated> {
  const { notes, now } = admitted.trace;
  const startedAt = now();
  const outcome = await call(admitted, plan, functions);
  notes.integration = { startedAt, latencyMs: now() - startedAt, outcome };
  return { ...admitted, outcome };
}

async function call(admitted: Admitted, plan: RestPlan, functions: Functions): Promise<IntegrationOutcome> {
  const { integration } = admitted.route.method;
  if (integration.type === "MOCK_CORS") {
    const origin = lastHeader(admitted.http.headers, "origin") ?? "";
    return { from: "mock", headers: toCorsHeaders(integration, origin) };
  }
  if (integration.type !== "AWS_PROXY") {
    const why = `Integrations of type ${integration.type} do not run here`;
    throw new Rejection("API_CONFIGURATION_ERROR", { why });
  }
  const { functionKey, timeoutMs } = integration;
  if (integration.responseTransferMode === "STREAM") {
    const invocation = await callStreaming(
      functions,
      { ...integration, idleMs: streamIdleMs(plan) },
      toRestEvent(admitted, plan),
    );
    admitted.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
    return { from: "lambda-stream", invocation };
  }
  const invocation = await functions.invoke(functionKey, toRestEvent(admitted, plan), { timeoutMs });
  admitted.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
  return { from: "lambda", invocation };
}

/** The longest silence of a stream: an edge-optimized API has less patience. */
function streamIdleMs({ api }: RestPlan): number {
  return (api.endpointType ?? "EDGE") === "EDGE" ? limits.edgeStreamIdleMs : limits.streamIdleMs;
}
