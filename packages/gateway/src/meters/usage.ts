// Who used how much of which usage plan, day by day: quotas are counted from it and reports are made of it.
import type { Clock } from "../ports.ts";

/** Requests allowed in each period; `offset` is taken off the first period. */
export interface QuotaSize {
  readonly limit: number;
  readonly offset: number;
  readonly period: "DAY" | "WEEK" | "MONTH";
}

/** A client of a usage plan. */
export interface Client {
  readonly planId: string;
  readonly keyId: string;
}

/** What outlives a run. Days are as in `2026-11-21`, in UTC. */
export interface KeptUsage {
  /** When each plan began, in milliseconds: its first period is the one around it. */
  readonly since: Readonly<Record<string, number>>;
  /** Requests by plan, key and day. */
  readonly days: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
}

/** Counters of all clients. */
export interface Usage {
  /** Counts one request; `false`, and nothing counted, when the period's requests are used up. */
  take(client: Client, quota: QuotaSize | undefined): boolean;
  /** How many requests a client made on a day that begins at `day`, and how many were left at its end. */
  dayOf(
    client: Client,
    quota: QuotaSize | undefined,
    day: number,
  ): readonly [used: number, remaining: number];
  /** Everything that is counted, as plain data. */
  readonly kept: () => KeptUsage;
  /** Moves on with each request that is counted. */
  readonly version: () => number;
}

interface Counter {
  readonly days: Map<number, number>;
  /** Of the period that begins at `from`. */
  used: number;
  from: number;
  period: QuotaSize["period"] | undefined;
}

/**
 * Counts on from what an earlier run kept.
 *
 * Periods begin at 00:00 UTC: of the day, of Monday, of the first of the month.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_QuotaSettings.html
 */
export function createUsage(clock: Clock, before?: KeptUsage): Usage {
  const since = new Map(Object.entries(before?.since ?? {}));
  const plans = new Map<string, Map<string, Counter>>();
  const born = clock.now();
  let version = 0;
  for (const [planId, keys] of Object.entries(before?.days ?? {})) {
    for (const [keyId, days] of Object.entries(keys)) restore(counterOf(plans, { planId, keyId }), days);
  }
  const allowed = (planId: string, quota: QuotaSize, from: number): number => {
    if (quota.offset === 0) return quota.limit;
    const isFirst = from === startOf(quota.period, since.get(planId) ?? born);
    return quota.limit - (isFirst ? quota.offset : 0);
  };
  return {
    take(client, quota) {
      const now = clock.now();
      if (!since.has(client.planId)) since.set(client.planId, born);
      const counter = counterOf(plans, client);
      if (quota) {
        settle(counter, quota.period, now);
        if (counter.used >= allowed(client.planId, quota, counter.from)) return false;
        counter.used += 1;
      }
      const day = startOf("DAY", now);
      counter.days.set(day, (counter.days.get(day) ?? 0) + 1);
      version += 1;
      return true;
    },
    dayOf(client, quota, day) {
      const counter = counterOf(plans, client);
      const used = counter.days.get(startOf("DAY", day)) ?? 0;
      if (!quota) return [used, 0];
      const from = startOf(quota.period, day);
      const before = sum(counter.days, from, day + dayMs);
      return [used, Math.max(0, allowed(client.planId, quota, from) - before)];
    },
    kept: () => ({ since: Object.fromEntries(since), days: toDays(plans) }),
    version: () => version,
  };
}

const dayMs = 86_400_000;

function counterOf(plans: Map<string, Map<string, Counter>>, { planId, keyId }: Client): Counter {
  const keys = plans.get(planId) ?? new Map<string, Counter>();
  plans.set(planId, keys);
  const counter = keys.get(keyId) ?? {
    days: new Map<number, number>(),
    used: 0,
    from: -1,
    period: undefined,
  };
  keys.set(keyId, counter);
  return counter;
}

/** Brings the counter to the period that a moment lies in. */
function settle(counter: Counter, period: QuotaSize["period"], now: number): void {
  const from = startOf(period, now);
  if (counter.from === from && counter.period === period) return;
  counter.from = from;
  counter.period = period;
  counter.used = sum(counter.days, from, Infinity);
}

function sum(days: ReadonlyMap<number, number>, from: number, to: number): number {
  return [...days].reduce((total, [day, used]) => (day >= from && day < to ? total + used : total), 0);
}

function restore(counter: Counter, days: Readonly<Record<string, number>>): void {
  for (const [day, used] of Object.entries(days)) counter.days.set(Date.parse(day), used);
}

function toDays(plans: ReadonlyMap<string, ReadonlyMap<string, Counter>>): KeptUsage["days"] {
  const keysOf = (keys: ReadonlyMap<string, Counter>) =>
    Object.fromEntries([...keys].map(([keyId, { days }]) => [keyId, daysOf(days)]));
  return Object.fromEntries([...plans].map(([planId, keys]) => [planId, keysOf(keys)]));
}

function daysOf(days: ReadonlyMap<number, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...days].map(([day, used]) => [toDate(day), used]));
}

/** A day as `2026-11-21`. */
export function toDate(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

function startOf(period: QuotaSize["period"], at: number): number {
  const today = Math.floor(at / dayMs) * dayMs;
  if (period === "DAY") return today;
  const known = starts[period];
  if (known.today === today) return known.start; // most requests share it with the one before
  starts[period] = { today, start: findStart(period, at) };
  return starts[period].start;
}

const starts = { WEEK: { today: Number.NaN, start: 0 }, MONTH: { today: Number.NaN, start: 0 } };

function findStart(period: "WEEK" | "MONTH", at: number): number {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (period === "MONTH") return Date.UTC(year, month, 1);
  return Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7));
}
