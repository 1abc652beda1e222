// Step: call what stands behind the method.
import { type RestPlan, streamIdleMs } from "../../deploy/rest-plan.ts";
import { callMapped, type MappedPorts } from "../../integrations/call-mapped.ts";
import type { IntegrationOutcome } from "../../integrations/integration.ts";
import { callStreaming } from "../../integrations/lambda-stream.ts";
import { toCorsHeaders } from "../../integrations/mock-cors.ts";
import type { Integrated, Mapped } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { toRestEvent } from "../rest-event.ts";

/** Calls the method's integration. Never throws for what the integration does: that is the outcome. */
export async function integrate(mapped: Mapped, plan: RestPlan, to: MappedPorts): Promise<Integrated> {
  const { notes, now } = mapped.trace;
  const startedAt = now();
  const outcome = await call(mapped, plan, to);
  notes.reached = mapped;
  notes.integration = { startedAt, latencyMs: now() - startedAt, outcome };
  return { ...mapped, outcome };
}

async function call(mapped: Mapped, plan: RestPlan, to: MappedPorts): Promise<IntegrationOutcome> {
  const { integration } = mapped.route.method;
  if (mapped.mapping) return callMapped(mapped.mapping.call, to, mapped.trace);
  if (integration.type !== "AWS_PROXY") {
    const origin = lastHeader(mapped.http.headers, "origin") ?? "";
    return {
      from: "mock",
      headers: integration.type === "MOCK_CORS" ? toCorsHeaders(integration, origin) : {},
    };
  }
  const { functionKey, timeoutMs } = integration;
  const requestId = to.ids.uuid();
  if (integration.responseTransferMode === "STREAM") {
    const invocation = await callStreaming(
      to.functions,
      { functionKey, timeoutMs, idleMs: streamIdleMs(plan), requestId },
      toRestEvent(mapped, plan),
    );
    mapped.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
    return { from: "lambda-stream", invocation, requestId };
  }
  const invocation = await to.functions.invoke(functionKey, toRestEvent(mapped, plan), {
    timeoutMs,
    requestId,
  });
  mapped.trace.write("integrate", `${functionKey}: ${invocation.kind}`);
  return { from: "lambda", invocation, requestId };
}
