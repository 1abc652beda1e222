import { expect, test } from "vitest";
import { inlineFunctions } from "../../../src/integrations/inline-functions.ts";
import { manualClock } from "../../../src/manual-clock.ts";

const soon = { timeoutMs: 1_000 };

test("a handler gets its own copy of the event, and its result comes back as JSON", async () => {
  const event = { deep: { n: 1 } };
  const functions = inlineFunctions({
    echo: (given: typeof event) => {
      given.deep.n += 1;
      return given;
    },
    nothing: () => undefined,
  });
  expect(await functions.invoke("echo", event, soon)).toEqual({
    kind: "returned",
    payload: '{"deep":{"n":2}}',
  });
  expect(event.deep.n).toBe(1);
  expect(await functions.invoke("nothing", event, soon)).toEqual({ kind: "returned", payload: undefined });
});

test("what goes wrong is a kind of invocation", async () => {
  const functions = inlineFunctions({
    throws: () => {
      throw new TypeError("no");
    },
    loops: () => {
      const circle: Record<string, unknown> = {};
      circle["self"] = circle;
      return circle;
    },
    huge: () => "x".repeat(6_300_000),
  });
  expect(await functions.invoke("throws", {}, soon)).toEqual({
    kind: "failed",
    errorType: "TypeError",
    errorMessage: "no",
  });
  expect(await functions.invoke("loops", {}, soon)).toMatchObject({ kind: "failed", errorType: "TypeError" });
  expect(await functions.invoke("missing", {}, soon)).toMatchObject({ kind: "failed" });
  expect(await functions.invoke("constructor", {}, soon)).toMatchObject({ kind: "failed" });
  expect(await functions.invoke("huge", {}, soon)).toEqual({ kind: "too-large", which: "result" });
  expect(await functions.invoke("throws", "x".repeat(6_300_000), soon)).toEqual({
    kind: "too-large",
    which: "event",
  });
});

test("the caller's deadline runs on the clock", async () => {
  const clock = manualClock();
  const functions = inlineFunctions({ never: () => new Promise(() => {}) }, clock);
  const invocation = functions.invoke("never", {}, { timeoutMs: 29_000 });
  clock.advance(29_000);
  expect(await invocation).toEqual({ kind: "timed-out" });
});
