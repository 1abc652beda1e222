// A room over a socket that comes and goes: every message once, in order, or the word that it is gone.
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { followRoom, type Missed, type StateChange } from "../../src/index.ts";

interface Message {
  readonly seq: number;
  readonly id?: string;
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open(resume: (after: number) => Promise<Missed<Message>>, after = 0) {
  const listeners = new Set<(change: StateChange) => void>();
  const taken: number[] = [];
  const gaps: object[] = [];
  const asked: number[] = [];
  const socket = {
    onState(listener: (change: StateChange) => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const room = followRoom<Message>(socket, {
    after,
    resume: (from) => (asked.push(from), resume(from)),
    take: ({ seq }) => taken.push(seq),
    gap: (gap) => gaps.push(gap),
  });
  const reopen = (): void => {
    for (const listener of listeners) listener({ state: "open", again: true });
  };
  return { room, taken, gaps, asked, reopen, listeners };
}

const upTo = (last: number) => async (after: number) => ({
  messages: Array.from({ length: Math.max(0, last - after) }, (_, at) => ({ seq: after + at + 1 })),
});

describe("followRoom", () => {
  it("hands out live messages in order and once", () => {
    const { room, taken } = open(upTo(0));
    for (const seq of [1, 3, 2, 2, 1, 4]) room.push({ seq });
    expect(taken).toEqual([1, 2, 3, 4]);
    expect(room.last).toBe(4);
  });

  it("drops a message that was given two numbers", () => {
    const { room, taken } = open(upTo(0));
    for (const [seq, id] of [
      [1, "a"],
      [2, "a"],
      [3, "b"],
    ] as const)
      room.push({ seq, id });
    expect(taken).toEqual([1, 3]);
  });

  it("asks for what is missing after a moment, and not before", async () => {
    const { room, taken, asked } = open(upTo(3));
    room.push({ seq: 1 });
    room.push({ seq: 3 });
    await vi.advanceTimersByTimeAsync(900);
    expect(asked).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(asked).toEqual([1]);
    expect(taken).toEqual([1, 2, 3]);
  });

  it("catches up after a reconnect, page by page, while live messages come", async () => {
    const { room, taken, asked, reopen } = open(async (after) => {
      room.push({ seq: 8 });
      return { messages: [{ seq: after + 1 }, { seq: after + 2 }], more: after < 5 };
    });
    room.push({ seq: 1 });
    reopen();
    reopen();
    await vi.advanceTimersByTimeAsync(0);
    expect(asked).toEqual([1, 3, 5]);
    expect(taken).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("says what is gone for good and goes on after it", async () => {
    const { room, taken, gaps } = open(async (after) =>
      after < 10 ? { messages: [{ seq: 11 }], gap: { after, before: 11 } } : { messages: [] },
    );
    room.push({ seq: 1 });
    room.push({ seq: 5 });
    await room.catchUp();
    expect(gaps).toEqual([{ after: 1, before: 11 }]);
    expect(taken).toEqual([1, 5, 11]);
    room.push({ seq: 12 });
    expect(taken.at(-1)).toBe(12);
  });

  it("asks again where nothing came yet, and where it could not ask", async () => {
    let tries = 0;
    const { taken, asked, reopen } = open(async () => {
      tries += 1;
      if (tries === 1) throw new Error("lost");
      return tries === 2 ? { messages: [], more: true } : { messages: [{ seq: 1 }] };
    });
    reopen();
    await vi.advanceTimersByTimeAsync(2_100);
    expect(asked).toEqual([0, 0, 0]);
    expect(taken).toEqual([1]);
  });

  it("stops", async () => {
    const { room, asked, listeners } = open(upTo(9));
    room.push({ seq: 5 });
    room.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(asked).toEqual([]);
    expect(listeners.size).toBe(0);
  });

  it("hands out everything once and in order, whatever is lost, doubled or late", async () => {
    const arrivals = fc.shuffledSubarray(Array.from({ length: 40 }, (_, at) => at + 1));
    await fc.assert(
      fc.asyncProperty(arrivals, fc.array(fc.integer({ min: 1, max: 40 })), async (live, doubled) => {
        const { room, taken } = open(upTo(40));
        for (const seq of [...live, ...doubled]) room.push({ seq });
        await room.catchUp();
        expect(taken).toEqual(Array.from({ length: 40 }, (_, at) => at + 1));
        room.stop();
      }),
      { numRuns: 100 },
    );
  });
});
