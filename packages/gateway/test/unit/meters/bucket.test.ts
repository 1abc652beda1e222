import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createBuckets } from "../../../src/meters/bucket.ts";

describe("a bucket", () => {
  test("lets a burst through, then the rate", () => {
    const clock = manualClock();
    const buckets = createBuckets(clock);
    const take = () => buckets.take("key", { rateLimit: 5, burstLimit: 3 });
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    clock.advance(199);
    expect(take()).toBe(false);
    clock.advance(1);
    expect([take(), take()]).toEqual([true, false]);
    clock.advance(3_600_000);
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });

  test("belongs to its key", () => {
    const buckets = createBuckets(manualClock());
    const size = { rateLimit: 1, burstLimit: 1 };
    expect([buckets.take("a", size), buckets.take("b", size), buckets.take("a", size)]).toEqual([
      true,
      true,
      false,
    ]);
  });

  test("of size 0 blocks all, and below 0 blocks nothing", () => {
    const buckets = createBuckets(manualClock());
    expect(buckets.take("a", { rateLimit: 0, burstLimit: 0 })).toBe(false);
    expect(buckets.take("b", { rateLimit: -1, burstLimit: -1 })).toBe(true);
  });
});

test("agrees with a model that refills millisecond by millisecond", () => {
  const step = fc.oneof(fc.constant("take" as const), fc.integer({ min: 0, max: 700 }));
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 5 }),
      fc.array(step),
      (rate, burst, steps) => {
        const clock = manualClock();
        const buckets = createBuckets(clock);
        let thousandths = burst * 1000;
        for (const one of steps) {
          if (one === "take") {
            const allowed = thousandths >= 1000;
            if (allowed) thousandths -= 1000;
            expect(buckets.take("k", { rateLimit: rate, burstLimit: burst })).toBe(allowed);
            continue;
          }
          clock.advance(one);
          for (let ms = 0; ms < one; ms += 1) thousandths = Math.min(burst * 1000, thousandths + rate);
        }
      },
    ),
  );
});
