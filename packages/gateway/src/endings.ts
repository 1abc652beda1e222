// What was started, ended in reverse: once, all of it, even where one part fails to end.

/** A stack of things to end. */
export interface Endings {
  /** Remembers how to end something that has just been started, and hands it back. */
  add<Part extends { close(): Promise<void> }>(part: Part): Part;
  /** Ends everything, the last first. A second call waits for the first. */
  close(): Promise<void>;
}

/** Starts an empty stack. `close` rejects with the first error after everything has been tried. */
export function createEndings(): Endings {
  const parts: { close(): Promise<void> }[] = [];
  let closing: Promise<void> | undefined;
  const closeAll = async (): Promise<void> => {
    const errors: unknown[] = [];
    for (const part of parts.toReversed()) {
      await part.close().catch((error: unknown) => errors.push(error));
    }
    if (errors.length > 0) throw errors[0];
  };
  return {
    add(part) {
      parts.push(part);
      return part;
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
