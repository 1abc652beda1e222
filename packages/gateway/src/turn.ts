// One turn of the event loop: what many requests bring in it is worked on together, step by step, not request by request.
// The same step for several of them at once finds its code in the processor's caches, and wakes other threads once.

/** More at once would keep threads waiting that could begin with the first of them. */
const together = 16;

let given: (() => void)[] = [];
let ledTo: (() => void)[] = [];
let isEnding = false;

/**
 * Runs `task` at the end of this turn of the event loop, a few at a time. What is given while a turn ends, by what its
 * tasks led to, is run once these few have led to nothing more. A task must not throw.
 */
export function atTurnEnd(task: () => void): void {
  if (isEnding) ledTo.push(task);
  else if (given.push(task) === 1) setImmediate(endTurn);
}

/** Waits for the end of this turn of the event loop. A few of those who wait go on side by side, then the next few. */
export function turnEnd(): Promise<void> {
  return new Promise(atTurnEnd);
}

function endTurn(): void {
  isEnding = true;
  for (const task of given.splice(0, together)) task();
  queueMicrotask(() => process.nextTick(settle)); // this tick comes when no microtask is left
}

function settle(): void {
  const due = ledTo;
  ledTo = [];
  isEnding = given.length > 0;
  for (const task of due) task();
  if (isEnding) endTurn();
}
