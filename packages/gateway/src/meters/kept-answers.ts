// Answers kept for a time: what an authorizer said, until its TTL ends.
import type { Clock } from "../ports.ts";

/** Values by key, each for its own time. Lives in memory only. */
export interface KeptAnswers<T> {
  /** How many there are, those included whose time is over and that nobody asked for since. */
  readonly size: number;
  read(key: string): T | undefined;
  keep(key: string, value: T, seconds: number): void;
}

/** Creates a store that holds at most `most` values; the oldest makes room. */
export function createKeptAnswers<T>(clock: Clock, most: number = 10_000): KeptAnswers<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>();
  return {
    get size() {
      return kept.size;
    },
    read(key) {
      const entry = kept.get(key);
      if (entry && clock.now() < entry.until) return entry.value;
      kept.delete(key);
      return undefined;
    },
    keep(key, value, seconds) {
      kept.delete(key);
      kept.set(key, { value, until: clock.now() + seconds * 1000 });
      const oldest = kept.size > most ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
    },
  };
}
