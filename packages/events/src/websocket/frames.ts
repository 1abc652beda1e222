// What goes back on a socket: answers, errors, and what the server says by itself.
import { limits } from "@gatewright/contract";
import type { WebsocketResult } from "@gatewright/contract";
import { failures } from "./failures.ts";
import type { SocketError } from "./socket-error.ts";

/** A frame that the server sends by itself. */
export type Frame<Name, Fields> = { readonly type: Name } & Fields;

/** Makes frames of a contract. */
export type FrameMaker<Frames extends object> = <const Name extends keyof Frames & string>(
  type: Name,
  fields: Frames[Name],
) => Frame<Name, Frames[Name]>;

/**
 * Gives a function that makes the frames of a contract, so that a push cannot say what no client understands.
 *
 * @example
 * const frame = defineFrames<{ message: { text: string }; left: { name: string } }>();
 * await broadcast(to, { room }, frame("message", { text: "hello" }));
 */
export function defineFrames<Frames extends object>(): FrameMaker<Frames> {
  return (type, fields) => ({ type, ...fields });
}

/** The result that carries a handler's value back to the message; without a body when there is nothing to say. */
export function toAnswer(id: string | undefined, data: unknown): WebsocketResult {
  if (id === undefined && data === undefined) return { statusCode: 200 };
  return toResult({ type: "answer", ...(id === undefined ? undefined : { to: id }), data });
}

/** The result that carries an error. The status stays 200: the connection lives on. */
export function toErrorFrame(
  error: Pick<SocketError, "code" | "message" | "errors" | "retryAfter">,
  requestId: string,
  id: string | undefined,
): WebsocketResult {
  const { code, message, errors, retryAfter } = error;
  return toResult({
    error: {
      code,
      message,
      requestId,
      ...(errors === undefined ? undefined : { errors }),
      ...(retryAfter === undefined ? undefined : { retryAfter }),
    },
    ...(id === undefined ? undefined : { to: id }),
  });
}

function toResult(frame: object): WebsocketResult {
  const body = JSON.stringify(frame);
  const limit = limits.websocketMessageBytes;
  if (body.length * 3 > limit) {
    const bytes = Buffer.byteLength(body);
    if (bytes > limit) throw failures.create("ANSWER_TOO_LARGE", { bytes, limit });
  }
  return { statusCode: 200, body };
}
