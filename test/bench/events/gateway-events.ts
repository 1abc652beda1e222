// Events as REST and HTTP APIs send them, with the headers that a browser sends.
import type { HttpEvent, RestEvent } from "@gatewright/contract";
import { pageOrigin } from "./application.ts";

const headers: readonly (readonly [string, string])[] = [
  ["accept", "application/json"],
  ["accept-encoding", "gzip, deflate, br"],
  ["accept-language", "en-GB,en;q=0.9"],
  ["authorization", `Bearer ${"eyJhbGciOi.".repeat(40)}`],
  ["content-type", "application/json"],
  ["Host", "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com"],
  ["origin", pageOrigin],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"],
  ["X-Amzn-Trace-Id", "Root=1-6920a7f3-1b2c3d4e5f60718293a4b5c6"],
  ["X-Forwarded-For", "203.0.113.7"],
  ["X-Forwarded-Port", "443"],
  ["X-Forwarded-Proto", "https"],
];
const cookie = "session=abc%20def; theme=dark";
const requestId = "0f8b5b1e-7b7c-4f6e-9a43-6a3f9c1d2e4b";

/** A request, in the words of either event. */
export interface Asked {
  readonly method: "GET" | "POST";
  /** As the gateway matched it: `/rooms/{room}`. */
  readonly template: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly query?: { readonly raw: string; readonly read: Readonly<Record<string, string>> };
  readonly body?: string;
}

/** The event of a REST API. */
export function restEvent({ method, template, path, parameters, query, body }: Asked): RestEvent {
  const sent = [...headers, ["cookie", cookie] as const];
  return {
    resource: template,
    path,
    httpMethod: method,
    headers: Object.fromEntries(sent),
    multiValueHeaders: Object.fromEntries(sent.map(([name, value]) => [name, [value]])),
    queryStringParameters: query?.read ?? null,
    multiValueQueryStringParameters: query
      ? Object.fromEntries(Object.entries(query.read).map(([name, value]) => [name, [value]]))
      : null,
    pathParameters: parameters ?? null,
    stageVariables: null,
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      authorizer: { principalId: "ada", name: "Ada", integrationLatency: 12 },
      deploymentId: "dep123",
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      extendedRequestId: "AbCdEFGhIjKLMNo=",
      httpMethod: method,
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
      path: `/dev${path}`,
      protocol: "HTTP/1.1",
      requestId,
      requestTime: "21/Nov/2026:11:41:07 +0000",
      requestTimeEpoch: 1_795_261_267_000,
      resourceId: "xyz123",
      resourcePath: template,
      stage: "dev",
    },
    body: body ?? null,
    isBase64Encoded: false,
  };
}

/** The event of an HTTP API, payload 2.0. */
export function httpEvent({ method, template, path, parameters, query, body }: Asked): HttpEvent {
  const routeKey = template.includes("+}") ? "$default" : `${method} ${template}`;
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query?.raw ?? "",
    cookies: cookie.split("; "),
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value])),
    ...(query && { queryStringParameters: query.read }),
    ...(parameters && { pathParameters: parameters }),
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      authorizer: { lambda: { name: "Ada" } },
      domainName: "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "Mozilla/5.0" },
      requestId,
      routeKey,
      stage: "$default",
      time: "21/Nov/2026:11:41:07 +0000",
      timeEpoch: 1_795_261_267_000,
    },
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
  };
}
