// Something said to a connection by @connections, for tables that are given a poster.
import { limits } from "@gatewright/contract";
import { failures } from "./failures.ts";

/** One call to `@connections`. `managementPoster()` of `@gatewright/connections` is one. */
export interface SocketPoster {
  /** Resolves with what came of it: `done`, `gone`, or why it did not work. */
  post(
    to: { readonly connectionId: string; readonly endpoint: string },
    message: { readonly bytes: Uint8Array },
  ): Promise<{ readonly kind: string }>;
}

/** Whom something is said to. */
interface Listener {
  readonly connectionId: string;
  readonly endpoint: string;
  readonly route: string;
}

/**
 * Posts a frame to the connection that an event came from.
 *
 * @returns false when the connection has gone.
 * @throws `SEND_BEFORE_OPEN`, `SEND_AFTER_END`, `NO_POSTER`, `ANSWER_TOO_LARGE`, `SEND_FAILED`
 */
export async function say(poster: SocketPoster | undefined, to: Listener, text: string): Promise<boolean> {
  if (to.route === "$connect") throw failures.create("SEND_BEFORE_OPEN", {});
  if (to.route === "$disconnect") throw failures.create("SEND_AFTER_END", {});
  if (poster === undefined) throw failures.create("NO_POSTER", {});
  const bytes = Buffer.from(text);
  const limit = limits.websocketMessageBytes;
  if (bytes.length > limit) throw failures.create("ANSWER_TOO_LARGE", { bytes: bytes.length, limit });
  const { connectionId, endpoint } = to;
  const { kind } = await poster.post({ connectionId, endpoint }, { bytes });
  if (kind !== "done" && kind !== "gone") throw failures.create("SEND_FAILED", { kind });
  return kind === "done";
}
