// Calls that templates and mappings made: mocks, HTTP back ends, AWS services, functions without a proxy.
import type { Functions, Ids, Invocation } from "../ports.ts";
import type { CallHttp } from "./call-http.ts";
import type { IntegrationOutcome, IntegrationReply, OutgoingCall } from "./integration.ts";
import { toLoggedUrl } from "./logged-url.ts";

/** Where a step of a request is noted down. */
interface Notes {
  write(step: string, says: string): void;
}

/** What calls are made through. */
export interface MappedPorts {
  readonly functions: Functions;
  readonly callHttp: CallHttp;
  readonly ids: Ids;
}

/** Makes the call. Never rejects: what goes wrong is an outcome. */
export async function callMapped(
  call: OutgoingCall,
  to: MappedPorts,
  notes: Notes,
): Promise<IntegrationOutcome> {
  if (call.to === "mock") {
    return { from: "reply", reply: toReply(call.status, String(call.status)) };
  }
  if (call.to === "function") return callFunction(call, to, notes);
  const outcome = await to.callHttp(call.request);
  notes.write("integrate", `${call.request.method} ${toLoggedUrl(call.request.url)}: ${outcome.kind}`);
  return outcome.kind === "answered"
    ? { from: "reply", reply: outcome.reply }
    : { from: "no-reply", failure: outcome };
}

/** How long an asynchronous invocation may take: Lambda's own limit. */
const asyncMs = 900_000;

async function callFunction(
  { functionKey, event, async, timeoutMs }: Extract<OutgoingCall, { to: "function" }>,
  { functions, ids }: MappedPorts,
  notes: Notes,
): Promise<IntegrationOutcome> {
  const requestId = ids.uuid();
  if (async) {
    void functions.invoke(functionKey, event, { timeoutMs: asyncMs, requestId });
    notes.write("integrate", `${functionKey}: sent`);
    return { from: "reply", reply: toReply(202, undefined), requestId };
  }
  const invocation = await functions.invoke(functionKey, event, { timeoutMs, requestId });
  notes.write("integrate", `${functionKey}: ${invocation.kind}`);
  return toOutcome(invocation, requestId);
}

/** A function's own error is an answer, too: its message chooses what becomes of it. */
function toOutcome(invocation: Invocation, requestId: string): IntegrationOutcome {
  if (invocation.kind === "returned") {
    return { from: "reply", reply: toReply(200, undefined, invocation.payload ?? "null"), requestId };
  }
  if (invocation.kind !== "failed" || invocation.isMissing) return { from: "lambda", invocation, requestId };
  const { errorType, errorMessage } = invocation;
  const body = JSON.stringify({ errorMessage, errorType });
  return { from: "reply", reply: toReply(200, errorMessage, body), requestId };
}

function toReply(status: number, selector: string | undefined, body = ""): IntegrationReply {
  return { status, headers: [], body: Buffer.from(body), selector };
}
