// Every event of a WebSocket API, one function: a typed table of connect, messages and disconnect.
import type { WebsocketEvent, WebsocketResult, WithSocketContract } from "@gatewright/contract";
import middy, { type MiddyfiedHandler } from "@middy/core";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { failures as common } from "../failures.ts";
import { consoleLog, type ErrorLog } from "../log.ts";
import { isSchema } from "../validate.ts";
import type { Admission } from "./admission.ts";
import type { Connection, Disconnection, Message } from "./connection.ts";
import { failures } from "./failures.ts";
import type { Frame } from "./frames.ts";
import type { SocketPoster } from "./post.ts";
import { refuseBare, respond, type ConnectRoute, type Table } from "./respond.ts";
import { compileSelection } from "./selection.ts";

/** What both ends of the socket know beyond the table: the caller, and what the server says by itself. */
export interface WebsocketApiTypes {
  /** What the authorizer of `$connect` puts into its context. */
  readonly auth?: unknown;
  /** Fields of each frame that the server sends by itself, by its type. */
  readonly frames?: object;
}

/** Options of {@link websocketApi}. */
export interface WebsocketApiOptions {
  /** Where errors that were not meant for the client are written. @default the console */
  readonly logger?: ErrorLog;
  /**
   * Which part of a message names its route on `$default`: the API's own route selection expression. A field that is
   * the whole expression is no part of the body that handlers see.
   *
   * @default "$request.body.action"
   */
  readonly selection?: string;
  /** Posts to connections, for `message.send()`. `managementPoster()` of `@gatewright/connections` is one. */
  readonly poster?: SocketPoster;
  /** How answers go back: through the route response, or by the poster where routes have none. @default "route-response" */
  readonly answers?: "route-response" | "post";
}

/** What an upgrade request wants to be given. */
export interface ConnectInput<Schema extends StandardSchemaV1> {
  /** Checks the query: a string for each name. A mistake refuses the handshake with 400. */
  readonly query: Schema;
}

/** What a message wants to be given. */
export interface MessageInput<Schema extends StandardSchemaV1> {
  /** Checks the message without `id` and the field that names its route. */
  readonly body: Schema;
}

type AuthOf<Types> = Types extends { readonly auth: infer Auth } ? Auth : unknown;

/** A contract without entries. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- unlike `object`, it fits an index signature
type Empty = Record<never, never>;

type FramesOf<Types> = Types extends { readonly frames: infer Frames extends object }
  ? { readonly [Name in keyof Frames & string]: Frames[Name] }
  : Empty;

/** The frames that a table declares, as they are sent; any object where it declares none. */
type SentOf<Types> = Types extends { readonly frames: infer Frames extends object }
  ? { readonly [Name in keyof Frames & string]: Frame<Name, Frames[Name]> }[keyof Frames & string]
  : object;

/** Messages of a table: what a client sends, and what it is answered. */
export type SocketRoutes = {
  readonly [route: string]: { readonly payload: unknown; readonly answer: unknown };
};

/** A message without a schema. */
type AnyPayload = Readonly<Record<string, unknown>>;

type Added<Routes, Name extends string, Payload, Answer> = Routes & {
  readonly [Key in Name]: { readonly payload: Payload; readonly answer: Awaited<Answer> };
};

/** A table of what happens on a socket. Each call adds to it and hands it back. Its type is the contract. */
export interface WebsocketApi<
  Types extends WebsocketApiTypes = object,
  Routes extends SocketRoutes = Empty,
> extends WithSocketContract<{ readonly routes: Routes; readonly frames: FramesOf<Types> }> {
  /** Decides who gets a connection. Without it nobody does. */
  connect(
    handler: (connection: Connection<AuthOf<Types>>) => Admission | Promise<Admission>,
  ): WebsocketApi<Types, Routes>;
  /** The same with a schema for the query. */
  connect<Schema extends StandardSchemaV1>(
    input: ConnectInput<Schema>,
    handler: (
      connection: Connection<AuthOf<Types>, StandardSchemaV1.InferOutput<Schema>>,
    ) => Admission | Promise<Admission>,
  ): WebsocketApi<Types, Routes>;
  /** Answers a message. What the handler returns goes back to the one who sent it. */
  message<const Name extends string, Answer>(
    route: Name,
    handler: (message: Message<AuthOf<Types>, AnyPayload, SentOf<Types>>) => Answer,
  ): WebsocketApi<Types, Added<Routes, Name, AnyPayload, Answer>>;
  /** The same with a schema for what is sent. */
  message<const Name extends string, Schema extends StandardSchemaV1, Answer>(
    route: Name,
    input: MessageInput<Schema>,
    handler: (message: Message<AuthOf<Types>, StandardSchemaV1.InferOutput<Schema>, SentOf<Types>>) => Answer,
  ): WebsocketApi<Types, Added<Routes, Name, StandardSchemaV1.InferInput<Schema>, Answer>>;
  /** Answers messages that no route of the table takes. Without it they are answered with an error frame. */
  otherwise(
    handler: (message: Message<AuthOf<Types>, AnyPayload | undefined, SentOf<Types>>) => unknown,
  ): WebsocketApi<Types, Routes>;
  /** Hears that a connection has ended. */
  disconnect(handler: (connection: Disconnection<AuthOf<Types>>) => unknown): WebsocketApi<Types, Routes>;
  /** The Lambda handler: a middy instance, so that any middy middleware can be added. */
  handler(): MiddyfiedHandler<WebsocketEvent, WebsocketResult>;
}

