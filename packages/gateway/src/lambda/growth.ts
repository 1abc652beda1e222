// How long an event waits for an environment in use before one more is started.
import { createSaturationMeter, type MeasuredThread } from "./saturation.ts";

/** How often it is looked at, while events wait, whether the cores are still busy. */
export const lookEveryMs = 25;
/** About what a start takes. */
const patienceMs = 20;
/** Where the cores are busy: one more environment would take time from those that compute. */
const saturatedPatienceMs = 1_000;

/** On a busy machine a thread with a short event may have to wait so long for a core. */
const stallMs = 100;

/** An environment with an event. */
export interface BusyEnvironment extends MeasuredThread {
  /** What its events took lately, in milliseconds. */
  readonly pace: number;
  /** For how long its event has run, in milliseconds. */
  readonly runsFor: number;
}

/** How one function does. */
export interface Crowd {
  readonly busy: Iterable<BusyEnvironment>;
  /** Environments that are ready, with or without an event. */
  readonly running: number;
  readonly starting: number;
  /** Events that no environment has. */
  readonly waiting: number;
}

/** Decides for one function. */
export interface Growth {
  patience(crowd: Crowd): number;
}

/** Whether nothing but a long wait is a reason for one more. */
export function isSaturated(patience: number): boolean {
  return patience === saturatedPatienceMs;
}

/**
 * Short functions run in a few environments, slow ones that wait get as many as there are events, and slow ones that
 * compute hardly more than there are cores. `cores` is how many threads can compute at once.
 */
export function createGrowth(cores: number): Growth {
  const saturation = createSaturationMeter(cores);
  return {
    patience({ busy, running, starting, waiting }) {
      if (isSoonDone(busy, waiting, running > cores ? stallMs : patienceMs)) return saturatedPatienceMs;
      if (running <= cores) return patienceMs;
      return saturation.isSaturated(busy, starting) ? saturatedPatienceMs : patienceMs;
    },
  };
}

/** Whether one that runs will have done all that waits before another could start: if it waits, then for the machine. */
function isSoonDone(busy: Iterable<BusyEnvironment>, waiting: number, stalledMs: number): boolean {
  for (const { pace, runsFor } of busy) {
    if (pace * waiting < patienceMs && runsFor < stalledMs) return true;
  }
  return false;
}
