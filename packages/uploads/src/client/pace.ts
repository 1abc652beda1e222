// When to send: not while paused, again after a failure that passes, never after an end.
import { UploadError } from "./upload-error.ts";

/** Something that can be stopped for a while. */
export interface Pace {
  pause(): void;
  resume(): void;
  /** Runs a task, after a pause or a passing failure again. @throws what does not pass, or the signal's reason */
  keepTrying<Value>(task: (signal: AbortSignal, attempt: number) => Promise<Value>): Promise<Value>;
}

/** Starts unpaused. */
export function createPace(ended: AbortSignal, attempts: number): Pace {
  let going = new AbortController();
  let waiting: Promise<void> | undefined;
  let wake = () => {};
  return {
    pause() {
      waiting ??= new Promise((resolve) => {
        wake = resolve;
      });
      going.abort();
    },
    resume() {
      waiting = undefined;
      going = new AbortController();
      wake();
    },
    async keepTrying(task) {
      for (let attempt = 1; ;) {
        await stoppable(waiting, ended);
        const { signal } = going;
        try {
          return await task(AbortSignal.any([signal, ended]), attempt);
        } catch (error) {
          ended.throwIfAborted();
          if (signal.aborted) continue;
          if (!passes(error) || attempt >= attempts) throw error;
          await stoppable(sleep(300 * 2 ** (attempt - 1) * (0.75 + Math.random() / 2)), ended);
          attempt++;
        }
      }
    },
  };
}

/** Whether the same may well succeed a little later; a page's own request fails with a `TypeError` when it is offline. */
function passes(error: unknown): boolean {
  if (!(error instanceof UploadError)) return error instanceof TypeError;
  return [0, 408, 429].includes(error.status) || error.status >= 500 || error.code === "SIGN_AGAIN";
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function stoppable(waiting: Promise<void> | undefined, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (!waiting) return;
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  await Promise.race([waiting, stopped]).finally(() => signal.removeEventListener("abort", stop));
}
