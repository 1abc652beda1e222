import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createUsage } from "../../../src/meters/usage.ts";

const day = 86_400_000;
const client = { planId: "plan", keyId: "key" };

describe("a quota", () => {
  test("counts down, less the offset in the first period", () => {
    const clock = manualClock(Date.UTC(2026, 0, 1, 23, 59, 59, 999));
    const usage = createUsage(clock);
    const take = () => usage.take(client, { limit: 3, offset: 1, period: "DAY" });
    expect([take(), take(), take()]).toEqual([true, true, false]);
    clock.advance(1);
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });

  test.each([
    ["DAY", Date.UTC(2026, 1, 28, 12), Date.UTC(2026, 2, 1)],
    ["WEEK", Date.UTC(2026, 10, 21, 12), Date.UTC(2026, 10, 23)],
    ["MONTH", Date.UTC(2028, 1, 1), Date.UTC(2028, 2, 1)],
  ] as const)("begins anew with the %s", (period, start, next) => {
    const clock = manualClock(start);
    const usage = createUsage(clock);
    const take = () => usage.take(client, { limit: 1, offset: 0, period });
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(next - start - 1);
    expect(take()).toBe(false);
    clock.advance(1);
    expect([take(), take()]).toEqual([true, false]);
  });
});

describe("what a client used", () => {
  const quota = { limit: 5, offset: 1, period: "WEEK" } as const;

  test("is known by the day, with what was left", () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 12)); // a Friday
    const usage = createUsage(clock);
    usage.take(client, quota);
    usage.take(client, quota);
    clock.advance(day);
    usage.take(client, quota);
    clock.advance(2 * day);
    usage.take(client, quota);
    const from = Date.UTC(2026, 10, 20);
    const days = [0, 1, 2, 3].map((after) => usage.dayOf(client, quota, from + after * day));
    expect(days).toEqual([
      [2, 2],
      [1, 1],
      [0, 1],
      [1, 4],
    ]);
  });

  test("is counted where there is no quota, too", () => {
    const clock = manualClock();
    const usage = createUsage(clock);
    expect([usage.take(client, undefined), usage.take(client, undefined)]).toEqual([true, true]);
    expect(usage.dayOf(client, undefined, clock.now())).toEqual([2, 0]);
  });

  test("outlives a restart, with the first period's offset", () => {
    const clock = manualClock(Date.UTC(2026, 10, 20, 12));
    const before = createUsage(clock);
    for (let count = 0; count < 3; count += 1) before.take(client, quota);
    const after = createUsage(clock, JSON.parse(JSON.stringify(before.kept())));
    expect([after.take(client, quota), after.take(client, quota)]).toEqual([true, false]);
    clock.advance(3 * day); // Monday
    expect(Array.from({ length: 6 }, () => after.take(client, quota))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

test("agrees with a model that keeps every request", () => {
  const period = fc.constantFrom("DAY", "WEEK", "MONTH");
  const waits = fc.array(fc.integer({ min: 0, max: 3 * day }), { maxLength: 60 });
  fc.assert(
    fc.property(
      period,
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 0, max: 3 }),
      waits,
      (name, limit, offset, all) => {
        const clock = manualClock();
        const usage = createUsage(clock);
        const first = periodOf(name, clock.now());
        const granted: string[] = [];
        for (const wait of all) {
          clock.advance(wait);
          const now = periodOf(name, clock.now());
          const used = granted.filter((of) => of === now).length;
          const allowed = used < limit - (now === first ? offset : 0);
          expect(usage.take(client, { limit, offset, period: name })).toBe(allowed);
          if (allowed) granted.push(now);
        }
      },
    ),
  );
});

/** The period by name: ISO date of the day, of the week's Monday, or the month. */
function periodOf(name: "DAY" | "WEEK" | "MONTH", at: number): string {
  if (name === "MONTH") return new Date(at).toISOString().slice(0, 7);
  let monday = at;
  if (name === "WEEK") while (new Date(monday).getUTCDay() !== 1) monday -= day;
  return new Date(monday).toISOString().slice(0, 10);
}
