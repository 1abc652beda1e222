// How connections end: the codes that API Gateway closes with, and what $disconnect is told.

/** A close code and its reason. */
export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/**
 * The endings that come from the gateway's side.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-overview.html
 */
export const endings = {
  /** After `DELETE @connections/{id}`. */
  deleted: { code: 1000, reason: "Connection Closed Normally" },
  /** Idle for 10 minutes, open for 2 hours, or the gateway stops. */
  goingAway: { code: 1001, reason: "Going away" },
  /** A binary message came. */
  binary: { code: 1003, reason: "" },
} as const;

const violations: Readonly<Record<number, string>> = {
  1002: "it broke the WebSocket protocol",
  1003: "it sent a binary message; API Gateway takes text only",
  1007: "it sent text that is not UTF-8",
  1008: "it cut a message into too many pieces",
  1009: "it sent a message over 128 KB or a frame over 32 KB",
};

/** What a client did to be closed with this code, for the developer. */
export function explainViolation(code: number): string {
  return violations[code] ?? `it was closed with ${code}`;
}

/** Names what was seen of a client that closed or left, in the words that `$disconnect` gets. */
export function observedEnding(code: number, reason: string): Ending {
  return code === 1005 ? { code, reason: "Client-side close frame status not set" } : { code, reason };
}
