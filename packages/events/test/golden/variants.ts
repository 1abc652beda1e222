// One event for each kind and variant that AWS is known to send, and what a handler must read in it.
import type { AnyHttpEvent } from "../../src/http.ts";
import { albEvent, albMultiEvent } from "../events/alb.ts";
import { functionUrlEvent, httpEvent } from "../events/http.ts";
import { http1Event, restEvent } from "../events/rest.ts";

/** What a handler reads; each variant names what it is about. */
export interface Read {
  readonly kind: string;
  readonly method: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly cookies: unknown;
  readonly hex: string;
  readonly auth: unknown;
  readonly sourceIp: string;
  readonly stage: string;
  readonly variables: unknown;
  readonly type: string | undefined;
  readonly many: readonly string[];
  readonly agent: string | undefined;
}

/** A variant, with the sections of the facts in its name. */
export interface Variant {
  readonly name: string;
  readonly event: AnyHttpEvent;
  readonly reads: Partial<Read>;
}

/** Nine bytes that are no UTF-8. */
const nineBytes = Buffer.from([0, 255, 254, 128, 10, 13, 9, 192, 175]);
const binary = { body: nineBytes.toString("base64"), isBase64Encoded: true };
const hex = nineBytes.toString("hex");
const identity = restEvent().requestContext.identity;
const lambda = { gw: '{"userId":"ada","admin":true}' };
const iam = {
  accessKey: "AKIA",
  accountId: "123456789012",
  callerId: "AIDA",
  cognitoIdentity: null,
  principalOrgId: null,
  userArn: "arn:aws:iam::123456789012:user/ada",
  userId: "AIDA",
};
const utf8 = (text: string): string => Buffer.from(text).toString("hex");

function without<Event extends object, Key extends keyof Event>(
  event: Event,
  ...keys: readonly Key[]
): Omit<Event, Key> {
  const copy = { ...event };
  for (const key of keys) delete copy[key];
  return copy;
}

const rest: readonly Variant[] = [
  {
    name: "a REST API: parameters encoded, case kept, last value and all values",
    event: restEvent(),
    reads: {
      kind: "rest",
      method: "POST",
      path: { room: "café bar" },
      query: { tag: ["a", "b c"], notify: "true" },
      cookies: { session: "abc def", theme: "dark" },
      hex: utf8('{"text":"hello"}'),
      sourceIp: "203.0.113.7",
      stage: "dev",
      variables: { table: "messages" },
      type: "application/json",
      many: ["one", "two"],
    },
  },
  {
    name: "a REST API: everything that can be null is null",
    event: restEvent({
      headers: null,
      multiValueHeaders: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      stageVariables: null,
      body: null,
    }),
    reads: { query: {}, cookies: {}, hex: "", variables: {}, type: undefined, many: [], auth: undefined },
  },
  {
    name: "a REST API: test-invoke",
    event: restEvent(
      { headers: null, multiValueHeaders: null },
      { stage: "test-invoke-stage", domainPrefix: "testPrefix", path: "/rooms/caf%C3%A9%20bar/messages" },
    ),
    reads: { stage: "test-invoke-stage", path: { room: "café bar" } },
  },
  { name: "a REST API: nine bytes", event: restEvent(binary), reads: { hex } },
  {
    name: "a REST API: an encoded slash and percent sign in a parameter",
    event: restEvent({ pathParameters: { room: "a%2Fb%2525%2Bc" } }),
    reads: { path: { room: "a/b%25+c" } },
  },
  {
    name: "a REST API: a base path on a custom domain, behind a greedy resource, trailing slash",
    event: restEvent({
      resource: "/{proxy+}",
      path: "/v1/rooms/42/messages/",
      pathParameters: { proxy: "rooms/42/messages" },
    }),
    reads: { path: { room: "42" } },
  },
  {
    name: "a REST API: Cognito's claims",
    event: restEvent({}, { authorizer: { claims: { sub: "ada", "cognito:groups": "admin" } } }),
    reads: { auth: { claims: { sub: "ada", "cognito:groups": "admin" } } },
  },
  {
    name: "a REST API: a Lambda authorizer's context, every value a string",
    event: restEvent(
      {},
      { authorizer: { principalId: "ada", integrationLatency: 12, admin: "true", level: "7" } },
    ),
    reads: { auth: { principalId: "ada", integrationLatency: 12, admin: "true", level: "7" } },
  },
  {
    name: "a REST API: the same packed, with its types kept",
    event: restEvent({}, { authorizer: { principalId: "ada", integrationLatency: 12, ...lambda } }),
    reads: { auth: { userId: "ada", admin: true, principalId: "ada" } },
  },
  {
    name: "a REST API: an API key, a client certificate, a private endpoint, a canary",
    event: restEvent(
      {},
      {
        isCanaryRequest: true,
        identity: {
          ...identity,
          apiKey: "key",
          apiKeyId: "id",
          vpceId: "vpce-1",
          sourceIp: "10.0.0.7",
          clientCert: {
            clientCertPem: "-----BEGIN CERTIFICATE-----",
            subjectDN: "CN=a",
            issuerDN: "CN=b",
            serialNumber: "1",
            validity: { notBefore: "May 28 12:30:02 2019 GMT", notAfter: "Aug  5 09:36:04 2021 GMT" },
          },
        },
      },
    ),
    reads: { sourceIp: "10.0.0.7" },
  },
];

