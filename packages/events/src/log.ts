// Where errors that nobody expected are written, whole and once.

/** Takes errors that are not meant for the caller. A Powertools logger fits. */
export interface ErrorLog {
  error(message: string, error: Error): void;
}

/** Writes to the function's log by the console of the moment. */
export const consoleLog: ErrorLog = {
  error(message, error) {
    console.error(message, error);
  },
};

/** Anything thrown, as an error: a thrown string or object keeps its words as the message. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`Something that is not an error was thrown: ${inWords(thrown)}`, { cause: thrown });
}

function inWords(thrown: unknown): string {
  try {
    return typeof thrown === "string" ? thrown : (JSON.stringify(thrown) ?? typeof thrown);
  } catch {
    return "an object that cannot be shown";
  }
}
