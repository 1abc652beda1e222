// Events of an Application Load Balancer as AWS sends them.
import type { AlbEvent } from "../../src/http.ts";

/** The POST of the other fixtures through a load balancer without multi-value headers. */
export function albEvent(change: Partial<AlbEvent> = {}): AlbEvent {
  return {
    requestContext: {
      elb: {
        targetGroupArn:
          "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/rooms/50dc6c495c0c9188",
      },
    },
    httpMethod: "POST",
    path: "/rooms/caf%C3%A9%20bar/messages",
    queryStringParameters: { tag: "b%20c", notify: "true" },
    headers: {
      "content-type": "application/json",
      cookie: "session=abc%20def; theme=dark",
      "x-amzn-trace-id": "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520",
      "x-forwarded-for": "198.51.100.1, 203.0.113.7",
    },
    body: '{"text":"hello"}',
    isBase64Encoded: false,
    ...change,
  };
}

/** The same with multi-value headers turned on. */
export function albMultiEvent(change: Partial<AlbEvent> = {}): AlbEvent {
  const { queryStringParameters: _query, headers: _headers, ...event } = albEvent();
  return {
    ...event,
    multiValueQueryStringParameters: { tag: ["a", "b%20c"], notify: ["true"] },
    multiValueHeaders: {
      "content-type": ["application/json"],
      cookie: ["session=abc%20def; theme=dark"],
      "x-forwarded-for": ["203.0.113.7"],
    },
    ...change,
  };
}
