// An HTTP API request as the event of a Lambda function, payload 2.0 or 1.0.
import type {
  HttpAuthorizerContext,
  HttpEvent,
  HttpRequestContext,
  RestAuthorizerContext,
  RestEvent,
  RestRequestContext,
} from "@gatewright/contract";
import type { HttpPlan } from "../deploy/http-plan.ts";
import type { IamCaller } from "../identities/identities.ts";
import type { HeaderPair } from "./application.ts";
import { addForwarded } from "./forwarded.ts";
import { groupHeaders, headerValues, lastHeader, toLowerName, toMediaType, toTitleCase } from "./headers.ts";
import type { HttpAuthorized, HttpAuthorizer, HttpRouted } from "./http-exchange.ts";
import { decodePercent, put, readQuery, toMultiMap, toSingleMap } from "./query.ts";
import { toRequestTime } from "./request-time.ts";
import { toDomainPrefix, toHeaderMaps, toIamIdentity, toIdentity } from "./rest-context.ts";

/** A proxy event of an HTTP API with payload 1.0: as a REST API's, and its version. */
export type HttpEventV1 = Omit<RestEvent, "requestContext"> & {
  readonly version: "1.0";
  readonly requestContext: HttpContextV1;
};

/** The request context of payload 1.0; on routes without an authorizer both keys are there and `null`. */
export type HttpContextV1 = Omit<RestRequestContext, "authorizer"> & {
  readonly authorizer:
    | RestAuthorizerContext
    | { readonly claims: Readonly<Record<string, string>> | null; readonly scopes: readonly string[] | null };
};

/** What proxy events and authorizer events of payload 2.0 say alike. */
export type HttpRequestPart = Omit<HttpEvent, "body" | "isBase64Encoded">;

