// What $connect decides: let in, with a subprotocol perhaps, or not.
import type { WebsocketResult } from "@gatewright/contract";
import { isErrorStatus } from "../http-error.ts";

/** The decision about a connection. Make one with {@link accept} or {@link refuse}. */
export class Admission {
  readonly status: number;
  readonly subprotocol: string | undefined;

  constructor(status: number, subprotocol?: string) {
    this.status = status;
    this.subprotocol = subprotocol;
  }

  /** The decision in API Gateway's words. A subprotocol is answered only if it was offered. */
  toResult(offered: readonly string[]): WebsocketResult {
    const { subprotocol } = this;
    if (subprotocol === undefined || !offered.includes(subprotocol)) return { statusCode: this.status };
    return { statusCode: this.status, headers: { "Sec-WebSocket-Protocol": subprotocol } };
  }
}

/**
 * Lets a connection in.
 *
 * The subprotocol is what the handshake answers, and only if the client offered it: a browser closes a
 * connection that answers none of those it offered.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
export function accept(options: { readonly subprotocol?: string } = {}): Admission {
  return new Admission(200, options.subprotocol);
}

/** Refuses a connection with a status from 400 to 599. A status outside them refuses with 403. */
export function refuse(status = 403): Admission {
  return new Admission(isErrorStatus(status) ? status : 403);
}
