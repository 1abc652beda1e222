// The front door of the contract: what API Gateway says, allows and answers, and how the house fails.
export { gatewayLimits, limits } from "./limits.ts";
export { takesLargeResults } from "./large-results.ts";
export { defineFailures, isFailure } from "./failure.ts";
export type { Failure, FailureRow, Failures, FailureTable, FactsOf } from "./failure.ts";
export type {
  RestAuthorizerContext,
  RestEvent,
  RestIdentity,
  RestRequestContext,
  RestResult,
} from "./rest-event.ts";
export type { HttpAuthorizerContext, HttpEvent, HttpRequestContext, HttpResult } from "./http-event.ts";
export type {
  WebsocketConnectEvent,
  WebsocketContext,
  WebsocketDisconnectEvent,
  WebsocketEvent,
  WebsocketMessageEvent,
  WebsocketResult,
} from "./websocket-event.ts";
export type { ContractOf, SocketContract, WithSocketContract } from "./socket-contract.ts";
export { readMethodArn, toMethodArn } from "./method-arn.ts";
export type { MethodArn } from "./method-arn.ts";
export type {
  AuthorizerContextValue,
  AuthorizerEvent,
  AuthorizerPolicyResult,
  AuthorizerResult,
  AuthorizerSimpleResult,
  HttpAuthorizerEvent,
  HttpAuthorizerEventV1,
  PolicyStatement,
  RestAuthorizerEvent,
  TokenAuthorizerEvent,
  WebsocketAuthorizerEvent,
} from "./authorizer-event.ts";
export { gatewayResponses, httpApiErrors } from "./gateway-response.ts";
export type { GatewayResponse, GatewayResponseType, HttpApiErrorType } from "./gateway-response.ts";
