// Messages with sequence numbers: duplicates dropped, order restored, gaps told.
import { SocketError } from "./socket-error.ts";

/** Where a sequence starts, and how far it waits. */
export interface SequenceOptions {
  /** The last number that is already there; 0 before the first message. */
  readonly after: number;
  /** How many messages may wait for a missing one before that is a gap. @default 32 */
  readonly window?: number;
}

/** Numbers that have not arrived: those over `after` and under `before`. */
export interface Gap {
  readonly after: number;
  readonly before: number;
}

/** What a message brought. */
export interface Taken<Message> {
  /** Messages whose turn has come, in order. Often one, none when it was a duplicate or came too early. */
  readonly ready: readonly Message[];
  /** Set when more wait than the window holds: ask the server for what is after `after`, and take that. */
  readonly gap: Gap | undefined;
}

/** The order of one stream of messages. Pure: no clock, no network. */
export interface Sequence<Message extends { readonly seq: number }> {
  /** Takes messages in any order, live or from the history. @throws `BAD_SEQUENCE` */
  take(message: Message): Taken<Message>;
  /** Gives up on what is missing, or on everything up to a number, and hands out what waits, up to the next gap. */
  skip(to?: number): readonly Message[];
  /** The last number that was handed out: what to ask for after a reconnect. */
  readonly last: number;
  /** What is missing right now, if anything waits; give it a moment, then ask the server. */
  readonly missing: Gap | undefined;
}

/**
 * Restores the order of messages that carry a `seq` (1, 2, 3 …).
 *
 * Duplicates are dropped. A message that comes too early waits. When more than `window` wait, the newest are let go
 * (the history has them) and a gap is told.
 *
 * @example
 * const sequence = createSequence<{ seq: number; text: string }>({ after: 0 });
 * socket.on("message", (message) => {
 *   const { ready, gap } = sequence.take(message);
 *   show(ready);
 *   if (gap) void socket.send("join", { room, after: gap.after }).then(({ messages }) => messages.forEach(take));
 * });
 */
export function createSequence<Message extends { readonly seq: number }>({
  after,
  window = 32,
}: SequenceOptions): Sequence<Message> {
  let last = after;
  const waiting = new Map<number, Message>();

  const missing = (): Gap | undefined =>
    waiting.size === 0 ? undefined : { after: last, before: Math.min(...waiting.keys()) };
  const release = (): readonly Message[] => {
    const ready: Message[] = [];
    for (let next = waiting.get(last + 1); next; next = waiting.get(last + 1)) {
      last += 1;
      waiting.delete(last);
      ready.push(next);
    }
    return ready;
  };

  return {
    take(message) {
      const { seq } = message;
      if (!Number.isSafeInteger(seq))
        throw new SocketError("BAD_SEQUENCE", `${seq} is not a sequence number.`);
      if (seq > last) waiting.set(seq, message);
      const ready = release();
      const full = waiting.size > window;
      if (full) waiting.delete(Math.max(...waiting.keys()));
      return { ready, gap: full ? missing() : undefined };
    },
    skip(to) {
      const gap = missing();
      if (to === undefined) {
        if (gap) last = gap.before - 1;
        return release();
      }
      const given: Message[] = [];
      for (const seq of [...waiting.keys()].sort((one, other) => one - other)) {
        const message = waiting.get(seq);
        if (seq > to || !message) break;
        given.push(message);
        waiting.delete(seq);
      }
      last = Math.max(last, to);
      return [...given, ...release()];
    },
    get last() {
      return last;
    },
    get missing() {
      return missing();
    },
  };
}
