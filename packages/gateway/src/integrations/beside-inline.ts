// Functions of a definition that is partly code: handlers of this process beside those that have a thread of their own.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Clock, Functions } from "../ports.ts";
import { inlineFunctions } from "./inline-functions.ts";

/** Hands each event to the handler of this process that its function has, and else to `others`. */
export function besideInline(others: Functions, lambdas: readonly LambdaFunction[], clock: Clock): Functions {
  const handlers = lambdas.flatMap(({ key, inline }) =>
    inline === undefined ? [] : [[key, inline] as const],
  );
  if (handlers.length === 0) return others;
  const here = inlineFunctions(Object.fromEntries(handlers), clock);
  const keys = new Set(handlers.map(([key]) => key));
  const of = (functionKey: string): Functions => (keys.has(functionKey) ? here : others);
  return {
    invoke: (functionKey, event, options) => of(functionKey).invoke(functionKey, event, options),
    stream: (functionKey, event, options) => of(functionKey).stream(functionKey, event, options),
    warm: () => others.warm(),
    close: () => others.close(),
  };
}
