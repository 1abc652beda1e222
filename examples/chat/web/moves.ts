// From room to room over one connection: a step at a time, so that a slow "leave" never undoes a quick return.
import type { ChatUser } from "../functions/chat.ts";
import type { ChatLine } from "./outbox.ts";

/** What the room tells who joins it. */
export interface Welcome {
  readonly people: readonly ChatUser[];
  /** The last place that was given. */
  readonly last: number;
}

/** Where this connection is. */
export interface Moves {
  /** A new connection is nowhere yet. */
  reset(): void;
  /** Leaves the room before, and joins. `undefined` when `wanted` no longer says so at its turn. Rejects as `send` does. */
  join(room: string, wanted: () => boolean): Promise<Welcome | undefined>;
}

/** Starts nowhere. */
export function createMoves(line: ChatLine): Moves {
  let at: string | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const step = async (room: string, wanted: () => boolean): Promise<Welcome | undefined> => {
    if (!wanted()) return undefined;
    if (at !== undefined && at !== room) {
      await line.send("leave", { room: at }).catch(() => undefined); // gone is gone
    }
    at = room; // also where no answer comes: it may have been handled
    return line.send("join", { room });
  };
  return {
    reset: () => (at = undefined),
    join(room, wanted) {
      const joining = last.then(() => step(room, wanted));
      last = joining.catch(() => undefined); // who joins hears of it
      return joining;
    },
  };
}
