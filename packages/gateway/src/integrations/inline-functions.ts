// Lambda functions in this very process: the in-memory twin of the Functions port.
import { Readable } from "node:stream";
import { limits } from "@gatewright/contract";
import { type Clock, type Functions, type Invocation, systemClock } from "../ports.ts";

/** A function's handler. It gets its own copy of the event, as a Lambda does. */
export type InlineHandler = (event: never) => unknown;

/**
 * Serves functions from handlers in this process: no bundling, no workers, unlimited concurrency, no `awslambda`.
 *
 * Events and results cross as JSON with Lambda's 6 MB limit; errors become unhandled errors; the caller's
 * deadline runs on `clock`.
 *
 * @example
 * const functions = inlineFunctions({ hello: async () => ({ statusCode: 200, body: "hello" }) });
 */
export function inlineFunctions(
  handlers: Readonly<Record<string, InlineHandler>>,
  clock: Clock = systemClock,
): Functions {
  return {
    invoke(functionKey, event, { timeoutMs }) {
      const handler = Object.hasOwn(handlers, functionKey) ? handlers[functionKey] : undefined;
      if (!handler) return Promise.resolve(unknownFunction(functionKey));
      return within(run(handler, event), clock, timeoutMs);
    },
    async stream(functionKey, event, options) {
      const invocation = await this.invoke(functionKey, event, options);
      if (invocation.kind !== "returned") return invocation;
      return { kind: "streaming", body: Readable.from([Buffer.from(invocation.payload ?? "")]) };
    },
    warm: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

const unknownFunction = (functionKey: string): Invocation => ({
  kind: "failed",
  errorType: "ResourceNotFoundException",
  errorMessage: `Function not found: ${functionKey}`,
  isMissing: true,
});

async function run(handler: InlineHandler, event: unknown): Promise<Invocation> {
  const sent = JSON.stringify(event);
  if (Buffer.byteLength(sent) > limits.lambdaPayloadBytes) return { kind: "too-large", which: "event" };
  try {
    const result = await handler(JSON.parse(sent) as never); // a handler knows what event it takes
    const payload = JSON.stringify(result) as string | undefined; // undefined for what JSON cannot hold
    if (Buffer.byteLength(payload ?? "") > limits.lambdaPayloadBytes) {
      return { kind: "too-large", which: "result" };
    }
    return { kind: "returned", payload };
  } catch (error) {
    const known = error instanceof Error ? error : new Error(String(error));
    return { kind: "failed", errorType: known.name, errorMessage: known.message };
  }
}

function within(running: Promise<Invocation>, clock: Clock, timeoutMs: number): Promise<Invocation> {
  return new Promise((resolve) => {
    const cancel = clock.after(timeoutMs, () => resolve({ kind: "timed-out" }));
    void running.then(resolve).finally(cancel);
  });
}
