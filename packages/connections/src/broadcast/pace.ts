// How long a broadcast may take, and how long to wait before another try.

/** What bounds a broadcast in time. */
export interface PaceOptions {
  /** Milliseconds since the epoch. @default ten seconds from now */
  readonly deadline?: number;
  readonly signal?: AbortSignal;
}

/** The time that a broadcast has. */
export interface Pace {
  /** Ends with the caller's signal, or with the deadline and its grace, whichever is first: cuts what is under way. */
  readonly signal: AbortSignal;
  /** Nothing new is begun. */
  over(): boolean;
  /** Waits before try number `attempt` + 2 and says whether there is time for it. */
  rest(attempt: number): Promise<boolean>;
  /** Must be called at the end: lets go of timers and listeners. */
  stop(): void;
}

const defaultBudgetMs = 10_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;
/** Beyond this, `setTimeout` fires at once. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Starts the time of a broadcast. Pauses are random up to 50 ms, 100 ms … 2 s, so that many do not return at once.
 *
 * What is under way at the deadline has `graceMs` to be answered: who is cut may have got the message, and gets it twice
 * where another worker takes over.
 */
export function startPace(
  { deadline = Date.now() + defaultBudgetMs, signal }: PaceOptions,
  graceMs = 0,
): Pace {
  const ended = new AbortController();
  const end = (): void => ended.abort();
  const timer = setTimeout(end, Math.min(longestTimerMs, Math.max(0, deadline + graceMs - Date.now())));
  if (signal?.aborted || deadline <= Date.now()) end();
  else signal?.addEventListener("abort", end, { once: true });
  const over = (): boolean => ended.signal.aborted || Date.now() >= deadline;
  return {
    signal: ended.signal,
    over,
    async rest(attempt) {
      const pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
      if (Date.now() + pauseMs >= deadline) return false;
      await pause(pauseMs, ended.signal);
      return !over(); // a process that had no time wakes up late
    },
    stop() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener("abort", finish, { once: true });
  });
}
