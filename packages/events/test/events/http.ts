// Events of an HTTP API and of a function URL, payload 2.0, as AWS sends them.
import type { HttpEvent } from "@gatewright/contract";

const context: HttpEvent["requestContext"] = {
  accountId: "123456789012",
  apiId: "a1b2c3d4e5",
  domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
  domainPrefix: "a1b2c3d4e5",
  http: {
    method: "POST",
    path: "/rooms/café bar/messages",
    protocol: "HTTP/1.1",
    sourceIp: "203.0.113.7",
    userAgent: "Mozilla/5.0",
  },
  requestId: "JCInHg8UPHcEJsA=",
  routeKey: "POST /rooms/{room}/messages",
  stage: "$default",
  time: "21/Nov/2026:11:41:07 +0000",
  timeEpoch: 1_795_261_267_000,
};

/** What to change in the request context; `http` is merged. */
export type HttpContextChange = Partial<Omit<HttpEvent["requestContext"], "http">> & {
  readonly http?: Partial<HttpEvent["requestContext"]["http"]>;
};

/** `POST /rooms/café bar/messages?tag=a&tag=b+c&notify=true`, JSON. */
export function httpEvent(change: Partial<HttpEvent> = {}, contextChange: HttpContextChange = {}): HttpEvent {
  const { http, ...rest } = contextChange;
  return {
    version: "2.0",
    routeKey: "POST /rooms/{room}/messages",
    rawPath: "/rooms/café bar/messages",
    rawQueryString: "tag=a&tag=b+c&notify=true",
    cookies: ["session=abc%20def", "theme=dark"],
    headers: {
      "content-type": "application/json",
      "content-length": "16",
      host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      "x-forwarded-for": "203.0.113.7",
      "x-many": "one,two",
    },
    queryStringParameters: { tag: "a,b c", notify: "true" },
    pathParameters: { room: "café bar" },
    stageVariables: { table: "messages" },
    requestContext: { ...context, ...rest, http: { ...context.http, ...http } },
    body: '{"text":"hello"}',
    isBase64Encoded: false,
    ...change,
  };
}

/** `GET` of a path that an HTTP API's `$default` route takes. */
export function httpGet(rawPath: string, stage = "$default"): HttpEvent {
  const {
    body: _body,
    pathParameters: _parameters,
    cookies: _cookies,
    ...event
  } = httpEvent(
    { routeKey: "$default", rawPath, rawQueryString: "", headers: { host: "a1b2c3d4e5.example" } },
    { routeKey: "$default", stage, http: { method: "GET", path: rawPath } },
  );
  return event;
}

/** The same POST from a function URL: no route, a path that is still encoded. */
export function functionUrlEvent(change: Partial<HttpEvent> = {}): HttpEvent {
  const rawPath = "/rooms/caf%C3%A9%20bar/messages";
  const {
    pathParameters: _parameters,
    stageVariables: _variables,
    ...event
  } = httpEvent(
    { routeKey: "$default", rawPath, ...change },
    {
      accountId: "anonymous",
      domainName: "abcdefghij.lambda-url.us-east-1.on.aws",
      domainPrefix: "abcdefghij",
      routeKey: "$default",
      http: { path: rawPath },
    },
  );
  return event;
}
