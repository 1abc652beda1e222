// What Lambda answers a caller with, in its own words.
import type { Invocation } from "../ports.ts";

/** What goes back; a body in pieces is sent as they come. */
export interface InvokeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Called when nobody takes the body any more, be it at its end or before. */
  readonly done?: () => void;
}

/** A function that did not answer. */
export type Fault = Exclude<Invocation, { readonly kind: "returned" } | { readonly kind: "throttled" }>;

/** The error document of a function that failed. */
export function toFault(
  result: Fault,
  requestId: string,
): { readonly errorType: string; readonly errorMessage: string } {
  if (result.kind === "failed") return { errorType: result.errorType, errorMessage: result.errorMessage };
  if (result.kind === "timed-out") {
    return { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: Task timed out` };
  }
  const errorMessage = "Response payload size exceeded the maximum allowed payload size.";
  return { errorType: "Function.ResponseSizeTooLarge", errorMessage };
}

/** An error of Lambda itself. */
export function refuse(status: number, type: string, message: string): InvokeAnswer {
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": type },
    body: JSON.stringify({ Type: "User", Message: message, message }),
  };
}
