// What a developer is told of what no API and no function takes: the limit, and the way around it.

/** Of a request's body over 10 MB. The client is told only what AWS says. */
export const bodyTooLarge =
  "The body is over 10 MB, which no API takes: send the file into a bucket by ticket (@gatewright/uploads), and its id through the API";

/** Of an event for a function, or its result. */
export function payloadTooLarge(which: "event" | "result"): string {
  return which === "event"
    ? "The function's event is over 6 MB: send the file into a bucket by ticket (@gatewright/uploads), and its id through the API"
    : "The function's result is over 6 MB: stream it from a REST API, or leave it in a bucket and redirect (largeResponses of @gatewright/uploads does both)";
}
