// What a socket is told, and what holds when it is told nothing.
import type { Backoff } from "./backoff.ts";
import type { LineTimes } from "./line.ts";
import type { WebSocketClass } from "./link.ts";
import type { RequestLimits } from "./requests.ts";

/** How a socket connects and behaves. All times in milliseconds. */
export interface SocketOptions {
  /** `wss://…`; a function is asked before each connection, as for a one-time ticket in the query. */
  readonly url: string | (() => string | Promise<string>);
  /** The subprotocol that `$connect` answers, such as `chat.v1`; a browser refuses the connection without it. */
  readonly protocol?: string;
  /**
   * The token, sent as the subprotocol `bearer.{token}`: a browser cannot send headers. Asked before each connection.
   * `fresh` is true after two connections in a row that never opened: the last token may have been refused.
   */
  readonly token?: (need: { readonly fresh: boolean }) => string | Promise<string>;
  /**
   * A ticket that is good for one connection, got over HTTPS: it is sent in place of the token, which then is in no handshake
   * at all and only said when the server asks for a fresh one. Asked before each connection, with the same `fresh`.
   */
  readonly ticket?: (need: { readonly fresh: boolean }) => string | Promise<string>;
  /**
   * Where the token, or the ticket, goes: as a subprotocol, or into the query under a name, as for a ticket that is good for one
   * connection and a few seconds. A token in a URL ends up in logs: put no other there. @default "subprotocol"
   */
  readonly tokenIn?: "subprotocol" | { readonly query: string };
  /**
   * The route that a fresh token is said to when the server asks for one (`{ type: "reauth" }`): it gets `{ token }`.
   * @default "reauth", where there is a `token`
   */
  readonly reauthRoute?: string;
  /** @default the global one, in browsers and Node 22 */
  readonly WebSocket?: WebSocketClass;
  readonly requests?: RequestOptions;
  readonly heartbeat?: HeartbeatOptions;
  readonly reconnect?: ReconnectOptions;
}

/** What bounds requests. */
export interface RequestOptions {
  /** How long to wait for an answer. @default 30000: an integration has 29 seconds */
  readonly timeoutMs?: number;
  /** How many requests may wait for a connection. @default 100 */
  readonly queueLimit?: number;
  /** Longest request in bytes of UTF-8. @default 32768: one frame, over which API Gateway closes the connection */
  readonly maxBytes?: number;
}

/** How a connection is kept from idling, and found dead. */
export interface HeartbeatOptions {
  /** The route that is called; let `$default` answer it. @default "ping" */
  readonly route?: string;
  /** @default 300000: API Gateway closes after ten idle minutes */
  readonly everyMs?: number;
  /** How long to wait for any frame after a beat. @default 10000 */
  readonly patienceMs?: number;
}

/** How a connection is replaced. */
export interface ReconnectOptions extends Backoff {
  /** A connection that lived this long was a good one: the next pauses are short again. @default 10000 */
  readonly goodMs?: number;
  /** How long a connection may take to open. @default 15000 */
  readonly openMs?: number;
  /** Age at which a fresh connection takes over (up to a twentieth earlier, at random). @default 6900000: API Gateway closes after two hours */
  readonly rolloverMs?: number;
  /** How long the old connection is still listened to meanwhile. @default 5000 */
  readonly overlapMs?: number;
}

/** Options with everything decided. */
export interface Settings {
  readonly requests: RequestLimits;
  readonly heartbeat: Required<HeartbeatOptions>;
  readonly times: LineTimes;
}

/** Decides what was left open. */
export function toSettings({ requests, heartbeat, reconnect }: SocketOptions): Settings {
  return {
    requests: { timeoutMs: 30_000, queueLimit: 100, maxBytes: 32_768, ...requests },
    heartbeat: { route: "ping", everyMs: 300_000, patienceMs: 10_000, ...heartbeat },
    times: { goodMs: 10_000, openMs: 15_000, rolloverMs: 6_900_000, overlapMs: 5_000, ...reconnect },
  };
}
