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

test("many are done in groups, and what a group leads to before the next group", async () => {
  await nextTurn();
  const done: string[] = [];
  const work = async (name: string): Promise<void> => {
    await turnEnd();
    done.push(name);
    atTurnEnd(() => done.push(name.toUpperCase()));
  };
  const names = Array.from({ length: 40 }, (_, n) => `n${n}`);
  for (const name of names) void work(name);
  await nextTurn();
  expect(done.filter((one) => one.startsWith("n"))).toEqual(names);
  expect(done.filter((one) => one.startsWith("N"))).toEqual(names.map((name) => name.toUpperCase()));
  expect(done.indexOf("N0")).toBeGreaterThan(done.indexOf("n1"));
  expect(done.indexOf("N0")).toBeLessThan(done.indexOf("n39"));
});

test("what the last of a turn leads to may lead to more: that is for the next turn", async () => {
  await nextTurn();
  const done: string[] = [];
  atTurnEnd(() => atTurnEnd(() => atTurnEnd(() => done.push("third"))));
  await nextTurn();
  expect(done).toEqual([]);
  await nextTurn();
  expect(done).toEqual(["third"]);
});
