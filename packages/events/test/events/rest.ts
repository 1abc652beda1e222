// Events of a REST API as AWS sends them.
import type { RestEvent } from "@gatewright/contract";

const context: RestEvent["requestContext"] = {
  accountId: "123456789012",
  apiId: "a1b2c3d4e5",
  deploymentId: "dep123",
  domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
  domainPrefix: "a1b2c3d4e5",
  extendedRequestId: "AbCdEFGhIjKLMNo=",
  httpMethod: "POST",
  identity: {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp: "203.0.113.7",
    user: null,
    userAgent: "Mozilla/5.0",
    userArn: null,
  },
  path: "/dev/rooms/caf%C3%A9%20bar/messages",
  protocol: "HTTP/1.1",
  requestId: "0f8b5b1e-7b7c-4f6e-9a43-6a3f9c1d2e4b",
  requestTime: "21/Nov/2026:11:41:07 +0000",
  requestTimeEpoch: 1_795_261_267_000,
  resourceId: "xyz123",
  resourcePath: "/rooms/{room}/messages",
  stage: "dev",
};

/** `POST /dev/rooms/café bar/messages?tag=a&tag=b+c&notify=true`, JSON. */
export function restEvent(
  change: Partial<RestEvent> = {},
  contextChange: Partial<RestEvent["requestContext"]> = {},
): RestEvent {
  return {
    resource: "/rooms/{room}/messages",
    path: "/rooms/caf%C3%A9%20bar/messages",
    httpMethod: "POST",
    headers: {
      "Content-Type": "application/json",
      Cookie: "session=abc%20def; theme=dark",
      Host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      "X-Forwarded-For": "203.0.113.7",
      "X-Many": "two",
    },
    multiValueHeaders: {
      "Content-Type": ["application/json"],
      Cookie: ["session=abc%20def; theme=dark"],
      Host: ["a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"],
      "X-Forwarded-For": ["203.0.113.7"],
      "X-Many": ["one", "two"],
    },
    queryStringParameters: { tag: "b c", notify: "true" },
    multiValueQueryStringParameters: { tag: ["a", "b c"], notify: ["true"] },
    pathParameters: { room: "caf%C3%A9%20bar" },
    stageVariables: { table: "messages" },
    requestContext: { ...context, ...contextChange },
    body: '{"text":"hello"}',
    isBase64Encoded: false,
    ...change,
  };
}

/** The same request as an HTTP API tells it with payload 1.0: parameters decoded, path still encoded. */
export function http1Event(change: Partial<RestEvent> = {}): RestEvent {
  const event = restEvent(
    { pathParameters: { room: "café bar" }, ...change },
    { stage: "$default", path: "/rooms/café bar/messages", resourceId: "POST /rooms/{room}/messages" },
  );
  return { version: "1.0", ...event } as RestEvent; // `version` is not part of a REST event
}
