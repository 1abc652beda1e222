// An error meant for the client at the other end of a socket, with a code that a program can tell apart.
import { toHttpError, type FieldError } from "../http-error.ts";

/** What a {@link SocketError} may carry beyond its code and message. */
export interface SocketErrorOptions {
  /** The status of the handshake when `$connect` is refused with it: 400 to 599. @default 400 */
  readonly status?: number;
  readonly errors?: readonly FieldError[];
  /** Seconds after which it is worth trying again. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/**
 * An error that leaves as an error frame, or refuses the handshake with its status.
 *
 * @example
 * throw new SocketError("ROOM_FULL", "The room is full.");
 */
export class SocketError extends Error {
  override readonly name: string = "SocketError";
  readonly code: string;
  readonly status: number;
  readonly errors: readonly FieldError[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, options: SocketErrorOptions = {}) {
    super(message, options);
    this.code = code;
    this.status = options.status ?? 400;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter;
  }
}

/** The error as one for the client, or `undefined` when it was not meant for the client. */
export function toSocketError(error: unknown): SocketError | undefined {
  if (error instanceof SocketError) return error;
  const known = toHttpError(error);
  if (known === undefined) return undefined;
  const code = known.title.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_");
  return new SocketError(code, known.message, {
    status: known.statusCode,
    cause: known,
    ...(known.retryAfter === undefined ? undefined : { retryAfter: known.retryAfter }),
    ...(known.errors === undefined ? undefined : { errors: known.errors }),
  });
}
