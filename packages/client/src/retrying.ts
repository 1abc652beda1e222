// A call that is made again while the gateway says "too many requests", each time later, and never with everybody else.
import { type Backoff, toDelayMs } from "./backoff.ts";

/** How a call is made again. */
export interface RetryOptions extends Backoff {
  /** How often it is made at most, the first time included. @default 5 */
  readonly attempts?: number;
  /**
   * Whether nothing breaks if the call is carried out twice: then it is made again after 502, 503, 504 and broken
   * connections, too. A 429 was carried out not even once.
   * @default false
   */
  readonly isSafe?: boolean;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
  /** Waits so long. @default a timer */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Makes a call until it is answered: again after 429, with exponential back-off and jitter, later if `Retry-After` says so.
 *
 * A quota that is used up (`LimitExceededException`) is answered at once, since no short wait helps. The last answer, or the
 * last error, is the caller's.
 *
 * @example
 * const answer = await retrying(() => fetch("https://api.example/rooms"), { isSafe: true });
 *
 * @see https://docs.aws.amazon.com/general/latest/gr/api-retries.html
 */
export async function retrying(
  call: (attempt: number) => Promise<Response>,
  options: RetryOptions = {},
): Promise<Response> {
  const { attempts = 5, isSafe = false, signal, wait = waitFor } = options;
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= attempts;
    let answer: Response | undefined;
    try {
      answer = await call(attempt);
      if (isLast || !isPassing(answer, isSafe)) return answer;
    } catch (error) {
      if (isLast || !isSafe || signal?.aborted) throw error;
    }
    await answer?.body?.cancel();
    await wait(Math.max(toDelayMs(attempt, options), askedForMs(answer)), signal);
  }
}

/** Whether the same call may well work in a moment. */
function isPassing({ status, headers }: Response, isSafe: boolean): boolean {
  if (status === 429) return !(headers.get("x-amzn-errortype") ?? "").startsWith("LimitExceeded");
  return isSafe && (status === 502 || status === 503 || status === 504);
}

/** Nobody waits longer than this because a server says so. */
const longestAskedMs = 60_000;

function askedForMs(answer: Response | undefined): number {
  const seconds = Number(answer?.headers.get("retry-after") ?? 0);
  return Number.isFinite(seconds) ? Math.min(seconds * 1000, longestAskedMs) : 0;
}

function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error); // what the caller gave to abort()
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });
}
