// What may be used once: assertions, request ids.

/** Remembers names for a time. `memoryOnce()` in tests, `dynamoOnce()` of `@gatewright/authorizer/dynamodb` on AWS. */
export interface OnceStore {
  /** Claims a name until a moment (seconds since the epoch): of any number of callers, one is told `true`. */
  claim(name: string, until: number): Promise<boolean>;
  /** Gives a claimed name back, once: `true` for the one caller that got it. */
  redeem(name: string): Promise<boolean>;
}

/** Names in memory: the twin for tests. */
export function memoryOnce(now: () => number = Date.now): OnceStore {
  const names = new Map<string, number>();
  const isHeld = (name: string): boolean => (names.get(name) ?? 0) * 1000 > now();
  return {
    async claim(name, until) {
      if (isHeld(name)) return false;
      names.set(name, until);
      return true;
    },
    async redeem(name) {
      const held = isHeld(name);
      names.delete(name);
      return held;
    },
  };
}
