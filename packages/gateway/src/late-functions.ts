// Functions that doors can be given before they exist: functions are told the doors' addresses, doors call functions.
import type { Functions } from "./ports.ts";

/** A {@link Functions} that waits until the real one is bound. */
export interface LateFunctions extends Functions {
  bind(functions: Functions): void;
}

/** Makes the stand-in. An event that arrives before `bind` waits; its time-out starts when it is passed on. */
export function lateFunctions(): LateFunctions {
  const { promise, resolve } = Promise.withResolvers<Functions>();
  let bound: Functions | undefined;
  return {
    bind(functions) {
      bound = functions;
      resolve(functions);
    },
    invoke(functionKey, event, options) {
      return bound
        ? bound.invoke(functionKey, event, options)
        : promise.then((functions) => functions.invoke(functionKey, event, options));
    },
    stream(functionKey, event, options) {
      return bound
        ? bound.stream(functionKey, event, options)
        : promise.then((functions) => functions.stream(functionKey, event, options));
    },
    warm: async () => (await promise).warm(),
    close: async () => bound?.close(),
  };
}
