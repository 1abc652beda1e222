import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { createResponseCache } from "../../../src/meters/response-cache.ts";
import { createResponseCaches } from "../../../src/meters/response-caches.ts";

const answer = (body: string) => ({ status: 200, headers: [["A", "é"]] as const, body: Buffer.from(body) });
const plain = { seconds: 300, isEncrypted: false };

describe.each([false, true])("a cache, encrypted: %s", (isEncrypted) => {
  test("keeps an answer for its time", () => {
    const clock = manualClock();
    const cache = createResponseCache(clock, 10_000);
    cache.keep("k", answer("hello"), { seconds: 2, isEncrypted });
    clock.advance(1999);
    expect(cache.read("k")).toEqual(answer("hello"));
    clock.advance(1);
    expect([cache.read("k"), cache.bytes()]).toEqual([undefined, 0]);
  });

  test("keeps no answer that is larger than all of it", () => {
    const cache = createResponseCache(manualClock(), 1000);
    cache.keep("k", answer("x".repeat(1000)), { seconds: 2, isEncrypted });
    expect([cache.read("k"), cache.bytes()]).toEqual([undefined, 0]);
  });
});

test("the least recently used makes room", () => {
  const cache = createResponseCache(manualClock(), 1000);
  cache.keep("a", answer("x".repeat(150)), plain);
  cache.keep("b", answer("x".repeat(150)), plain);
  cache.read("a");
  cache.keep("c", answer("x".repeat(150)), plain);
  expect(["a", "b", "c"].map((key) => cache.read(key) !== undefined)).toEqual([true, false, true]);
});

test("flushing forgets all and says how much", () => {
  const caches = createResponseCaches(manualClock());
  caches.of("dev", 0.5).keep("a", answer(""), plain);
  caches.of("dev/Canary", 0.5).keep("a", answer(""), plain);
  expect([caches.flush("dev"), caches.flush("none"), caches.flush()]).toEqual([1, 0, 1]);
  expect(caches.list().map(({ bytes }) => bytes)).toEqual([0, 0]);
});

test("a stage's size is capped by this machine's", () => {
  const caches = createResponseCaches(manualClock(), 500);
  const cache = caches.of("dev", 237);
  cache.keep("a", answer("x".repeat(400)), plain);
  expect(cache.read("a")).toBeUndefined();
});

test("never holds more than it may, and agrees with a model that forgets in order of use", () => {
  const step = fc.record({
    key: fc.constantFrom("a", "b", "c", "d", "e"),
    size: fc.integer({ min: 0, max: 300 }),
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(step, fc.constantFrom("a", "b", "c", "d", "e"))), (steps) => {
      const cache = createResponseCache(manualClock(), 1000);
      let model: { key: string; bytes: number }[] = [];
      for (const one of steps) {
        if (typeof one === "string") {
          const found = model.find(({ key }) => key === one);
          expect(cache.read(one) !== undefined).toBe(found !== undefined);
          if (found) model = [...model.filter((entry) => entry !== found), found];
          continue;
        }
        cache.keep(one.key, answer("x".repeat(one.size)), plain);
        const bytes = 200 + 2 + 4 + one.size;
        model = [...model.filter(({ key }) => key !== one.key), { key: one.key, bytes }];
        while (model.reduce((sum, entry) => sum + entry.bytes, 0) > 1000) model.shift();
        expect(cache.bytes()).toBe(model.reduce((sum, entry) => sum + entry.bytes, 0));
        expect(cache.bytes()).toBeLessThanOrEqual(1000);
      }
    }),
  );
});
