// The one catch of an HTTP API: whatever was thrown on the way becomes an answer.
import { httpApiErrors } from "@gatewright/contract";
import type { Log } from "../ports.ts";
import type { HttpAnswer } from "./application.ts";
import type { HttpArrived } from "./http-exchange.ts";
import { HttpRejection } from "./rejection.ts";
import { logReason } from "./request-line.ts";

/** Answers a request that was refused, or that met a bug of ours (500, with its stack in the log). */
export function answerHttpThrown(thrown: unknown, { trace }: HttpArrived, log: Log): HttpAnswer {
  if (thrown instanceof HttpRejection) {
    const answer = toHttpError(thrown);
    const { message } = httpApiErrors[thrown.type];
    trace.notes.error = { type: thrown.type, message, ...(thrown.why !== undefined && { why: thrown.why }) };
    if (thrown.why !== undefined) logReason(log, { api: "HTTP", status: answer.status, trace }, thrown.why);
    return answer;
  }
  log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  const { message } = httpApiErrors.INTERNAL_SERVER_ERROR;
  trace.notes.error = { type: "INTERNAL_SERVER_ERROR", message };
  return toHttpError(new HttpRejection("INTERNAL_SERVER_ERROR"));
}

/** The fixed answer of an error. A 503 has no `Content-Type`, as observed. */
function toHttpError({ type, headers }: HttpRejection): HttpAnswer {
  const { status, message } = httpApiErrors[type];
  return {
    status,
    headers: type === "SERVICE_UNAVAILABLE" ? headers : [["Content-Type", "application/json"], ...headers],
    body: Buffer.from(JSON.stringify({ message })),
  };
}
