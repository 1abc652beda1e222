// Who takes which event: one at a time, more environments when busy, fewer when not.
import { expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import { folderWith, lambda, run, type Running } from "./function-fixture.ts";

const source = `
  import { threadId } from "node:worker_threads";
  import { setTimeout as sleep } from "node:timers/promises";
  let inside = 0;
  let most = 0;
  export const work = async (ms: number) => {
    inside += 1;
    most = Math.max(most, inside);
    if (ms > 0) await sleep(ms);
    inside -= 1;
    return { threadId, most };
  };`;

type Seen = { readonly threadId: number; readonly most: number };

async function many({ result }: Running, count: number, ms: number): Promise<readonly Seen[]> {
  const all = await Promise.all(Array.from({ length: count }, () => result("work", ms)));
  return all as readonly Seen[];
}

const threads = (seen: readonly Seen[]): number => new Set(seen.map((one) => one.threadId)).size;

test("an environment runs one event at a time, and slow events get environments of their own", async () => {
  const running = await run(await folderWith({ "a.ts": source }), [lambda("work", "a.work")]);
  const seen = await many(running, 6, 600);
  expect(seen.map((one) => one.most)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(threads(seen)).toBeGreaterThan(3);
});

test("a burst of short events on a cold function does not start a thread for each", async () => {
  const running = await run(await folderWith({ "a.ts": source }), [lambda("work", "a.work")]);
  const seen = await many(running, 200, 0);
  expect(seen.every((one) => one.most === 1)).toBe(true);
  expect(threads(seen)).toBeLessThan(20);
});

test("over the reserved concurrency events are throttled, and taken again afterwards", async () => {
  const folder = await folderWith({ "a.ts": source });
  const list = [
    lambda("work", "a.work", { reservedConcurrency: 2 }),
    lambda("never", "a.work", { reservedConcurrency: 0 }),
  ];
  const { invoke, functions } = await run(folder, list);
  await functions.warm();
  const all = await Promise.all([invoke("work", 100), invoke("work", 100), invoke("work", 100)]);
  expect(all.map((one) => one.kind)).toEqual(["returned", "returned", "throttled"]);
  expect((await invoke("work", 0)).kind).toBe("returned");
  expect((await invoke("never", 0)).kind).toBe("throttled");
});

test("an event whose caller has gone while it waited is not run", async () => {
  const folder = await folderWith({
    "a.ts": `export const slow = async (n: number) => {
      console.log("run", n);
      if (n < 70) await new Promise((r) => setTimeout(r, 500));
    };`,
  });
  const { functions, result, printed } = await run(folder, [lambda("slow", "a.slow")]);
  await functions.warm();
  const all = Array.from({ length: 70 }, (_, n) => functions.invoke("slow", n, { timeoutMs: 100 }));
  expect(new Set((await Promise.all(all)).map((one) => one.kind))).toEqual(new Set(["timed-out"]));
  const started = printed.length;
  expect(started).toBeLessThan(64); // most still waited
  await result("slow", 70);
  expect(printed).toContain("[slow] stdout: run 70");
  expect(printed.length).toBeLessThan(70);
});

test("environments with nothing to do end after minutes, except one", async () => {
  const clock = manualClock();
  const folder = await folderWith({ "a.ts": source });
  const running = await run(folder, [lambda("work", "a.work")], { clock });
  const before = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
  const ports = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length - before;
  await running.functions.warm();
  const one = ports();
  expect(one).toBeGreaterThan(0);
  const busy = many(running, 4, 1000);
  const ticking = setInterval(() => clock.advance(25), 5);
  const seen = await busy;
  clearInterval(ticking);
  expect(threads(seen)).toBeGreaterThan(1);
  expect(ports()).toBeGreaterThan(one);
  clock.advance(1_000_000);
  await expect.poll(ports).toBe(one);
  expect(threads([...(await many(running, 1, 0)), ...seen])).toBe(threads(seen));
});
