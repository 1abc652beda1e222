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
import { assertType, expectTypeOf, test } from "vitest";
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

/** Something of a type. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller says the type
declare function given<Value>(): Value;

/** One type with some fields replaced. */
type With<Event, Change> = Omit<Event, keyof Change> & Change;

/** Optional fields left out rather than undefined, all the way down, as JSON has it. */
type Json<Value> = Value extends object
  ? { [Name in keyof Value]: Json<Exclude<Value[Name], undefined>> }
  : Value;

test("REST: ours are theirs, but for header maps that may be null and an API key that may be left out", () => {
  type Ours = Mutable<RestEvent>;
  type Identity = Required<Omit<Ours["requestContext"]["identity"], "clientCert">>;
  type Sent = With<
    Ours,
    {
      headers: NonNullable<Ours["headers"]>;
      multiValueHeaders: NonNullable<Ours["multiValueHeaders"]>;
      requestContext: With<
        Ours["requestContext"],
        { authorizer: Record<string, unknown> | null; identity: Identity & { clientCert: null } }
      >;
    }
  >;
  assertType<APIGatewayProxyEvent>(given<Sent>());
});

test("REST: theirs are ours, whatever authorized them", () => {
  assertType<RestEvent>(given<Json<APIGatewayProxyWithLambdaAuthorizerEvent<{ name: string }>>>());
  assertType<RestEvent>(given<Json<APIGatewayProxyWithCognitoAuthorizerEvent>>());
});

test("HTTP: ours are theirs, but for a client certificate that we do not describe", () => {
  type Sent = With<
    Mutable<HttpEvent>,
    { requestContext: Omit<Mutable<HttpEvent["requestContext"]>, "authentication"> }
  >;
  assertType<APIGatewayProxyEventV2>(given<Sent>());
});

test("HTTP: theirs are ours, where the version is told", () => {
  type Told = { readonly version: "2.0" };
  assertType<HttpEvent>(given<APIGatewayProxyEventV2 & Told>());
  assertType<HttpEvent>(given<APIGatewayProxyEventV2WithIAMAuthorizer & Told>());
  assertType<HttpEvent>(given<APIGatewayProxyEventV2WithLambdaAuthorizer<{ name: string }> & Told>());
});

test("WebSocket: ours are theirs, but that only messages have a messageId", () => {
  type Theirs = Omit<APIGatewayProxyWebsocketEventV2, "requestContext"> & {
    requestContext: Omit<APIGatewayProxyWebsocketEventV2["requestContext"], "messageId">;
  };
  assertType<APIGatewayProxyWebsocketEventV2>(given<Mutable<WebsocketMessageEvent>>());
  assertType<Theirs>(given<Mutable<WebsocketConnectEvent>>());
  assertType<Theirs>(given<Mutable<WebsocketDisconnectEvent>>());
  expectTypeOf<WebsocketConnectEvent["requestContext"]>().not.toHaveProperty("messageId");
});

test("results: what we hand back is what they take", () => {
  type Given = With<
    Mutable<RestResult>,
    { statusCode: number; headers?: Record<string, string>; body: string }
  >;
  assertType<APIGatewayProxyResult>(given<Omit<Given, "multiValueHeaders">>());
  assertType<RestResult>(given<Json<APIGatewayProxyResult>>());
  assertType<APIGatewayProxyStructuredResultV2>(given<Mutable<HttpResult>>());
  assertType<APIGatewayProxyStructuredResultV2>(given<Mutable<WebsocketResult>>());
});

test("events are told apart by their fields", () => {
  expectTypeOf<WebsocketMessageEvent>().not.toHaveProperty("headers");
  expectTypeOf<RestEvent>().not.toHaveProperty("version");
});
