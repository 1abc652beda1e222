// The port of a meter: how many messages somebody has sent in the time that runs now.
import { assertName } from "../registry/entry.ts";

/** So many messages in so long. */
export interface MessageRate {
  readonly messages: number;
  readonly perMs: number;
}

/** What a meter says to one more message. */
export interface Metered {
  readonly allowed: boolean;
  /** When it may be tried again, in milliseconds from now; 0 where it is allowed. */
  readonly retryAfterMs: number;
}

/** Counts messages by name, in windows of fixed length. `memoryMeter` and `dynamoMeter` behave the same. */
export interface Meter {
  take(name: string, rate: MessageRate): Promise<Metered>;
}

/** The window that runs at a moment. */
export function toWindow(
  now: number,
  { perMs }: MessageRate,
): { readonly start: number; readonly end: number } {
  const start = Math.floor(now / perMs) * perMs;
  return { start, end: start + perMs };
}

/**
 * Counts in this process: exact for one, and an upper bound for each of several Lambda environments. Costs nothing.
 */
export function memoryMeter({ now = Date.now }: { readonly now?: () => number } = {}): Meter {
  const counts = new Map<string, { count: number; end: number }>();
  let sweepAt = 0;
  const sweep = (): void => {
    if (now() < sweepAt) return;
    for (const [key, { end }] of counts) if (end <= now()) counts.delete(key);
    sweepAt = now() + 60_000;
  };
  return {
    async take(name, rate) {
      assertName("name", name);
      sweep();
      const { end } = toWindow(now(), rate);
      const known = counts.get(name);
      const row = known && known.end === end ? known : { count: 0, end };
      if (row.count >= rate.messages) return { allowed: false, retryAfterMs: end - now() };
      row.count += 1;
      counts.set(name, row);
      return { allowed: true, retryAfterMs: 0 };
    },
  };
}
