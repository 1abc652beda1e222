// Asynchronous invocations: taken at once, run when they can be, and tried twice more when they fail.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";

/** What the queue needs. */
export interface QueuePorts {
  readonly functions: Pick<Functions, "invoke">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** How long it waits before each further try. @default one minute, then two, as Lambda does */
  readonly retryDelaysMs?: readonly number[];
}

/** Events on their way to functions. */
export interface EventQueue {
  /** Takes an event and gives its request id. */
  push(lambda: LambdaFunction, event: unknown): string;
  /** Drops what waits, and waits for nothing. */
  close(): void;
}

const lambdaRetryDelaysMs = [60_000, 120_000];
/** A throttled event does not count as tried; it comes again after a pause that doubles. */
const throttledMs = { first: 1_000, longest: 300_000 };

interface Waiting {
  readonly lambda: LambdaFunction;
  readonly event: unknown;
  readonly requestId: string;
  tries: number;
  throttled: number;
}

/**
 * Starts an empty queue. Every try of an event has the same request id.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export function createEventQueue(ports: QueuePorts): EventQueue {
  const { functions, clock, ids, log, retryDelaysMs = lambdaRetryDelaysMs } = ports;
  const timers = new Set<() => void>();
  let isClosed = false;

  const later = (ms: number, waiting: Waiting): void => {
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      void run(waiting);
    });
    timers.add(cancel);
  };
  const run = async (waiting: Waiting): Promise<void> => {
    const { lambda, event, requestId } = waiting;
    const result = await functions.invoke(lambda.key, event, { timeoutMs: lambda.timeoutMs * 2, requestId });
    if (isClosed || result.kind === "returned" || result.kind === "too-large") return;
    if (result.kind === "throttled") {
      waiting.throttled += 1;
      later(Math.min(throttledMs.longest, throttledMs.first * 2 ** (waiting.throttled - 1)), waiting);
      return;
    }
    const delayMs = retryDelaysMs[waiting.tries];
    waiting.tries += 1;
    const why = result.kind === "failed" ? `${result.errorType}: ${result.errorMessage}` : "timed out";
    if (delayMs === undefined) {
      log.error(`Lambda event ${requestId} of ${lambda.key} is dropped after ${waiting.tries} tries: ${why}`);
    } else {
      log.warn(`Lambda event ${requestId} of ${lambda.key} failed, again in ${delayMs / 1_000} s: ${why}`);
      later(delayMs, waiting);
    }
  };
  return {
    push(lambda, event) {
      const requestId = ids.uuid();
      void run({ lambda, event, requestId, tries: 0, throttled: 0 });
      return requestId;
    },
    close() {
      isClosed = true;
      for (const cancel of timers) cancel();
      timers.clear();
    },
  };
}
