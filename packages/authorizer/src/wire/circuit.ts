// A circuit breaker: a service that fails again and again is left alone for a while.

/** Whether calls go out. */
export interface Circuit {
  /** Whether a call may be made now. After the pause one call is let through to see. */
  mayCall(): boolean;
  succeeded(): void;
  failed(): void;
}

/** When it opens, and for how long. */
export interface CircuitOptions {
  /** Failures in a row. @default 5 */
  readonly failures?: number;
  /** @default 10 */
  readonly pauseSeconds?: number;
}

/** Creates a closed circuit. */
export function createCircuit(now: () => number, options: CircuitOptions = {}): Circuit {
  const { failures: most = 5, pauseSeconds = 10 } = options;
  let failures = 0;
  let closedUntil = 0;
  return {
    mayCall() {
      if (failures < most) return true;
      if (now() < closedUntil) return false;
      closedUntil = now() + pauseSeconds * 1000; // this call sees; the others wait for what it finds
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures += 1;
      closedUntil = now() + pauseSeconds * 1000;
    },
  };
}
