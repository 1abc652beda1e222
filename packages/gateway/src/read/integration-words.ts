// Words and bounds of a REST API's integrations, which events and resources share.

/** What may be done with a body's bytes. */
export const contentHandlings = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"] as const;

/** What becomes of a body that no template is for. */
export const behaviors = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"] as const;

/**
 * Milliseconds that a time-out may be; a service quota can raise it to the upper one, and a stream may last longer still.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode.html
 */
export function timeoutBounds(transferMode: "BUFFERED" | "STREAM" = "BUFFERED"): {
  readonly min: number;
  readonly max: number;
} {
  return { min: 50, max: transferMode === "STREAM" ? 900_000 : 300_000 };
}
