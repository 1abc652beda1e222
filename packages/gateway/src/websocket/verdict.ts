// What a failed connect, message or disconnect is: its type, its status, and the words that the client gets.
import { gatewayResponses } from "@gatewright/contract";
import type { Rejection } from "../invoke/rejection.ts";
import type { SocketError } from "../records/websocket-facts.ts";
import { explain, type IntegrationResult } from "./proxy-result.ts";

/** What API Gateway writes into an error frame. */
export type FrameMessage =
  | "Bad request body"
  | "Endpoint request timed out"
  | "Forbidden"
  | "Internal server error"
  | "Too Many Requests"
  | "Unsupported Media Type";

/** A failure, with the status that logs have of it. */
export interface Verdict {
  readonly status: number;
  readonly frame: FrameMessage;
  readonly error: SocketError;
}

/** No route takes the message. */
export const noRoute: Verdict = {
  status: 403,
  frame: "Forbidden",
  error: { type: "FORBIDDEN", message: "Forbidden", why: "no route is selected and there is no $default" },
};

const frames: Readonly<Partial<Record<string, FrameMessage>>> = {
  BAD_REQUEST_BODY: "Bad request body",
  THROTTLED: "Too Many Requests",
  UNSUPPORTED_MEDIA_TYPE: "Unsupported Media Type",
};

/** Judges a refusal on the way to an integration, or back from it. */
export function judgeRejection({ type, detail }: Rejection): Verdict {
  const { status, message } = gatewayResponses[type];
  const frame = frames[type] ?? "Internal server error";
  return {
    status: detail.status ?? status,
    frame,
    error: {
      type,
      message: detail.message ?? message,
      ...(detail.why !== undefined && { why: detail.why }),
      ...(detail.validationError && { detail: detail.validationError }),
    },
  };
}

/** Judges an integration that gave no answer. */
export function judgeResult(result: Exclude<IntegrationResult, { readonly kind: "answered" }>): Verdict {
  if (result.kind === "refused") return judgeRejection(result.rejection);
  const isLate = result.kind === "timed-out";
  const frame = isLate ? "Endpoint request timed out" : "Internal server error";
  const type = isLate ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE";
  return { status: isLate ? 504 : 502, frame, error: { type, message: frame, why: explain(result) } };
}
