// What API Gateway asks a Lambda authorizer, and what it takes for an answer.
import type { HttpRequestContext } from "./http-event.ts";
import type { RestRequestContext } from "./rest-event.ts";
import type { WebsocketContext } from "./websocket-event.ts";

/** Names with one value each; maps are empty or `null` where the request had none. */
type Single = { readonly [name: string]: string | undefined } | null;
type Multi = { readonly [name: string]: readonly string[] | undefined } | null;

/**
 * What a `TOKEN` authorizer of a REST API is asked: one header, and nothing else of the request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-input.html
 */
export interface TokenAuthorizerEvent {
  readonly type: "TOKEN";
  readonly methodArn: string;
  /** The value of the header that is the identity source, `Bearer ` included. */
  readonly authorizationToken: string;
}

/** What a `REQUEST` authorizer of a REST API is asked: the request without its body. */
export interface RestAuthorizerEvent {
  readonly type: "REQUEST";
  readonly methodArn: string;
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Single;
  readonly multiValueHeaders: Multi;
  readonly queryStringParameters: Single;
  readonly multiValueQueryStringParameters: Multi;
  readonly pathParameters: Single;
  readonly stageVariables: Single;
  readonly requestContext: RestRequestContext;
}

/** What the authorizer of `$connect` is asked. `methodArn` ends with `/{stage}/$connect`. */
export interface WebsocketAuthorizerEvent {
  readonly type: "REQUEST";
  readonly methodArn: string;
  readonly headers: Single;
  readonly multiValueHeaders: Multi;
  readonly queryStringParameters: Single;
  readonly multiValueQueryStringParameters: Multi;
  readonly stageVariables: Single;
  readonly requestContext: WebsocketContext & {
    readonly eventType: "CONNECT";
    readonly routeKey: "$connect";
  };
}

/**
 * What an authorizer of an HTTP API is asked in payload 1.0.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
 */
export interface HttpAuthorizerEventV1 {
  readonly version: "1.0";
  readonly type: "REQUEST";
  readonly methodArn: string;
  /** The identity sources, joined with commas. */
  readonly identitySource: string;
  readonly authorizationToken: string;
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Single;
  readonly queryStringParameters: Single;
  readonly pathParameters: Single;
  readonly stageVariables: Single;
  readonly requestContext: RestRequestContext;
}

/** What an authorizer of an HTTP API is asked in payload 2.0. */
export interface HttpAuthorizerEvent {
  readonly version: "2.0";
  readonly type: "REQUEST";
  readonly routeArn: string;
  /** The values of the identity sources in their order, which are the cache key; `null` where none are set. */
  readonly identitySource: readonly string[] | null;
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers?: { readonly [name: string]: string | undefined };
  readonly queryStringParameters?: { readonly [name: string]: string | undefined };
  readonly requestContext: HttpRequestContext;
  readonly pathParameters?: { readonly [name: string]: string | undefined };
  readonly stageVariables?: { readonly [name: string]: string | undefined };
}

/** Any question that API Gateway asks a Lambda authorizer. */
export type AuthorizerEvent =
  | TokenAuthorizerEvent
  | RestAuthorizerEvent
  | WebsocketAuthorizerEvent
  | HttpAuthorizerEventV1
  | HttpAuthorizerEvent;

/** One statement of an authorizer's policy. The names of its keys are read with their capital letters. */
export interface PolicyStatement {
  readonly Action: string | readonly string[];
  readonly Effect: "Allow" | "Deny";
  /** Execute-api ARNs, in which `*` is any text, slashes included, and `?` any one character. */
  readonly Resource: string | readonly string[];
}

/** What an authorizer's context may hold. HTTP APIs take maps and lists too; no other kind does. */
export type AuthorizerContextValue = string | number | boolean;

/**
 * The answer that every API kind understands. It is kept for the authorizer's TTL and evaluated for each request.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export interface AuthorizerPolicyResult {
  readonly principalId: string;
  readonly policyDocument: {
    readonly Version: "2012-10-17";
    readonly Statement: readonly PolicyStatement[];
  };
  readonly context?: { readonly [name: string]: AuthorizerContextValue };
  /** The value of an API key, where the API takes its keys from the authorizer. */
  readonly usageIdentifierKey?: string;
}

/** The answer of an HTTP API's authorizer with simple responses: it holds for every route while it is cached. */
export interface AuthorizerSimpleResult {
  readonly isAuthorized: boolean;
  readonly context?: { readonly [name: string]: AuthorizerContextValue };
}

/** Any answer of a Lambda authorizer. To answer 401, throw an `Error` whose message is exactly `Unauthorized`. */
export type AuthorizerResult = AuthorizerPolicyResult | AuthorizerSimpleResult;
