// What one turn of the event loop brings is done together: each step for all, then the next.
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { atTurnEnd, turnEnd } from "../../src/turn.ts";

test("those who wait for the end of a turn go on side by side, step by step", async () => {
  const steps: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turnEnd();
    steps.push(`${name}1`);
    await Promise.resolve();
    steps.push(`${name}2`);
  };
  const all = [work("a"), work("b")];
  await Promise.resolve();
  expect(steps).toEqual([]);
  await Promise.all(all);
  expect(steps).toEqual(["a1", "b1", "a2", "b2"]);
});

test("what they lead to is done once, when they have led to nothing more, and before the next turn", async () => {
  await nextTurn(); // the turn before may be ending
  const done: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turnEnd();
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
    done.push(name);
    if (done.length === 1) atTurnEnd(() => done.push("sent"));
  };
  void work("a");
  void work("b");
  await nextTurn();
  expect(done).toEqual(["a", "b", "sent"]);
});

test("each turn has an end of its own", async () => {
  const first = turnEnd();
  expect(turnEnd()).toBe(first);
  await first;
  const second = turnEnd();
  expect(second).not.toBe(first);
  await second;
});
