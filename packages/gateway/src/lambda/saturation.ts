// Whether one more environment could compute at all, or would only take time from those that do.
import { performance, type EventLoopUtilization } from "node:perf_hooks";

/** A thread that can say how much of the time since it was last asked it has computed, from 0 to 1. */
export interface MeasuredThread {
  utilization(): number;
}

/** Watches the threads of one pool, and the one that serves them. */
export interface SaturationMeter {
  /** Whether the threads together keep the cores busy. A thread that is starting counts as busy. */
  isSaturated(threads: Iterable<MeasuredThread>, starting: number): boolean;
}

/** A shorter look says little: a thread is then either in an event or not. */
const windowMs = 50;

/** Starts watching. `cores` is how many threads can compute at once. */
export function createSaturationMeter(cores: number): SaturationMeter {
  let own = performance.eventLoopUtilization();
  let measuredAt = -Infinity;
  let isSaturated = false;
  return {
    isSaturated(threads, starting) {
      const now = performance.now();
      if (now - measuredAt < windowMs) return isSaturated;
      measuredAt = now;
      const current = performance.eventLoopUtilization();
      let load = starting + since(current, own);
      own = current;
      for (const thread of threads) load += thread.utilization();
      isSaturated = load > cores - 0.5;
      return isSaturated;
    },
  };
}

/** How much of the time between two readings was spent computing; waiting for a core counts as that. */
export function since(current: EventLoopUtilization, before: EventLoopUtilization): number {
  const active = current.active - before.active;
  const whole = active + current.idle - before.idle;
  return whole > 0 ? active / whole : 0;
}
