// The poster in memory: remembers what was sent to whom, and answers as a test tells it to.
import type { Message, Outcome, Poster, Sight, Target } from "./poster.ts";

/** One message as it would have arrived. */
export interface Posted {
  readonly connectionId: string;
  readonly endpoint: string;
  readonly text: string;
}

/** A poster that sends nothing. */
export interface MemoryPoster extends Poster {
  /** Everything that was taken, in order. */
  readonly posted: readonly Posted[];
  /** The texts that one connection was sent. */
  textsTo(connectionId: string): readonly string[];
}

/** What a memory poster may be given. */
export interface MemoryPosterOptions {
  /** What comes of a call; `undefined` means `done`. Called for each try. */
  readonly answer?: (to: Target, message?: Message) => Outcome | undefined | Promise<Outcome | undefined>;
}

/**
 * A poster for tests: keeps what it is given. A connection that was closed is gone from then on.
 *
 * @example
 * const poster = memoryPoster({ answer: ({ connectionId }) => (connectionId === "b=" ? { kind: "gone" } : undefined) });
 */
export function memoryPoster({ answer }: MemoryPosterOptions = {}): MemoryPoster {
  const posted: Posted[] = [];
  const closed = new Set<string>();
  const settle = async (to: Target, message?: Message): Promise<Outcome> =>
    closed.has(to.connectionId) ? { kind: "gone" } : ((await answer?.(to, message)) ?? { kind: "done" });
  return {
    posted,
    textsTo: (connectionId) =>
      posted.filter((one) => one.connectionId === connectionId).map(({ text }) => text),
    async post({ connectionId, endpoint }, message) {
      const outcome = await settle({ connectionId, endpoint }, message);
      if (outcome.kind === "done") {
        posted.push({ connectionId, endpoint, text: Buffer.from(message.bytes).toString() });
      }
      return outcome;
    },
    async close(to) {
      const outcome = await settle(to);
      if (outcome.kind === "done") closed.add(to.connectionId);
      return outcome;
    },
    async look(to): Promise<Sight | undefined> {
      const outcome = await settle(to);
      if (outcome.kind !== "done") return undefined;
      const at = new Date(0).toISOString();
      return { connectedAt: at, lastActiveAt: at, identity: { sourceIp: "127.0.0.1" } };
    },
  };
}
