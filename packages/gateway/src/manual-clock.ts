// A clock that moves only when told to: two hours pass in a test's millisecond.
import type { Clock } from "./ports.ts";

/** A {@link Clock} in the hands of a test. */
export interface ManualClock extends Clock {
  /** Moves time on and runs, in order, everything that falls due. */
  advance(ms: number): void;
}

/**
 * Starts a clock at `start` (milliseconds) that stands still until `advance`.
 *
 * @example
 * const clock = manualClock();
 * clock.after(600_000, () => console.log("ten minutes"));
 * clock.advance(600_000);
 */
export function manualClock(start: number = Date.UTC(2026, 0, 1)): ManualClock {
  let now = start;
  const due = new Set<{ readonly at: number; readonly task: () => void }>();
  const next = () => [...due].sort((a, b) => a.at - b.at)[0];
  return {
    now: () => now,
    after(ms, task) {
      const entry = { at: now + ms, task };
      due.add(entry);
      return () => due.delete(entry);
    },
    advance(ms) {
      const end = now + ms;
      for (let entry = next(); entry && entry.at <= end; entry = next()) {
        due.delete(entry);
        now = entry.at;
        entry.task();
      }
      now = end;
    },
  };
}
