// What goes wrong on a socket, with a code: from the server, from API Gateway, or from the client itself.

/** Codes of the client itself; every other code comes from the server's error frames. */
export type ClientErrorCode =
  /** No answer in time. It may or may not have been handled. */
  | "TIMEOUT"
  /** The connection fell before the answer came. It may or may not have been handled. */
  | "LOST"
  /** The socket was closed by `close()`. */
  | "CLOSED"
  /** Too many requests are waiting for the connection. */
  | "QUEUE_FULL"
  /** The request has more bytes than a WebSocket frame may have. */
  | "TOO_LARGE"
  /** The payload cannot be written as JSON. */
  | "NOT_JSON"
  /** The address, the token or the url function failed; the client goes on trying. */
  | "NOT_OPENED"
  /** The server asked for a new token and did not get one: see the cause. It will close the socket. */
  | "NOT_RENEWED"
  /** API Gateway itself answered, as with `Forbidden` or `Internal server error`: to the one request that waited, or to it is not known which. */
  | "GATEWAY"
  /** A frame that is not JSON, or neither answer, error nor frame with a type. */
  | "UNREADABLE"
  /** A message whose `seq` is not a whole number. */
  | "BAD_SEQUENCE";

/** An error of the socket. Its message never holds a payload or a token. */
export class SocketError extends Error {
  /** The server's code, or one of {@link ClientErrorCode}. */
  readonly code: string;
  /** As the server gave it, to be found in its logs. */
  readonly requestId: string | undefined;

  constructor(code: string, message: string, more: { requestId?: string | undefined; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = "SocketError";
    this.code = code;
    this.requestId = more.requestId;
  }
}