/**
 * Starts the table of a socket.
 *
 * The route is the one that API Gateway chose; on `$default` it is the one that the message names (`selection`), so
 * that one `$default` route is enough. Values go back as `{ type: "answer", to, data }` through the route response, errors
 * as `{ error: { code, message, requestId }, to }`; the connection stays. What was not meant for the client
 * is logged whole once and shown with the code `INTERNAL`.
 *
 * @example
 * export const socket = websocketApi<{ auth: { name: string }; frames: { said: { text: string } } }>()
 *   .connect(() => accept({ subprotocol: "chat.v1" }))
 *   .message("send", { body: SendMessage }, async (message) => ({ by: message.auth.name, text: message.body.text }));
 * export const handler = socket.handler();
 */
export function websocketApi<const Types extends WebsocketApiTypes = object>(
  options: WebsocketApiOptions = {},
): WebsocketApi<Types> {
  const posts = options.answers === "post";
  if (posts && options.poster === undefined) throw failures.create("NO_POSTER", {});
  const table: Table = {
    messages: new Map(),
    log: options.logger ?? consoleLog,
    selection: compileSelection(options.selection ?? "$request.body.action"),
    poster: options.poster,
    posts,
  };
  const api = {
    connect(...rest: readonly unknown[]): unknown {
      return take("connect", "$connect", toConnectRoute(rest));
    },
    message(route: string, ...rest: readonly unknown[]): unknown {
      addMessage(table, route, rest);
      return api;
    },
    otherwise(handler: Table["otherwise"]): unknown {
      return take("otherwise", "$default", handler);
    },
    disconnect(handler: Table["disconnect"]): unknown {
      return take("disconnect", "$disconnect", handler);
    },
    handler: () => toHandler(table),
  };

  function take<Name extends "connect" | "otherwise" | "disconnect">(
    name: Name,
    route: string,
    handler: Table[Name],
  ): unknown {
    if (table[name] !== undefined) throw common.create("ROUTE_TAKEN", { route });
    table[name] = handler;
    return api;
  }

  return api as WebsocketApi<Types>; // one implementation for all overloads; its contract exists as a type only
}

function toConnectRoute(rest: readonly unknown[]): ConnectRoute {
  const [input, handle] = rest.length === 1 ? [undefined, rest[0]] : rest;
  const schema: unknown = (input as { query?: unknown } | undefined)?.query; // checked below
  if (schema !== undefined && !isSchema(schema)) {
    throw common.create("SCHEMA_INVALID", { route: "$connect", part: "query" });
  }
  return { schema, handle: handle as ConnectRoute["handle"] }; // by the overloads
}

function addMessage(table: Table, route: string, rest: readonly unknown[]): void {
  if (route === "" || route.startsWith("$")) throw failures.create("MESSAGE_ROUTE_INVALID", { route });
  if (table.messages.has(route)) throw common.create("ROUTE_TAKEN", { route });
  const [input, handle] = rest.length === 1 ? [undefined, rest[0]] : rest;
  const schema: unknown = (input as { body?: unknown } | undefined)?.body; // checked below
  if (schema !== undefined && !isSchema(schema))
    throw common.create("SCHEMA_INVALID", { route, part: "body" });
  table.messages.set(route, {
    schema,
    handle: handle as (message: Message) => unknown, // its body has the type that the schema gives it
  });
}

function toHandler(table: Table): MiddyfiedHandler<WebsocketEvent, WebsocketResult> {
  return middy<WebsocketEvent, WebsocketResult>({ timeoutEarlyInMillis: 0 })
    .onError(async (failed) => {
      if (failed.response !== undefined) return;
      failed.response = await refuseBare(table, failed.event, failed.error);
    })
    .handler((event, context) => respond(table, event, context));
}
