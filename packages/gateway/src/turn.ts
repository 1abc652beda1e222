// One turn of the event loop: what many requests bring in it is worked on together, step by step, not request by request.
// The same step for all of them at once finds its code in the processor's caches, and wakes other threads once.

let tasks: (() => void)[] = [];
let isEnding = false;

/**
 * Runs `task` at the end of this turn of the event loop, after all others that were given before it. What is given while
 * a turn ends, by what its tasks led to, is run once they have led to nothing more. A task must not throw.
 */
export function atTurnEnd(task: () => void): void {
  if (tasks.push(task) === 1 && !isEnding) setImmediate(endTurn);
}

let ending: Promise<void> | undefined;

/** Waits for the end of this turn of the event loop. Those who wait go on one after another. */
export function turnEnd(): Promise<void> {
  ending ??= new Promise((resolve) => {
    atTurnEnd(() => {
      ending = undefined;
      resolve();
    });
  });
  return ending;
}

function endTurn(): void {
  isEnding = true;
  runTasks();
  queueMicrotask(() => process.nextTick(settle)); // this tick comes when no microtask is left
}

function settle(): void {
  isEnding = false;
  runTasks();
}

function runTasks(): void {
  const given = tasks;
  tasks = [];
  for (const task of given) task();
}
