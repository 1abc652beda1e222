// One room's messages, in order and each once: live ones, missed ones, and the word that some are gone for good.
import { createSequence, type Gap } from "./sequence.ts";
import type { StateChange } from "./socket-state.ts";

/** What the server says somebody has missed: `RoomLog.resume` of `@gatewright/connections`, its entries as frames. */
export interface Missed<Message> {
  readonly messages: readonly Message[];
  /** Messages that will not come. */
  readonly gap?: Gap | undefined;
  /** There is more: it is asked for at once, or after a moment where nothing came. */
  readonly more?: boolean;
}

/** How a room is followed. */
export interface FollowOptions<Message> {
  /** The last number that is already there; 0 before the first message. */
  readonly after: number;
  /** Asks the server what came after a number. */
  readonly resume: (after: number) => Promise<Missed<Message>>;
  /** Gets each message, in order. */
  readonly take: (message: Message) => void;
  /** Hears that messages are gone for good; those after them follow. */
  readonly gap?: (gap: Gap) => void;
  /** How long a missing message may be late before the server is asked, in milliseconds. @default 1000 */
  readonly patienceMs?: number;
  /** How many messages may wait for a missing one. @default 32 */
  readonly window?: number;
}

/** A room that is followed. */
export interface FollowedRoom<Message> {
  /** Takes a live message; duplicates and what comes too early are seen to. */
  push(message: Message): void;
  /** Asks for what was missed; also done by itself after each reconnect. Resolves when it is there, or could not be had. */
  catchUp(): Promise<void>;
  /** The last number that was handed out. */
  readonly last: number;
  stop(): void;
}

/** Ids that are remembered, to drop a message that was given two numbers. */
const idsKept = 256;

/**
 * Follows one room over a socket that comes and goes.
 *
 * @example
 * const room = followRoom(chat, {
 *   after: 0,
 *   resume: (after) => chat.send("join", { room: "lobby", after }),
 *   take: (message) => show(message),
 *   gap: ({ after, before }) => showHole(after, before),
 * });
 * chat.on("message", room.push);
 */
export function followRoom<Message extends { readonly seq: number; readonly id?: string }>(
  socket: { onState(listener: (change: StateChange) => void): () => void },
  options: FollowOptions<Message>,
): FollowedRoom<Message> {
  const { after, resume, take, patienceMs = 1_000, window = 32 } = options;
  const sequence = createSequence<Message>({ after, window });
  const isNew = createMemory();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking: Promise<void> | undefined;
  let stopped = false;

  const hand = (messages: readonly Message[]): void =>
    messages.filter(({ id }) => isNew(id)).forEach((message) => take(message));
  const later = (): void => {
    if (!stopped) timer ??= setTimeout(() => ((timer = undefined), void catchUp()), patienceMs);
  };
  const ask = async (): Promise<void> => {
    for (;;) {
      const before = sequence.last;
      const missed = await resume(before);
      if (stopped) return;
      if (missed.gap && missed.gap.before > sequence.last + 1) {
        options.gap?.(missed.gap);
        hand(sequence.skip(missed.gap.before - 1));
      }
      for (const message of missed.messages) hand(sequence.take(message).ready);
      if (!missed.more) return;
      if (sequence.last === before) return later();
    }
  };
  const catchUp = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    return (asking ??= ask()
      .catch(later)
      .finally(() => {
        asking = undefined;
        if (sequence.missing) later();
      }));
  };
  const off = socket.onState((change) => {
    if (change.state === "open" && change.again) void catchUp();
  });
  return {
    push(message) {
      const { ready, gap } = sequence.take(message);
      hand(ready);
      if (gap) void catchUp();
      else if (sequence.missing && !asking) later();
    },
    catchUp,
    get last() {
      return sequence.last;
    },
    stop() {
      stopped = true;
      clearTimeout(timer);
      off();
    },
  };
}

/** Says whether an id comes for the first time; a message without one always does. */
function createMemory(): (id: string | undefined) => boolean {
  const ids = new Set<string>();
  return (id) => {
    if (id === undefined) return true;
    if (ids.has(id)) return false;
    ids.add(id);
    if (ids.size > idsKept) ids.delete(ids.values().next().value ?? "");
    return true;
  };
}
