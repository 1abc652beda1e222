// One timer for all calls: who is over ends, who is not goes on.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { budgetMs, startBudget, stopBudget, TimeOver, withinBudget } from "../../src/time-budget.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.runAllTimers();
  vi.useRealTimers();
});

describe("startBudget", () => {
  it("ends each call at its own time, whatever the order", () => {
    const over: string[] = [];
    startBudget(300, () => over.push("late"));
    startBudget(100, () => over.push("early"));
    const stop = startBudget(200, () => over.push("stopped"));
    stopBudget(stop);
    vi.advanceTimersByTime(99);
    expect(over).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(over).toEqual(["early"]);
    vi.advanceTimersByTime(200);
    expect(over).toEqual(["early", "late"]);
  });

  it("needs one timer for calls that end one after the other", () => {
    for (let call = 0; call < 100; call += 1) stopBudget(startBudget(1000 + call, () => {}));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(2000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("never ends what has all time", () => {
    startBudget(Infinity, () => {});
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("withinBudget", () => {
  it("hands on the value or the error of the work", async () => {
    await expect(withinBudget(Promise.resolve(1), 10, () => {})).resolves.toBe(1);
    await expect(withinBudget(Promise.reject(new Error("no")), 10, () => {})).rejects.toThrow("no");
  });

  it("rejects when the time is over, and says so first", async () => {
    const heard: unknown[] = [];
    const work = withinBudget(new Promise(() => {}), 10, (over) => heard.push(over));
    const refused = expect(work).rejects.toThrow(TimeOver);
    vi.advanceTimersByTime(10);
    await refused;
    expect(heard).toHaveLength(1);
  });

  it("ignores what the work does afterwards", async () => {
    let fail: ((error: Error) => void) | undefined;
    const work = withinBudget(new Promise((_resolve, reject) => (fail = reject)), 10, () => {});
    const refused = expect(work).rejects.toThrow(TimeOver);
    vi.advanceTimersByTime(10);
    fail?.(new Error("too late"));
    await refused;
  });
});

describe("budgetMs", () => {
  it("is the shorter of what the other side waits and what Lambda leaves, less a margin", () => {
    const lambda = (ms: number): { getRemainingTimeInMillis: () => number } => ({
      getRemainingTimeInMillis: () => ms,
    });
    expect(budgetMs(undefined, 29_000)).toBe(28_800);
    expect(budgetMs(lambda(10_000), 29_000)).toBe(9800);
    expect(budgetMs(lambda(60_000), 29_000)).toBe(28_800);
    expect(budgetMs(lambda(100), 29_000)).toBe(0);
    expect(budgetMs(lambda(60_000), Infinity)).toBe(59_800);
    expect(budgetMs({ getRemainingTimeInMillis: 7 }, 29_000)).toBe(28_800);
  });
});
