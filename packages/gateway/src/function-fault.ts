// What a developer is told of a function that failed: its error's type, and the message only where it is not the function's own.
import type { Invocation } from "./ports.ts";

/** Types that the service gives. A function's own message may hold anything; the function has printed it. */
const ours = new Set(["Runtime.ExitError", "Sandbox.Timedout", "BrokenStream", "TimedOut"]);

/** As in `Runtime.ExitError: Runtime exited with error: exit status 1`. */
export function nameFault(failed: Extract<Invocation, { readonly kind: "failed" }>): string {
  const { errorType, errorMessage, isMissing } = failed;
  return isMissing || ours.has(errorType)
    ? `${errorType}: ${errorMessage.replace(/^Error: /, "")}`
    : errorType;
}
