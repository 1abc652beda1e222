// Timers that hardly ever fire: most events are answered long before their time is over.
import type { Clock } from "../ports.ts";

/** Starts a timer; the function that it returns ends it. */
export type StartTimer = (ms: number, task: () => void) => () => void;

interface Deadline {
  readonly at: number;
  readonly task: () => void;
}

/**
 * Timers that cost next to nothing unless they fire: all of one length share one timer of the clock, which is set for
 * the first of them and looked at again only when it fires.
 */
export function createDeadlines(clock: Clock): StartTimer {
  const byLength = new Map<number, ReturnType<typeof createTimers>>();
  return (ms, task) => {
    const start = byLength.get(ms) ?? createTimers(clock, ms);
    byLength.set(ms, start);
    return start(task);
  };
}

/** They fall due in the order in which they were started. */
function createTimers(clock: Clock, ms: number): (task: () => void) => () => void {
  const open = new Set<Deadline>();
  let isSet = false;
  const look = (): void => {
    const now = clock.now();
    const due = [...open].filter(({ at }) => at <= now);
    const next = [...open][due.length];
    isSet = next !== undefined;
    if (next) clock.after(Math.min(next.at - now, ms), look); // no longer, should the clock be set back
    for (const deadline of due) if (open.delete(deadline)) deadline.task();
  };
  return (task) => {
    const deadline = { at: clock.now() + ms, task };
    open.add(deadline);
    if (!isSet) clock.after(ms, look);
    isSet = true;
    return () => void open.delete(deadline);
  };
}
