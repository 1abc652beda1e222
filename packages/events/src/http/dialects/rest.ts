// The dialect of payload 1.0: REST APIs, and HTTP APIs that were told to use it.
import { limits, type RestEvent, type RestResult } from "@gatewright/contract";
import { readAuth } from "../../auth.ts";
import { SentHeaders } from "../headers.ts";
import { queryFromMaps } from "../query.ts";
import { linesOf, withoutStage, type Dialect, type Encoded } from "./dialect.ts";

/**
 * Reads and answers events of a REST API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export const restDialect: Dialect<RestEvent> = {
  kind: "rest",
  waitsMs: limits.restIntegrationTimeoutMs,
  encodedPath: true,
  encodedParameters: true,
  method: (event) => event.httpMethod,
  path: (event) => event.path,
  template: (event) => (isPath(event.resource) ? event.resource : undefined),
  parameters: (event) => event.pathParameters,
  headers: (event) => new SentHeaders(event.headers, event.multiValueHeaders),
  query: (event) => queryFromMaps(event.queryStringParameters, event.multiValueQueryStringParameters, asItIs),
  cookies: (event) => new SentHeaders(event.headers, event.multiValueHeaders).all("cookie"),
  auth: (event) => readAuth(event.requestContext.authorizer),
  sourceIp: (event) => event.requestContext.identity?.sourceIp ?? "",
  stage: (event) => event.requestContext.stage ?? "",
  stageVariables: (event) => event.stageVariables,
  requestId: (event) => event.requestContext.requestId,
  result,
};

/** The same event from an HTTP API: path parameters arrive decoded, and the route key stands for the resource. */
export const http1Dialect: Dialect<RestEvent> = {
  ...restDialect,
  kind: "http-1.0",
  encodedParameters: false,
  path: (event) => withoutStage(event.path, event.requestContext.stage),
};

/** The resource of an HTTP API's `$default` route is no path. */
function isPath(resource: unknown): boolean {
  return typeof resource === "string" && resource.startsWith("/");
}

function asItIs(text: string): string {
  return text;
}

function result(answer: Encoded): RestResult {
  const { status, headers, body, base64 } = answer;
  const lines = linesOf(answer);
  if (lines === undefined && !base64) return { statusCode: status, headers, body };
  return {
    statusCode: status,
    headers,
    ...(lines === undefined ? undefined : { multiValueHeaders: lines }),
    body,
    ...(base64 ? { isBase64Encoded: true } : undefined),
  };
}
