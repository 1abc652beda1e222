// Calls what a route calls: a function as a proxy, or a mapped integration, and notes how it went.
import { callMappedRoute } from "./call-mapped-route.ts";
import type { Incoming, IntegratePorts, Integrated } from "./integration-call.ts";
import type { PlannedRoute } from "./plan.ts";
import { readProxyResult } from "./proxy-result.ts";

/** Calls the integration of a route. Rejects only where something is wrong with the gateway itself. */
export async function integrate(
  route: PlannedRoute,
  incoming: Incoming,
  to: IntegratePorts,
): Promise<Integrated> {
  const { integration } = route;
  if ("deployed" in integration) return callMappedRoute({ route, integration, incoming }, to);
  const { functionKey, timeoutMs } = integration;
  const since = to.now();
  const requestId = to.ids.uuid();
  const invocation = await to.functions.invoke(functionKey, incoming.event, { timeoutMs, requestId });
  const result = readProxyResult(invocation);
  return {
    result,
    called: {
      latencyMs: to.now() - since,
      outcome: { from: "lambda", invocation, requestId },
      endpoint: functionKey,
      isMock: false,
      ...(result.kind === "answered" && { status: result.status ?? 200 }),
      sent: () => JSON.stringify(incoming.event),
    },
  };
}
