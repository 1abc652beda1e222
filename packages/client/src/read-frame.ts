// One text frame from the server, told apart.
import { SocketError } from "./socket-error.ts";

/** What a frame may be. */
export type Incoming =
  | { readonly kind: "answer"; readonly to: string; readonly data: unknown }
  | { readonly kind: "error"; readonly to: string | undefined; readonly error: SocketError }
  | { readonly kind: "frame"; readonly type: string; readonly fields: unknown };

/**
 * Reads a frame of the house's socket contract, or of API Gateway itself (`{ message, connectionId, requestId }`).
 *
 * Never throws: what cannot be read is an error with the code `UNREADABLE`.
 */
export function readFrame(text: unknown): Incoming {
  const frame = parse(text);
  if (!frame) return failed("UNREADABLE", "The server sent a frame that is not a JSON object.");
  const { type, ...fields } = frame;
  const { to, error, message } = fields;
  if (isObject(error)) {
    const { code, message, requestId } = error;
    return {
      kind: "error",
      to: toText(to),
      error: new SocketError(
        toText(code) ?? "ERROR",
        toText(message) ?? "The server answered with an error.",
        {
          requestId: toText(requestId),
        },
      ),
    };
  }
  if (type === "answer" && typeof to === "string") return { kind: "answer", to, data: fields["data"] };
  if (typeof type === "string") return { kind: "frame", type, fields };
  if (typeof message === "string" && "requestId" in fields) {
    return failed("GATEWAY", message, toText(fields["requestId"]));
  }
  return failed("UNREADABLE", "The server sent a frame without a type.");
}

function parse(text: unknown): Record<string, unknown> | undefined {
  try {
    const value: unknown = typeof text === "string" ? JSON.parse(text) : undefined;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function failed(code: string, message: string, requestId?: string): Incoming {
  return { kind: "error", to: undefined, error: new SocketError(code, message, { requestId }) };
}