const http: readonly Variant[] = [
  {
    name: "an HTTP API: path and parameters decoded, lower-case names, cookies apart",
    event: httpEvent(),
    reads: {
      kind: "http",
      path: { room: "café bar" },
      query: { tag: ["a", "b c"], notify: "true" },
      cookies: { session: "abc def", theme: "dark" },
      hex: utf8('{"text":"hello"}'),
      stage: "$default",
      many: ["one,two"],
    },
  },
  {
    name: "an HTTP API: every optional key left out",
    event: without(
      httpEvent({ rawQueryString: "", headers: {} }),
      "cookies",
      "queryStringParameters",
      "stageVariables",
      "body",
    ) as AnyHttpEvent,
    reads: { query: {}, cookies: {}, hex: "", variables: {}, type: undefined },
  },
  {
    name: "an HTTP API: a named stage before the path, on the $default route",
    event: httpEvent(
      { routeKey: "$default", rawPath: "/prod/rooms/☕ 100%/messages", pathParameters: {} },
      { routeKey: "$default", stage: "prod" },
    ),
    reads: { path: { room: "☕ 100%" }, stage: "prod" },
  },
  {
    name: "an HTTP API: a decoded percent sign in a parameter",
    event: httpEvent({ rawPath: "/rooms/100%/messages", pathParameters: { room: "100%" } }),
    reads: { path: { room: "100%" } },
  },
  {
    name: "an HTTP API: a cookie with an escape that means nothing",
    event: httpEvent({ cookies: ["session=100%", "a=1; b=%E0%A4%A"] }),
    reads: { cookies: { session: "100%", a: "1", b: "%E0%A4%A" } },
  },
  {
    name: "an HTTP API: a form is base64",
    event: httpEvent({
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: Buffer.from("a=1&b=c+d").toString("base64"),
      isBase64Encoded: true,
    }),
    reads: { hex: utf8("a=1&b=c+d"), type: "application/x-www-form-urlencoded" },
  },
  {
    name: "an HTTP API: nine bytes",
    event: httpEvent({ ...binary, headers: {} }),
    reads: { hex, type: undefined },
  },
  {
    name: "an HTTP API: a JWT authorizer",
    event: httpEvent({}, { authorizer: { jwt: { claims: { sub: "ada", aud: "[a b]" }, scopes: null } } }),
    reads: { auth: { claims: { sub: "ada", aud: "[a b]" }, scopes: null } },
  },
  {
    name: "an HTTP API: a Lambda authorizer, types kept",
    event: httpEvent({}, { authorizer: { lambda: { admin: true, level: 7, groups: ["a"] } } }),
    reads: { auth: { admin: true, level: 7, groups: ["a"] } },
  },
  {
    name: "an HTTP API: a Lambda authorizer's packed context",
    event: httpEvent({}, { authorizer: { lambda } }),
    reads: { auth: { userId: "ada", admin: true } },
  },
  {
    name: "an HTTP API: a Lambda authorizer without a context",
    event: httpEvent({}, { authorizer: { lambda: null } }),
    reads: { auth: { lambda: null } },
  },
  {
    name: "an HTTP API: IAM",
    event: httpEvent(
      {},
      {
        authorizer: {
          iam,
        },
      },
    ),
    reads: { auth: iam },
  },
  {
    name: "an HTTP API: mutual TLS is off, and told so",
    event: httpEvent({}, { authentication: null, http: { userAgent: "" } }),
    reads: { path: { room: "café bar" } },
  },
];

const others: readonly Variant[] = [
  {
    name: "an HTTP API with payload 1.0: path encoded, parameters decoded",
    event: http1Event(),
    reads: {
      kind: "http-1.0",
      path: { room: "café bar" },
      query: { tag: ["a", "b c"], notify: "true" },
      many: ["one", "two"],
    },
  },
  {
    name: "an HTTP API with payload 1.0: no authorizer is told as nulls",
    event: {
      ...http1Event(),
      requestContext: { ...http1Event().requestContext, authorizer: { claims: null, scopes: null } as never },
    },
    reads: { auth: { claims: null, scopes: null } },
  },
  { name: "an HTTP API with payload 1.0: nine bytes", event: http1Event(binary), reads: { hex } },
  {
    name: "a function URL: no route, path encoded",
    event: functionUrlEvent(),
    reads: { kind: "function-url", path: { room: "café bar" }, query: { tag: ["a", "b c"], notify: "true" } },
  },
  {
    name: "a function URL: an encoded percent sign, nine bytes",
    event: functionUrlEvent({ rawPath: "/rooms/100%25/messages", ...binary }),
    reads: { path: { room: "100%" }, hex },
  },
  {
    name: "a load balancer: query encoded, one value of each",
    event: albEvent(),
    reads: {
      kind: "alb",
      path: { room: "café bar" },
      query: { tag: "b c", notify: "true" },
      cookies: { session: "abc def", theme: "dark" },
      sourceIp: "203.0.113.7",
      stage: "$default",
    },
  },
  {
    name: "a load balancer with multi-value headers",
    event: albMultiEvent(),
    reads: { kind: "alb", query: { tag: ["a", "b c"], notify: "true" }, type: "application/json" },
  },
  { name: "a load balancer: nine bytes", event: albEvent(binary), reads: { hex } },
];

/** Every variant. */
export const variants: readonly Variant[] = [...rest, ...http, ...others];
