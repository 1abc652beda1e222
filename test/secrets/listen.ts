// Hears what a method is given, without changing what it does.
import { noteOutput } from "./note.ts";

/** Calls `tell` with the arguments of every call of a method, which goes on as before. */
export function listen<Name extends string>(
  to: Record<Name, (...given: never[]) => unknown>,
  name: Name,
  tell: (given: readonly unknown[], self: unknown) => void,
): void {
  const original = to[name] as (...given: unknown[]) => unknown; // called with what it was given
  to[name] = function (this: unknown, ...given: unknown[]) {
    const result = original.apply(this, given);
    tell(given, this);
    return result;
  };
}

/** For `write` and `push` of streams: writes the chunk down. */
export function writeDown([chunk]: readonly unknown[]): void {
  if (typeof chunk === "string" || chunk instanceof Uint8Array) noteOutput(chunk);
}
