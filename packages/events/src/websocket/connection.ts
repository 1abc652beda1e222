// What handlers of a socket see: the connection, and what is special about each of its three events.
import {
  limits,
  type WebsocketConnectEvent,
  type WebsocketContext,
  type WebsocketDisconnectEvent,
  type WebsocketEvent,
  type WebsocketMessageEvent,
} from "@gatewright/contract";
import { readAuth } from "../auth.ts";
import { budgetMs, remainingMs, type LambdaTime, type TimeOver } from "../time-budget.ts";
import { managementEndpoint } from "./endpoint.ts";
import { say, type SocketPoster } from "./post.ts";

/** What every event of a connection knows. */
export interface SocketBase<Auth> {
  readonly connectionId: string;
  /** What the authorizer of `$connect` said; the same on every event of the connection. */
  readonly auth: Auth;
  readonly domainName: string;
  readonly stage: string;
  /** Where to post to connections of this API: the base URL of `@connections`. */
  readonly endpoint: string;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
  readonly requestId: string;
  readonly sourceIp: string;
  readonly stageVariables: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until Lambda ends the function; `Infinity` outside Lambda. */
  timeLeft(): number;
  /** Aborted shortly before API Gateway gives up, or Lambda ends the function. */
  readonly signal: AbortSignal;
}

/** What {@link Connection.send} takes: nothing. */
export interface NotOpenYet {
  readonly "inside $connect the connection is not open: answer accept(), and greet it on its first message": never;
}

/** The query of an upgrade request without a schema. */
export type ConnectQuery = Readonly<Record<string, string | undefined>>;

/** Somebody asks for a connection. Nothing can be posted to it before it has been accepted. */
export interface Connection<Auth = unknown, Query = ConnectQuery> extends SocketBase<Auth> {
  readonly route: "$connect";
  /** Headers of the upgrade request, by name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Query of the upgrade request, decoded, the last value of a repeated name; or what the schema made of it. */
  readonly query: Query;
  /** The subprotocols that the client offers, in its order of preference. They may hold a token. */
  readonly subprotocols: readonly string[];
  /** Cannot be called: the connection opens after `$connect` has answered. @throws `SEND_BEFORE_OPEN` */
  send(frame: NotOpenYet): Promise<never>;
  readonly raw: WebsocketConnectEvent;
}

/** One message of the client. */
export interface Message<Auth = unknown, Body = unknown, Sent = object> extends SocketBase<Auth> {
  /** The route that was chosen; `$default` where no route of the table was. */
  readonly route: string;
  /** The client's own id of the message; the answer is sent back to it. */
  readonly id: string | undefined;
  /** The message without `action` and `id`; or what the schema made of it. `undefined` if it is no JSON object. */
  readonly body: Body;
  /** The message as it came. */
  readonly text: string;
  /**
   * Posts one of the frames that the table declares to this connection, beside the answer: progress, or several
   * parts. Needs a `poster`.
   *
   * @returns false when the connection has gone.
   * @throws `NO_POSTER`, `ANSWER_TOO_LARGE`, `SEND_FAILED`
   */
  send(frame: Sent): Promise<boolean>;
  readonly raw: WebsocketMessageEvent;
}

/** A connection has ended. Delivery is best effort; nothing can be answered. */
export interface Disconnection<Auth = unknown> extends SocketBase<Auth> {
  readonly route: "$disconnect";
  /** The close code, such as 1001. */
  readonly code: number | undefined;
  readonly reason: string | undefined;
  readonly raw: WebsocketDisconnectEvent;
}

/** The one implementation of the three: a lazy view of the event. */
export class SocketView<Event extends WebsocketEvent> implements SocketBase<unknown> {
  readonly raw: Event;
  route: string;
  body: unknown;
  id: string | undefined;
  readonly #context: LambdaTime | undefined;
  readonly #poster: SocketPoster | undefined;
  #query: unknown;
  #auth: { readonly value: unknown } | undefined;
  #controller: AbortController | undefined;
  #over: TimeOver | undefined;

  constructor(event: Event, context: LambdaTime | undefined, poster: SocketPoster | undefined) {
    this.raw = event;
    this.#poster = poster;
    this.route = event.requestContext.routeKey;
    this.#context = context;
  }

  get #known(): WebsocketContext {
    return this.raw.requestContext;
  }

  get connectionId(): string {
    return this.#known.connectionId;
  }

  get auth(): unknown {
    return (this.#auth ??= { value: readAuth(this.#known.authorizer) }).value;
  }

  get domainName(): string {
    return this.#known.domainName;
  }

  get stage(): string {
    return this.#known.stage;
  }

  get endpoint(): string {
    return managementEndpoint(this.#known);
  }

  get connectedAt(): number {
    return this.#known.connectedAt;
  }

  get requestId(): string {
    const id: unknown = this.#known.requestId;
    return typeof id === "string" ? id : "unknown";
  }

  get sourceIp(): string {
    return this.#known.identity?.sourceIp ?? "";
  }

  get stageVariables(): Readonly<Record<string, string | undefined>> {
    return this.raw.stageVariables ?? {};
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const sent = "headers" in this.raw ? (this.raw.headers ?? {}) : {};
    return Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  }

  get query(): unknown {
    return (this.#query ??= ("queryStringParameters" in this.raw && this.raw.queryStringParameters) || {});
  }

  /** What a schema made of the query. */
  set query(value: unknown) {
    this.#query = value;
  }

  send(frame: object): Promise<boolean> {
    return say(this.#poster, this, JSON.stringify(frame));
  }

  get subprotocols(): readonly string[] {
    const offered = this.headers["sec-websocket-protocol"];
    return typeof offered === "string" ? offered.split(",").map((name) => name.trim()) : [];
  }

  get text(): string {
    const body = "body" in this.raw ? this.raw.body : undefined;
    if (typeof body !== "string") return "";
    return this.raw.isBase64Encoded ? Buffer.from(body, "base64").toString() : body;
  }

  get code(): number | undefined {
    const context: Partial<WebsocketDisconnectEvent["requestContext"]> = this.raw.requestContext as object; // read by name
    return context.disconnectStatusCode;
  }

  get reason(): string | undefined {
    const context: Partial<WebsocketDisconnectEvent["requestContext"]> = this.raw.requestContext as object; // read by name
    return context.disconnectReason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#over !== undefined) this.#controller.abort(this.#over);
    }
    return this.#controller.signal;
  }

  timeLeft(): number {
    return remainingMs(this.#context) ?? Infinity;
  }

  /** Milliseconds that a handler has for this event. */
  budgetMs(): number {
    return budgetMs(this.#context, limits.websocketIntegrationTimeoutMs);
  }

  /** Says that the time is over. */
  expire(over: TimeOver): void {
    this.#over = over;
    this.#controller?.abort(over);
  }
}
