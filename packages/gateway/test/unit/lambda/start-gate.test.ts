// Few starts at a time, urgent ones first.
import { expect, test } from "vitest";
import { createStartGate, type StartGate } from "../../../src/lambda/start-gate.ts";

test("whoever finds no place is called when there is one, those with an event first", () => {
  const gate = createStartGate(1);
  const calls: string[] = [];
  const starter = (name: string, urgent: boolean) => ({
    isUrgent: () => urgent,
    retry() {
      if (enter(gate, this)) calls.push(name);
    },
  });
  const enter = (at: StartGate, who: Parameters<StartGate["enter"]>[0]): boolean => at.enter(who);
  expect(gate.enter(starter("first", false))).toBe(true);
  expect(gate.enter(starter("warm", false))).toBe(false);
  expect(gate.enter(starter("event", true))).toBe(false);
  gate.leave();
  expect(calls).toEqual(["event"]);
  gate.leave();
  expect(calls).toEqual(["event", "warm"]);
});
