// Quotas: how many requests may come in a day, a week or a month.
import type { Clock } from "../ports.ts";

/** Requests allowed in each period; `offset` is taken off the first period. */
export interface QuotaSize {
  readonly limit: number;
  readonly offset: number;
  readonly period: "DAY" | "WEEK" | "MONTH";
}

/** Counters by key. */
export interface Quotas {
  /** Counts one request; `false`, and nothing counted, when the period's requests are used up. */
  take(key: string, size: QuotaSize): boolean;
}

/**
 * Creates quota counters that live as long as the gateway; the first period is the one that it starts in.
 *
 * Periods begin at 00:00 UTC: of the day, of Monday, of the first of the month.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
 */
export function createQuotas(clock: Clock): Quotas {
  const born = clock.now();
  const counts = new Map<string, { used: number; from: number }>();
  return {
    take(key, { limit, offset, period }) {
      const from = startOf(period, clock.now());
      const kept = counts.get(key);
      const used = kept?.from === from ? kept.used : 0;
      const allowed = from === startOf(period, born) ? limit - offset : limit;
      if (used >= allowed) return false;
      counts.set(key, { used: used + 1, from });
      return true;
    },
  };
}

function startOf(period: QuotaSize["period"], at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (period === "MONTH") return Date.UTC(year, month, 1);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return Date.UTC(year, month, period === "WEEK" ? day - sinceMonday : day);
}
