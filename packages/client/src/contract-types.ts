// The server's table, read as types: what may be said, what is answered, what comes unasked.
import type { SocketContract } from "@gatewright/contract";

/** How one request is sent. */
export interface SendOptions {
  /** How long to wait for the answer, time in the queue included. @default the socket's `timeoutMs` */
  readonly timeoutMs?: number;
  /**
   * Sends it again, with the same id, when the connection falls before the answer comes.
   * The server may then see it twice: put an id of your own into the payload, and let it drop the second.
   * @default false: the request fails with `LOST`
   */
  readonly retry?: boolean;
}

/** Arguments after the route: the payload may be left out where it has nothing that must be said. */
export type Said<Payload> = [undefined] extends [Payload]
  ? [payload?: Payload, options?: SendOptions]
  : [Partial<Payload>] extends [Payload]
    ? [payload?: Payload, options?: SendOptions]
    : [payload: Payload, options?: SendOptions];

/** Names of the routes. */
export type RouteOf<Contract extends SocketContract> = keyof Contract["routes"] & string;
/** Names of the frames that come unasked. */
export type FrameOf<Contract extends SocketContract> = keyof Contract["frames"] & string;
