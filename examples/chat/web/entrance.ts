// Into a room, and into it again after every lost connection.
import { SocketError } from "@gatewright/client";
import { ApiError, inWords } from "./api.ts";
import type { ChatState } from "./chat-state.ts";
import { createMoves } from "./moves.ts";
import { passing, type ChatLine } from "./outbox.ts";
import type { RoomView } from "./room-view.ts";
import type { Store } from "./store.ts";

/** The way into the open room. */
export interface Entrance {
  /** There is a connection; `again` where there was one before. */
  connected(again: boolean): void;
  /** Another room is open. */
  changed(): void;
}

/** What an entrance works with. */
export interface EntranceParts {
  readonly store: Store<ChatState>;
  readonly line: ChatLine;
  readonly view: RoomView;
  /** The room is joined, and shown as it is. */
  readonly entered: () => void;
}

const againMs = 2_000;

/** What goes wrong is in the state; what may go better is tried again while there is a connection. */
export function createEntrance({ store, line, view, entered }: EntranceParts): Entrance {
  const moves = createMoves(line);
  const enter = async (room: string, again: boolean): Promise<void> => {
    const isWanted = (): boolean => store.state.room === room && line.state === "open";
    try {
      view.joining();
      const welcome = await moves.join(room, isWanted);
      if (!welcome || store.state.room !== room) return;
      await view.enter({ room, again, ...welcome });
      store.set({ problem: undefined });
      entered();
    } catch (error) {
      if (!isWanted()) return; // the next connection joins again
      const passes = mayPass(error);
      store.set({ problem: inWords(error), ...(!passes && { loading: false }) });
      if (passes) setTimeout(() => isWanted() && void enter(room, again), againMs);
    }
  };
  const enterOpen = (again: boolean): void => {
    const { room } = store.state;
    if (room !== undefined && line.state === "open") void enter(room, again);
  };
  return {
    connected(again) {
      moves.reset();
      enterOpen(again);
    },
    changed: () => enterOpen(false),
  };
}

function mayPass(error: unknown): boolean {
  if (error instanceof SocketError) return passing.has(error.code);
  return error instanceof ApiError && error.passes;
}
