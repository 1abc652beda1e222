// How many posts run at once: one that rests before its next try leaves its slot to others.

/** A bounded number of slots. */
export interface Slots {
  /** Takes a slot; what it returns must be waited for, `undefined` means that it was free. */
  take(): Promise<void> | undefined;
  give(): void;
  /** Leaves the slot while `rest` lasts and takes one again, before everybody who waits for a first one. */
  aside<Value>(rest: () => Promise<Value>): Promise<Value>;
}

/** As many may rest; beyond that no new ones are let in, so that memory stays flat. */
const restingAtMost = 1_000;

/** Makes `count` slots, at least one. */
export function createSlots(count: number): Slots {
  let free = Math.max(1, Math.floor(count));
  let resting = 0;
  const returning: (() => void)[] = [];
  const coming: (() => void)[] = [];

  const next = (): void => {
    while (free > 0) {
      const go = returning.shift() ?? (resting < restingAtMost ? coming.shift() : undefined);
      if (!go) return;
      free -= 1;
      go();
    }
  };
  const wait = (queue: (() => void)[]): Promise<void> => new Promise((resolve) => queue.push(resolve));
  const give = (): void => {
    free += 1;
    next();
  };
  return {
    take() {
      if (free === 0 || resting >= restingAtMost) return wait(coming);
      free -= 1;
      return undefined;
    },
    give,
    async aside(rest) {
      resting += 1;
      give();
      const value = await rest();
      resting -= 1;
      const back = wait(returning);
      next();
      await back;
      return value;
    },
  };
}
