// Deadlines fire when they are due and not otherwise, however few timers they take.
import { expect, test } from "vitest";
import { createDeadlines } from "../../../src/lambda/deadlines.ts";
import { manualClock } from "../../../src/manual-clock.ts";

test("each fires at its own time, those that were ended never, whatever their lengths", () => {
  const clock = manualClock(0);
  const start = createDeadlines(clock);
  const fired: string[] = [];
  const begin = (name: string, ms: number) => start(ms, () => fired.push(`${name} at ${clock.now()}`));
  begin("a", 100);
  clock.advance(30);
  const endB = begin("b", 100);
  begin("c", 50);
  clock.advance(30);
  begin("d", 100);
  endB();
  clock.advance(200);
  begin("e", 100);
  clock.advance(99);
  expect(fired).toEqual(["c at 80", "a at 100", "d at 160"]);
  clock.advance(1);
  expect(fired.at(-1)).toBe("e at 360");
});

test("one that fires may end the next that is due, and start another", () => {
  const clock = manualClock(0);
  const start = createDeadlines(clock);
  const fired: string[] = [];
  let endSecond = () => {};
  start(10, () => {
    endSecond();
    start(10, () => fired.push(`third at ${clock.now()}`));
  });
  endSecond = start(10, () => fired.push("second"));
  clock.advance(100);
  expect(fired).toEqual(["third at 20"]);
});

test("a thousand of one length take one timer of the clock", () => {
  const clock = manualClock(0);
  let timers = 0;
  const counted = {
    ...clock,
    after: (ms: number, task: () => void) => ((timers += 1), clock.after(ms, task)),
  };
  const start = createDeadlines(counted);
  for (let n = 0; n < 1_000; n += 1) start(29_000, () => {})();
  expect(timers).toBe(1);
});