/** Headers between two neighbours, which say nothing to the function. */
const hopByHop: ReadonlySet<string> = new Set([
  "connection",
  "content-length", // written anew
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const textTypes = new Set(["application/json", "application/xml", "application/javascript"]);

/**
 * Writes the event of payload 2.0. Keys for which the request has nothing are left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEvent(authorized: HttpAuthorized, plan: HttpPlan): HttpEvent {
  const part = toHttpRequestPart(authorized, plan);
  const { authorizer } = authorized;
  const requestContext = authorizer
    ? { ...part.requestContext, authorizer: toAuthorizerContext(authorizer) }
    : part.requestContext;
  return { ...part, requestContext, ...toBody(authorized) };
}

function toAuthorizerContext(authorizer: HttpAuthorizer): HttpAuthorizerContext {
  if (authorizer.kind === "jwt") return { jwt: { claims: authorizer.claims, scopes: authorizer.scopes } };
  if (authorizer.kind === "iam") return { iam: toIamContext(authorizer.caller) };
  const { context } = authorizer;
  return { lambda: Object.keys(context).length === 0 ? null : context };
}

function toIamContext(caller: IamCaller): NonNullable<HttpAuthorizerContext["iam"]> {
  return {
    accessKey: caller.accessKeyId,
    accountId: caller.accountId,
    callerId: caller.userId,
    cognitoIdentity: null,
    principalOrgId: caller.organizationId ?? null,
    userArn: caller.arn,
    userId: caller.userId,
  };
}

/** Writes a request of payload 2.0 without its body and without what an authorizer said. */
export function toHttpRequestPart(routed: HttpRouted, plan: HttpPlan): HttpRequestPart {
  const { http, pathParameters } = routed;
  const headers = visibleHeaders(routed);
  const cookies = headerValues(headers, "cookie").flatMap((line) => line.split(";").map((one) => one.trim()));
  const query = toMultiMap(readQuery(http.query));
  const { stageVariables } = plan.api;
  return {
    version: "2.0",
    routeKey: routed.route.routeKey,
    rawPath: toStagedPath(routed, decodePercent(routed.path), plan),
    rawQueryString: http.query,
    ...(cookies.length > 0 && { cookies: cookies.filter((cookie) => cookie !== "") }),
    headers: toJoinedHeaders(headers),
    ...(query && { queryStringParameters: joinValues(Object.entries(query)) }),
    requestContext: toRequestContext(routed, plan),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(Object.keys(stageVariables).length > 0 && { stageVariables }),
  };
}

function toRequestContext(routed: HttpRouted, plan: HttpPlan): HttpRequestContext {
  const { http } = routed;
  return {
    accountId: plan.place.accountId,
    apiId: plan.api.id,
    ...(http.caller?.clientCert && { authentication: { clientCert: http.caller.clientCert } }),
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    http: {
      method: http.method,
      path: toStagedPath(routed, decodePercent(routed.path), plan),
      protocol: "HTTP/1.1",
      sourceIp: http.sourceIp,
      userAgent: lastHeader(http.headers, "user-agent") ?? "",
    },
    requestId: routed.requestId,
    routeKey: routed.route.routeKey,
    stage: plan.api.stage,
    time: toRequestTime(routed.at),
    timeEpoch: routed.at,
  };
}

/** The client's headers and API Gateway's own; `content-length` is always there, also as 0. */
function visibleHeaders(routed: HttpRouted): readonly HeaderPair[] {
  const { http, traceId } = routed;
  const headers = addForwarded(http, traceId).filter(([name]) => !hopByHop.has(toLowerName(name)));
  headers.unshift(["content-length", String(http.body.length)]);
  return headers;
}

function toJoinedHeaders(headers: readonly HeaderPair[]): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (const [name, { values }] of groupHeaders(headers)) {
    if (name !== "cookie") put(joined, name, values.join(","));
  }
  return joined;
}

function joinValues(
  entries: readonly (readonly [string, readonly string[]])[],
): Readonly<Record<string, string>> {
  const joined: Record<string, string> = {};
  for (const [name, values] of entries) put(joined, name, values.join(","));
  return joined;
}

/** On a custom domain the mapping's base path stands where otherwise the stage does. */
function toStagedPath({ http }: HttpRouted, path: string, plan: HttpPlan): string {
  if (http.mapping) return http.mapping.basePath === "" ? path : `/${http.mapping.basePath}${path}`;
  return plan.api.stage === "$default" ? path : `/${plan.api.stage}${path}`;
}

/** Text, JSON, XML and JavaScript pass as they are; every other body, also one without a type, as base64. */
function toBody(routed: HttpRouted): { readonly body?: string; readonly isBase64Encoded: boolean } {
  const { body, headers } = routed.http;
  if (body.length === 0) return { isBase64Encoded: false };
  const type = toMediaType(lastHeader(headers, "content-type")) ?? "";
  const text = type.startsWith("text/") || textTypes.has(type) || /\+(?:json|xml)$/.test(type);
  return { body: body.toString(text ? "utf8" : "base64"), isBase64Encoded: !text };
}

/**
 * Writes the event of payload 1.0: every key is there, names of headers are title-cased, the path stays encoded.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function toHttpEventV1(authorized: HttpAuthorized, plan: HttpPlan): HttpEventV1 {
  const { http, route, pathParameters } = authorized;
  const query = readQuery(http.query);
  const resource = route.routeKey.slice(route.routeKey.indexOf(" ") + 1);
  const { stageVariables } = plan.api;
  const { body, isBase64Encoded } = toBody(authorized);
  return {
    version: "1.0",
    resource,
    path: toStagedPath(authorized, authorized.path, plan),
    httpMethod: http.method,
    ...toHeaderMaps(visibleHeaders(authorized), toTitleCase),
    queryStringParameters: toSingleMap(query),
    multiValueQueryStringParameters: toMultiMap(query),
    requestContext: toContextV1(authorized, plan, resource),
    pathParameters: Object.keys(pathParameters).length > 0 ? pathParameters : null,
    stageVariables: Object.keys(stageVariables).length > 0 ? stageVariables : null,
    body: body ?? null,
    isBase64Encoded,
  };
}

function toContextV1(authorized: HttpAuthorized, plan: HttpPlan, resourcePath: string): HttpContextV1 {
  const { http, authorizer, requestId, at } = authorized;
  return {
    accountId: plan.place.accountId,
    apiId: plan.api.id,
    authorizer: toAuthorizerV1(authorizer),
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    extendedRequestId: requestId,
    httpMethod: http.method,
    identity: {
      ...toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? ""),
      ...(http.caller?.clientCert && { clientCert: http.caller.clientCert }),
      ...(authorizer?.kind === "iam" && toIamIdentity(authorizer.caller)),
    },
    path: toStagedPath(authorized, decodePercent(authorized.path), plan),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: toRequestTime(at),
    requestTimeEpoch: at,
    resourceId: authorized.route.routeKey,
    resourcePath,
    stage: plan.api.stage,
  };
}

/** What an authorizer said, as payload 1.0 has it. */
function toAuthorizerV1(authorizer: HttpAuthorizer | null): HttpContextV1["authorizer"] {
  if (authorizer?.kind === "jwt") return { claims: authorizer.claims, scopes: authorizer.scopes };
  if (authorizer?.kind !== "lambda") return { claims: null, scopes: null };
  const { context, principalId } = authorizer;
  return { ...context, ...(principalId !== undefined && { principalId }) };
}
