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
    const { type, why } = thrown;
    trace.notes.error = { type, ...httpApiErrors[type], ...(why !== undefined && { why }) };
    if (why !== undefined) logReason(log, { api: "HTTP", status: answer.status, trace }, why);
    return answer;
  }
  log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  trace.notes.error = { type: "INTERNAL_SERVER_ERROR", ...httpApiErrors.INTERNAL_SERVER_ERROR };
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
