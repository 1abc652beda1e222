// An HTTP back end's answer, handed on as it comes.
import type { IncomingMessage } from "node:http";
import type { Clock } from "../ports.ts";
import type { StreamRest } from "./lambda-stream.ts";

/** How long a stream may take, and how long it may be silent. */
export interface StreamPatience {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly idleMs: number;
}

/**
 * The bytes of an answer that has begun. It throws where the back end breaks off, is silent for too long, or takes
 * longer than the whole may; returned, it lets the back end go.
 */
export function streamAnswer(answer: IncomingMessage, patience: StreamPatience): StreamRest {
  const { clock, timeoutMs, idleMs } = patience;
  const chunks = answer[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // bytes: no encoding is set
  const cut = (why: string) => () => void answer.destroy(new Error(why));
  const cancelWhole = clock.after(timeoutMs, cut(`it took longer than ${timeoutMs} ms`));
  let cancelIdle = clock.after(idleMs, cut(`no byte for ${idleMs} ms`));
  const end = (): void => {
    cancelWhole();
    cancelIdle();
  };
  return {
    async next() {
      try {
        const next = await chunks.next();
        cancelIdle();
        if (next.done === true) end();
        else cancelIdle = clock.after(idleMs, cut(`no byte for ${idleMs} ms`));
        return next;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      answer.destroy();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
