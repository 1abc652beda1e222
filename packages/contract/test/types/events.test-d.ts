// The house's event types agree with those of @types/aws-lambda; where they differ on purpose, it is written here.
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithIAMAuthorizer,
  APIGatewayProxyEventV2WithLambdaAuthorizer,
  APIGatewayProxyResult,
  APIGatewayProxyStructuredResultV2,
  APIGatewayProxyWebsocketEventV2,
  APIGatewayProxyWithCognitoAuthorizerEvent,
  APIGatewayProxyWithLambdaAuthorizerEvent,
} from "aws-lambda";
import { expectTypeOf, test } from "vitest";
import type {
  HttpEvent,
  HttpResult,
  RestEvent,
  RestResult,
  WebsocketConnectEvent,
  WebsocketDisconnectEvent,
  WebsocketMessageEvent,
  WebsocketResult,
} from "../../src/index.ts";

/** Without `readonly`, all the way down: the others have none. */
type Mutable<Value> = Value extends readonly (infer Item)[]
  ? Mutable<Item>[]
  : Value extends object
    ? { -readonly [Name in keyof Value]: Mutable<Value[Name]> }
    : Value;

/** One type with some fields replaced. */
type With<Event, Change> = Omit<Event, keyof Change> & Change;

/** Optional fields left out rather than undefined, as JSON has it. */
type Json<Value> = { [Name in keyof Value]: Exclude<Value[Name], undefined> };

test("REST: ours are theirs, but for header maps that are null in a test invocation", () => {
  type Sent = With<
    Mutable<RestEvent>,
    {
      headers: NonNullable<Mutable<RestEvent["headers"]>>;
      multiValueHeaders: NonNullable<Mutable<RestEvent["multiValueHeaders"]>>;
    }
  >;
  expectTypeOf<Sent>().toExtend<APIGatewayProxyEvent>();
});

test("REST: theirs are ours, whatever authorized them", () => {
  expectTypeOf<APIGatewayProxyWithLambdaAuthorizerEvent<{ name: string }>>().toExtend<RestEvent>();
  expectTypeOf<APIGatewayProxyWithCognitoAuthorizerEvent>().toExtend<RestEvent>();
});

test("HTTP: ours are theirs, but for a client certificate that we do not describe", () => {
  type Sent = With<
    Mutable<HttpEvent>,
    { requestContext: Omit<Mutable<HttpEvent["requestContext"]>, "authentication"> }
  >;
  expectTypeOf<Sent>().toExtend<APIGatewayProxyEventV2>();
});

test("HTTP: theirs are ours, where the version is told", () => {
  type Told = { readonly version: "2.0" };
  expectTypeOf<APIGatewayProxyEventV2 & Told>().toExtend<HttpEvent>();
  expectTypeOf<APIGatewayProxyEventV2WithIAMAuthorizer & Told>().toExtend<HttpEvent>();
  expectTypeOf<APIGatewayProxyEventV2WithLambdaAuthorizer<{ name: string }> & Told>().toExtend<HttpEvent>();
});

test("WebSocket: ours are theirs, but that only messages have a messageId", () => {
  type Theirs = Omit<APIGatewayProxyWebsocketEventV2, "requestContext"> & {
    requestContext: Omit<APIGatewayProxyWebsocketEventV2["requestContext"], "messageId">;
  };
  expectTypeOf<Mutable<WebsocketMessageEvent>>().toExtend<APIGatewayProxyWebsocketEventV2>();
  expectTypeOf<Mutable<WebsocketConnectEvent>>().toExtend<Theirs>();
  expectTypeOf<Mutable<WebsocketDisconnectEvent>>().toExtend<Theirs>();
  expectTypeOf<WebsocketConnectEvent["requestContext"]>().not.toHaveProperty("messageId");
});

test("results: what we hand back is what they take", () => {
  type Given = With<
    Mutable<RestResult>,
    { statusCode: number; headers?: Record<string, string>; body: string }
  >;
  expectTypeOf<Omit<Given, "multiValueHeaders">>().toExtend<APIGatewayProxyResult>();
  expectTypeOf<Json<APIGatewayProxyResult>>().toExtend<RestResult>();
  expectTypeOf<Mutable<HttpResult>>().toExtend<APIGatewayProxyStructuredResultV2>();
  expectTypeOf<Mutable<WebsocketResult>>().toExtend<APIGatewayProxyStructuredResultV2>();
});

test("events are told apart by their fields", () => {
  expectTypeOf<WebsocketMessageEvent>().not.toHaveProperty("headers");
  expectTypeOf<RestEvent>().not.toHaveProperty("version");
});
