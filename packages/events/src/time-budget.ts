// How long a handler may take, held by one timer for all calls of an execution environment.

/** What a handler learns when its time is over. */
export class TimeOver extends Error {
  override readonly name: string = "TimeOver";

  constructor(afterMs: number) {
    super(`The handler did not answer within ${Math.round(afterMs)} ms.`);
  }
}

/** The part of a Lambda context that tells the time left. */
export interface LambdaTime {
  getRemainingTimeInMillis?: unknown;
}

/** Kept back from the time there is, for turning the refusal into an answer and sending it. */
const marginMs = 200;

/** Milliseconds until Lambda ends the function, or `undefined` outside Lambda. */
export function remainingMs(context: LambdaTime | undefined): number | undefined {
  const remaining: unknown =
    typeof context?.getRemainingTimeInMillis === "function" ? context.getRemainingTimeInMillis() : undefined;
  return typeof remaining === "number" ? remaining : undefined;
}

/** Milliseconds that a handler has: the shorter of what the other side waits and what Lambda leaves, less a margin. */
export function budgetMs(context: LambdaTime | undefined, waits: number): number {
  const remaining = remainingMs(context);
  const most = remaining === undefined ? waits : Math.min(waits, remaining);
  return Math.max(0, most - marginMs);
}

/** One call that is being watched. */
interface Call {
  /** By the clock that Lambda's own deadline is told by. */
  readonly deadline: number;
  readonly ms: number;
  readonly onOver: (over: TimeOver) => void;
}

/** A call whose time is measured; `undefined` for one that has no end. */
export type Watched = Call | undefined;

/** The one call that an execution environment has at a time, and those that are there besides. */
let only: Call | undefined;
const others = new Set<Call>();
let timer: NodeJS.Timeout | undefined;
let armedFor = Infinity;

/**
 * Calls `onOver` once after `ms`, unless the call is given to {@link stopBudget} before.
 *
 * One timer serves all calls: it is moved only when a call must end earlier than it is set for, so that a
 * call costs next to nothing. It does not keep the process alive.
 */
export function startBudget(ms: number, onOver: (over: TimeOver) => void): Watched {
  if (ms === Infinity) return undefined;
  const call: Call = { deadline: Date.now() + ms, ms, onOver };
  watch(call);
  return call;
}

/** Ends the measuring of a call. */
export function stopBudget(watched: Watched): void {
  if (watched === only) only = undefined;
  else if (watched !== undefined) others.delete(watched);
}

/**
 * Waits for a handler, for at most `ms`. `onOver` runs before the promise rejects.
 *
 * The handler itself cannot be stopped: what it does after its time is over is ignored.
 *
 * @throws {TimeOver}
 */
export function withinBudget<T>(work: Promise<T>, ms: number, onOver: (over: TimeOver) => void): Promise<T> {
  if (ms === Infinity) return work;
  return new Promise<T>((resolve, reject) => {
    const watched = startBudget(ms, (over) => {
      onOver(over);
      reject(over);
    });
    work.then(
      (value) => {
        stopBudget(watched);
        return resolve(value);
      },
      (error: unknown) => {
        stopBudget(watched);
        reject(error);
      },
    );
  });
}

function watch(call: Call): void {
  if (only === undefined) only = call;
  else others.add(call);
  if (call.deadline >= armedFor) return;
  clearTimeout(timer);
  arm(call.deadline);
}

function arm(deadline: number): void {
  armedFor = deadline;
  timer = setTimeout(expireDue, Math.max(0, deadline - Date.now()));
  timer.unref();
}

/** Ends what is over and sets the timer for the next, if any: after a thaw it may fire with nothing due. */
function expireDue(): void {
  armedFor = Infinity;
  const now = Date.now();
  let next = Infinity;
  for (const call of only === undefined ? others : [only, ...others]) {
    if (call.deadline <= now) {
      stopBudget(call);
      call.onOver(new TimeOver(call.ms));
    } else if (call.deadline < next) next = call.deadline;
  }
  if (next !== Infinity) arm(next);
}
