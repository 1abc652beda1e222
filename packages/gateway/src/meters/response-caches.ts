// The caches of all stages of an API, by name; made when first needed.
import type { Clock } from "../ports.ts";
import { createResponseCache, type ResponseCache } from "./response-cache.ts";

/** Caches by name. */
export interface ResponseCaches {
  /** The cache of that name, of `gigabytes` or less. */
  of(name: string, gigabytes: number): ResponseCache;
  /** Forgets what the cache of that name keeps, or all of them. Returns how many answers there were. */
  flush(name?: string): number;
  readonly list: () => readonly { readonly name: string; readonly bytes: number }[];
}

/** So much of this machine's memory a stage's cache takes at most, however large the definition says it is. */
const defaultMost = 256 * 1024 * 1024;

/** Creates an API's caches; each holds at most `most` bytes. */
export function createResponseCaches(clock: Clock, most: number = defaultMost): ResponseCaches {
  const caches = new Map<string, ResponseCache>();
  return {
    of(name, gigabytes) {
      const found = caches.get(name);
      if (found) return found;
      const made = createResponseCache(clock, Math.min(most, gigabytes * 1024 ** 3));
      caches.set(name, made);
      return made;
    },
    flush(name) {
      const meant = name === undefined ? [...caches.values()] : [caches.get(name)];
      return meant.reduce((sum, cache) => sum + (cache?.flush() ?? 0), 0);
    },
    list: () => [...caches].map(([name, cache]) => ({ name, bytes: cache.bytes() })),
  };
}
