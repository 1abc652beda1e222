// Pauses grow, have a top, and differ.
import { describe, expect, it } from "vitest";
import { toDelayMs } from "../../src/backoff.ts";

describe("toDelayMs", () => {
  it("stays between half and all of a doubling time, up to the longest", () => {
    for (const [attempt, most] of [
      [1, 100],
      [2, 200],
      [4, 800],
      [5, 1_000],
      [5_000, 1_000],
    ] as const) {
      for (let count = 0; count < 100; count += 1) {
        const delay = toDelayMs(attempt, { firstMs: 100, longestMs: 1_000 });
        expect(delay).toBeGreaterThanOrEqual(most / 2);
        expect(delay).toBeLessThanOrEqual(most);
      }
    }
  });

  it("is not the same for everybody", () => {
    expect(new Set(Array.from({ length: 20 }, () => toDelayMs(3))).size).toBeGreaterThan(10);
  });
});
