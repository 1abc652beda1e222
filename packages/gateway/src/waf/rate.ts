// How many requests came from one address lately.
import type { Clock } from "../ports.ts";

/** Counts one request, and says whether the address is now over its limit. */
export type RateCount = (address: string) => boolean;

const slots = 10;
/** AWS WAF counts as many addresses at most. */
const mostAddresses = 10_000;

/**
 * Counts requests within a moving window, to a tenth of it.
 *
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html
 */
export function createRateCount(clock: Clock, limit: number, windowSeconds: number): RateCount {
  const slotMs = (windowSeconds * 1000) / slots;
  const counts = new Map<string, Map<number, number>>();
  return (address) => {
    const now = Math.floor(clock.now() / slotMs);
    const bySlot = counts.get(address) ?? new Map<number, number>();
    counts.delete(address);
    counts.set(address, bySlot);
    const oldest = counts.size > mostAddresses ? counts.keys().next().value : undefined;
    if (oldest !== undefined) counts.delete(oldest);
    bySlot.set(now, (bySlot.get(now) ?? 0) + 1);
    let sum = 0;
    for (const [slot, count] of bySlot) {
      if (slot <= now - slots) bySlot.delete(slot);
      else sum += count;
    }
    return sum > limit;
  };
}
