// The dialect of payload 2.0: HTTP APIs and function URLs.
import { limits, type HttpEvent, type HttpResult } from "@gatewright/contract";
import { readAuth } from "../../auth.ts";
import { LoweredHeaders } from "../headers.ts";
import { parseQuery } from "../query.ts";
import { withoutStage, type Dialect, type Encoded } from "./dialect.ts";

/**
 * Reads and answers events of an HTTP API. Its path and path parameters arrive decoded,
 * and the path begins with the stage unless that is `$default`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const httpDialect: Dialect<HttpEvent> = {
  kind: "http",
  waitsMs: limits.restIntegrationTimeoutMs,
  encodedPath: false,
  encodedParameters: false,
  method: (event) => event.requestContext.http.method,
  path: (event) => withoutStage(event.rawPath, event.requestContext.stage),
  template: (event) => toTemplate(event.routeKey),
  parameters: (event) => event.pathParameters,
  headers: (event) => new LoweredHeaders(event.headers),
  query: (event) => parseQuery(typeof event.rawQueryString === "string" ? event.rawQueryString : ""),
  cookies: (event) => (Array.isArray(event.cookies) ? event.cookies : []),
  auth: (event) => readAuth(event.requestContext.authorizer),
  sourceIp: (event) => event.requestContext.http.sourceIp ?? "",
  stage: (event) => event.requestContext.stage ?? "",
  stageVariables: (event) => event.stageVariables,
  requestId: (event) => event.requestContext.requestId,
  result,
};

/** The same event from a function URL: the path is still encoded, and nobody but Lambda ends the wait. */
export const functionUrlDialect: Dialect<HttpEvent> = {
  ...httpDialect,
  kind: "function-url",
  waitsMs: Infinity,
  encodedPath: true,
  path: (event) => event.rawPath,
  template: () => undefined,
};

/** Whether an event of payload 2.0 comes from a function URL. */
export function isFunctionUrl(event: HttpEvent): boolean {
  if (event.routeKey !== "$default") return false;
  const { domainName } = event.requestContext;
  return typeof domainName === "string" && domainName.includes(".lambda-url.");
}

const templates = new Map<string, string | undefined>();

/** `GET /rooms/{room}` → `/rooms/{room}`; `$default` has none. An API has few route keys, so they are remembered. */
function toTemplate(routeKey: unknown): string | undefined {
  if (typeof routeKey !== "string") return undefined;
  const known = templates.get(routeKey);
  if (known !== undefined) return known;
  const slash = routeKey.indexOf(" /");
  const template = slash === -1 ? undefined : routeKey.slice(slash + 1);
  if (templates.size < 1000) templates.set(routeKey, template);
  return template;
}

function result({ status, headers, lists, cookies, body, base64 }: Encoded): HttpResult {
  for (const name in lists) headers[name] = (lists[name] ?? []).join(", ");
  if (cookies === undefined && !base64) return { statusCode: status, headers, body };
  return {
    statusCode: status,
    headers,
    body,
    ...(base64 ? { isBase64Encoded: true } : undefined),
    ...(cookies === undefined ? undefined : { cookies }),
  };
}
