// Step: call what stands behind the method.
import { type RestPlan, streamIdleMs } from "../../deploy/rest-plan.ts";
import type { CallHttp } from "../../integrations/call-http.ts";
import { callMapped } from "../../integrations/call-mapped.ts";
import type { IntegrationOutcome } from "../../integrations/integration.ts";
import { callStreaming } from "../../integrations/lambda-stream.ts";
import { toCorsHeaders } from "../../integrations/mock-cors.ts";
import type { Functions } from "../../ports.ts";
import type { Integrated, Mapped } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { toRestEvent } from "../rest-event.ts";

/** What integrations are called through. */
export interface IntegrationPorts {
  readonly functions: Functions;
  readonly callHttp: CallHttp;
}

/** Calls the method's integration. Never throws for what the integration does: that is the outcome. */
export async function integrate(mapped: Mapped, plan: RestPlan, to: IntegrationPorts): Promise<Integrated> {
  const { notes, now } = mapped.trace;
  const startedAt = now();
  const outcome = await call(mapped, plan, to);
  notes.reached = mapped;
  notes.integration = { startedAt, latencyMs: now() - startedAt, outcome };
  return { ...mapped, outcome };
}

type Outcome = IntegrationOutcome | Promise<IntegrationOutcome>;

function call(mapped: Mapped, plan: RestPlan, to: IntegrationPorts): Outcome {
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
  const event = toRestEvent(mapped, plan);
  const note = ({ kind }: { readonly kind: string }): void =>
    mapped.trace.write("integrate", `${functionKey}: ${kind}`);
  if (integration.responseTransferMode === "STREAM") {
    const streaming = { ...integration, idleMs: streamIdleMs(plan) };
    return callStreaming(to.functions, streaming, event).then((invocation) => {
      note(invocation);
      return { from: "lambda-stream", invocation };
    });
  }
  return to.functions.invoke(functionKey, event, { timeoutMs }).then((invocation) => {
    note(invocation);
    return { from: "lambda", invocation };
  });
}
