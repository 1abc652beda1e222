// How long to wait before the next connection: longer each time, and never the same for everybody.

/** How reconnecting slows down, in milliseconds. */
export interface Backoff {
  /** @default 500 */
  readonly firstMs?: number;
  /** @default 30000 */
  readonly longestMs?: number;
}

/** Between half and all of `firstMs`, twice that, four times …, at most `longestMs`. `attempt` counts from 1. */
export function toDelayMs(attempt: number, { firstMs = 500, longestMs = 30_000 }: Backoff = {}): number {
  const most = Math.min(longestMs, firstMs * 2 ** Math.min(attempt - 1, 30));
  return most / 2 + (Math.random() * most) / 2;
}
