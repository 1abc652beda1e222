// The events that are measured, as AWS sends them in both payloads.
import { origin } from "./app.ts";

/** An event; every call gets a copy, since some adapters write into it. */
export type Event = Record<string, unknown>;

/** A JSON body of 500 bytes. */
export const goodBody: string = JSON.stringify({
  text: "The meeting moves to Thursday at ten. ".repeat(12).slice(0, 425),
  author: "ada.lovelace",
  tags: ["planning", "team"],
  priority: 2,
});
/** The same, cut off. */
export const brokenBody: string = goodBody.slice(0, -20);

const commonHeaders: Record<string, string> = {
  accept: "application/json",
  "accept-encoding": "gzip, deflate, br",
  authorization: "Bearer abcdefghijklmnopqrstuvwxyz",
  "content-type": "application/json",
  host: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
  origin,
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
  "x-amzn-trace-id": "Root=1-5bdb40ca-556d8b0c50dc66f0511bf520",
  "x-forwarded-for": "203.0.113.7",
  "x-forwarded-port": "443",
  "x-forwarded-proto": "https",
};

interface Asked {
  readonly method: string;
  readonly template: string;
  readonly path: string;
  readonly parameters?: Record<string, string>;
  readonly query?: string;
  readonly body?: string;
}

function headersOf({ body }: Asked): Record<string, string> {
  return body === undefined ? commonHeaders : { ...commonHeaders, "content-length": String(body.length) };
}

/** Payload 2.0, of a `$default` route where no template is given. */
export function v2(asked: Asked): Event {
  const routeKey = `${asked.method} ${asked.template}`;
  const notify = asked.query === undefined ? undefined : { notify: "true", trace: "a b" };
  return {
    version: "2.0",
    routeKey,
    rawPath: asked.path,
    rawQueryString: asked.query ?? "",
    cookies: ["session=abc", "theme=dark"],
    headers: headersOf(asked),
    ...(notify && { queryStringParameters: notify }),
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: {
        method: asked.method,
        path: asked.path,
        protocol: "HTTP/1.1",
        sourceIp: "203.0.113.7",
        userAgent: "Mozilla/5.0",
      },
      requestId: "JCInHg8UPHcEJsA=",
      routeKey,
      stage: "$default",
      time: "21/Nov/2026:11:41:07 +0000",
      timeEpoch: 1_795_261_267_000,
    },
    ...(asked.parameters && { pathParameters: asked.parameters }),
    ...(asked.body !== undefined && { body: asked.body }),
    isBase64Encoded: false,
  };
}

/** Payload 1.0 of a REST API. */
export function v1(asked: Asked): Event {
  const single: Record<string, string> = {};
  const multi: Record<string, string[]> = {};
  for (const [name, value] of Object.entries({ ...headersOf(asked), cookie: "session=abc; theme=dark" })) {
    const title = name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    single[title] = value;
    multi[title] = [value];
  }
  const has = asked.query !== undefined;
  return {
    resource: asked.template,
    path: asked.path,
    httpMethod: asked.method,
    headers: single,
    multiValueHeaders: multi,
    queryStringParameters: has ? { notify: "true", trace: "a b" } : null,
    multiValueQueryStringParameters: has ? { notify: ["true"], trace: ["a b"] } : null,
    pathParameters: asked.parameters ?? null,
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      deploymentId: "dep123",
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      extendedRequestId: "AbCdEFGhIjKLMNo=",
      httpMethod: asked.method,
      identity: { sourceIp: "203.0.113.7", userAgent: "Mozilla/5.0", user: null, userArn: null },
      path: `/prod${asked.path}`,
      protocol: "HTTP/1.1",
      requestId: "0f8b5b1e-7b7c-4f6e-9a43-6a3f9c1d2e4b",
      requestTime: "21/Nov/2026:11:41:07 +0000",
      requestTimeEpoch: 1_795_261_267_000,
      resourceId: "xyz123",
      resourcePath: asked.template,
      stage: "prod",
    },
    body: asked.body ?? null,
    isBase64Encoded: false,
  };
}

const posting: Asked = {
  method: "POST",
  template: "/rooms/{room}/messages",
  path: "/rooms/general/messages",
  parameters: { room: "general" },
  query: "notify=true&trace=a+b",
  body: goodBody,
};
const broken: Asked = { ...posting, body: brokenBody };
const health: Asked = { method: "GET", template: "/health", path: "/health" };

/** What is measured, by name. */
export const workloads: Readonly<Record<string, Event>> = {
  "POST v2": v2(posting),
  "POST v1": v1(posting),
  "GET v2": v2(health),
  "GET v1": v1(health),
  "error v2": v2(broken),
  "error v1": v1(broken),
};

/** A copy as deep as adapters write. */
export function copy(event: Event): Event {
  return { ...event };
}
