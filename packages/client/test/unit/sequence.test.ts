// Any order in, the right order out.
import { describe, expect, it } from "vitest";
import { createSequence, SocketError } from "../../src/index.ts";

const seqs = (messages: readonly { readonly seq: number }[]): number[] => messages.map(({ seq }) => seq);

/** The same shuffle for the same seed. */
function shuffle(list: readonly number[], seed: number): number[] {
  let state = seed;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
  return list
    .map((value) => [random(), value] as const)
    .sort(([one], [other]) => one - other)
    .map(([, value]) => value);
}

describe("createSequence", () => {
  it("hands out in order, drops what it has had", () => {
    const sequence = createSequence<{ seq: number }>({ after: 4 });
    expect(seqs(sequence.take({ seq: 5 }).ready)).toEqual([5]);
    expect(sequence.take({ seq: 5 })).toEqual({ ready: [], gap: undefined });
    expect(sequence.take({ seq: 2 })).toEqual({ ready: [], gap: undefined });
    expect(sequence.take({ seq: 8 })).toEqual({ ready: [], gap: undefined });
    expect(sequence.missing).toEqual({ after: 5, before: 8 });
    expect(sequence.take({ seq: 7 }).ready).toEqual([]);
    expect(seqs(sequence.take({ seq: 6 }).ready)).toEqual([6, 7, 8]);
    expect(sequence.last).toBe(8);
    expect(sequence.missing).toBeUndefined();
  });

  it("restores every order, each message once, also when half come twice", () => {
    const sent = Array.from({ length: 40 }, (_, at) => at + 1);
    for (let seed = 1; seed <= 200; seed += 1) {
      const sequence = createSequence<{ seq: number }>({ after: 0, window: 40 });
      const arriving = shuffle([...sent, ...sent.filter((seq) => (seq * seed) % 2 === 0)], seed);
      const out = arriving.flatMap((seq) => seqs(sequence.take({ seq }).ready));
      expect(out, `seed ${seed}`).toEqual(sent);
    }
  });

  it("tells a gap when more wait than it holds, and is whole again with the history", () => {
    const sequence = createSequence<{ seq: number }>({ after: 0, window: 3 });
    for (const seq of [3, 4, 5]) expect(sequence.take({ seq }).gap).toBeUndefined();
    expect(sequence.take({ seq: 6 }).gap).toEqual({ after: 0, before: 3 });
    const out = [1, 2, 3, 4, 5, 6].flatMap((seq) => seqs(sequence.take({ seq }).ready));
    expect(out).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it("never holds more than its window, whatever comes", () => {
    for (let seed = 1; seed <= 50; seed += 1) {
      const sequence = createSequence<{ seq: number }>({ after: 0, window: 5 });
      const without1 = Array.from({ length: 100 }, (_, at) => at + 2);
      for (const seq of shuffle(without1, seed)) expect(sequence.take({ seq }).ready).toEqual([]);
      const skipped: number[] = [];
      for (let run = sequence.skip(); run.length > 0; run = sequence.skip()) skipped.push(...seqs(run));
      expect(skipped.length, `seed ${seed}`).toBe(5);
      expect(skipped).toEqual([2, 3, 4, 5, 6]);
    }
  });

  it("gives up on what is missing when it is told to", () => {
    const sequence = createSequence<{ seq: number }>({ after: 0 });
    expect(sequence.skip()).toEqual([]);
    sequence.take({ seq: 3 });
    sequence.take({ seq: 4 });
    sequence.take({ seq: 9 });
    expect(seqs(sequence.skip())).toEqual([3, 4]);
    expect(sequence.missing).toEqual({ after: 4, before: 9 });
  });

  it("refuses what is not a number", () => {
    const sequence = createSequence<{ seq: number }>({ after: 0 });
    for (const seq of [Number.NaN, 1.5, Infinity]) expect(() => sequence.take({ seq })).toThrow(SocketError);
  });
});
