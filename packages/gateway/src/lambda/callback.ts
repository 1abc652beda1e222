// Handlers that answer by a callback, as Lambda's Node.js runtimes before 24 take them.

type CallbackHandler = (
  event: unknown,
  context: object,
  callback: (error?: unknown, result?: unknown) => void,
) => unknown;

/** Whether a runtime such as `nodejs22.x` still takes callbacks. */
export function takesCallbacks(runtime: string): boolean {
  return Number.parseInt(/nodejs(\d*)/.exec(runtime)?.[1] || "0", 10) < 24;
}

/**
 * The handler as one that gives a promise: the first of its callback and its own promise says the answer.
 *
 * The answer goes out at once: an event loop that is still busy does not hold it back, as on AWS with
 * `callbackWaitsForEmptyEventLoop: false`.
 */
export function withCallback(
  handler: CallbackHandler,
): (event: unknown, context: object) => Promise<unknown> {
  return (event, context) =>
    new Promise((resolve, reject) => {
      const callback = (error?: unknown, result?: unknown): void => {
        if (error === undefined || error === null) resolve(result);
        else reject(error);
      };
      const returned = handler(event, context, callback);
      if (isThenable(returned)) returned.then(resolve, reject);
    });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
