// What an answer of @connections means.
import type { Outcome } from "./poster.ts";

/** What is known about an answer, from whichever client. */
export interface Answer {
  readonly status: number;
  /** `x-amzn-ErrorType`, or the name of the SDK's error. */
  readonly errorType?: string | undefined;
  /** For the sentence only. */
  readonly host: string;
}

/**
 * Reads a status of @connections.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function readOutcome({ status, errorType, host }: Answer): Outcome {
  if (status >= 200 && status < 300) return { kind: "done" };
  if (status === 410) return { kind: "gone" };
  if (status === 429) return { kind: "throttled" };
  if (status === 413) return { kind: "too-large" };
  const said = `${host} answered ${status}${errorType ? ` (${errorType})` : ""}`;
  if (status >= 500) return { kind: "failed", reason: "error", says: `${said}.` };
  if (status === 403) return { kind: "refused", reason: "forbidden", says: `${said}: ${forbidden}` };
  if (status === 404) return { kind: "refused", reason: "no-route", says: `${said}: ${noRoute}` };
  return {
    kind: "refused",
    reason: "rejected",
    says: `${said}: the connection id or the request is malformed.`,
  };
}

/** No answer came: the network or the clock was first. */
export function toFailedOutcome(code: string, host: string): Outcome {
  return code === "TIMEOUT"
    ? { kind: "failed", reason: "timeout", says: `${host} did not answer in time.` }
    : { kind: "failed", reason: "unreachable", says: `${host} could not be reached (${code}).` };
}

const forbidden =
  "the caller may not execute-api:ManageConnections on this API and stage, or the endpoint is not this API's " +
  "(make it with managementEndpoint(event.requestContext); a custom domain needs its mapping's path).";

const noRoute =
  "there is no @connections at this address; an endpoint ends with the stage, or with the mapping's path on a custom domain.";
