import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createQuotas } from "../../../src/meters/quota.ts";

const day = 86_400_000;

describe("a quota", () => {
  test("counts down, less the offset in the first period", () => {
    const clock = manualClock(Date.UTC(2026, 0, 1, 23, 59, 59, 999));
    const quotas = createQuotas(clock);
    const take = () => quotas.take("key", { limit: 3, offset: 1, period: "DAY" });
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
    const quotas = createQuotas(clock);
    const take = () => quotas.take("key", { limit: 1, offset: 0, period });
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(next - start - 1);
    expect(take()).toBe(false);
    clock.advance(1);
    expect([take(), take()]).toEqual([true, false]);
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
        const quotas = createQuotas(clock);
        const first = periodOf(name, clock.now());
        const granted: string[] = [];
        for (const wait of all) {
          clock.advance(wait);
          const now = periodOf(name, clock.now());
          const used = granted.filter((of) => of === now).length;
          const allowed = used < limit - (now === first ? offset : 0);
          expect(quotas.take("k", { limit, offset, period: name })).toBe(allowed);
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
