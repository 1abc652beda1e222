// What a Lambda authorizer of a REST or HTTP API is asked.
import type {
  HttpAuthorizerEvent,
  HttpAuthorizerEventV1,
  RestAuthorizerEvent,
  TokenAuthorizerEvent,
} from "@gatewright/contract";
import { toCallArn } from "../deploy/place.ts";
import type { HttpPlan } from "../deploy/http-plan.ts";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { Routed } from "./exchange.ts";
import { toHttpEventV1, toHttpRequestPart } from "./http-event.ts";
import type { HttpRouted } from "./http-exchange.ts";
import { toRestContext } from "./rest-context.ts";
import { toRestRequestPart } from "./rest-event.ts";

/**
 * The question to a `TOKEN` authorizer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export function toTokenEvent(methodArn: string, authorizationToken: string): TokenAuthorizerEvent {
  return { type: "TOKEN", methodArn, authorizationToken };
}

/** The question to a `REQUEST` authorizer of a REST API: maps are empty, never `null`. */
export function toRestAuthorizerEvent(routed: Routed, plan: RestPlan): RestAuthorizerEvent {
  const part = toRestRequestPart(routed, plan);
  return {
    type: "REQUEST",
    methodArn: toCallArn(plan.place, routed.http.method, routed.path),
    resource: part.resource,
    path: part.path,
    httpMethod: part.httpMethod,
    headers: part.headers ?? {},
    multiValueHeaders: part.multiValueHeaders ?? {},
    queryStringParameters: part.queryStringParameters ?? {},
    multiValueQueryStringParameters: part.multiValueQueryStringParameters ?? {},
    pathParameters: part.pathParameters ?? {},
    stageVariables: part.stageVariables ?? {},
    requestContext: toRestContext(routed, plan),
  };
}

/**
 * The question to an authorizer of an HTTP API, payload 2.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export function toHttpAuthorizerEvent(
  routed: HttpRouted,
  plan: HttpPlan,
  identitySource: readonly string[],
): HttpAuthorizerEvent {
  return {
    ...toHttpRequestPart(routed, plan),
    type: "REQUEST",
    routeArn: toCallArn(plan.place, routed.http.method, routed.path),
    identitySource: identitySource.length === 0 ? null : identitySource,
  };
}

/** The question to an authorizer of an HTTP API, payload 1.0. */
export function toHttpAuthorizerEventV1(
  routed: HttpRouted,
  plan: HttpPlan,
  identitySource: readonly string[],
): HttpAuthorizerEventV1 {
  const event = toHttpEventV1({ ...routed, authorizer: null }, plan);
  const sources = identitySource.join(",");
  const { authorizer: _, ...requestContext } = event.requestContext;
  return {
    version: "1.0",
    type: "REQUEST",
    methodArn: toCallArn(plan.place, routed.http.method, routed.path),
    identitySource: sources,
    authorizationToken: sources,
    resource: event.resource,
    path: event.path,
    httpMethod: event.httpMethod,
    headers: event.headers,
    queryStringParameters: event.queryStringParameters ?? {},
    pathParameters: event.pathParameters ?? {},
    stageVariables: event.stageVariables ?? {},
    requestContext,
  };
}
