// A clock in a test's hands.
import { describe, expect, it } from "vitest";
import { manualClock } from "../../src/manual-clock.ts";

describe("manualClock", () => {
  it("runs what falls due, in order, at its own time, also what is added on the way", () => {
    const clock = manualClock(1_000);
    const seen: [string, number][] = [];
    const see = (name: string) => seen.push([name, clock.now()]);
    clock.after(20, () => see("late"));
    clock.after(10, () => {
      see("early");
      clock.after(5, () => see("added"));
    });
    const cancel = clock.after(12, () => see("cancelled"));
    cancel();
    clock.advance(15);
    expect(seen).toEqual([
      ["early", 1_010],
      ["added", 1_015],
    ]);
    clock.advance(100);
    expect(seen.at(-1)).toEqual(["late", 1_020]);
    expect(clock.now()).toBe(1_115);
  });
});
