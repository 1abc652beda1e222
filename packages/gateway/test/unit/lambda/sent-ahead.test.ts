// Events are sent ahead to a thread that is in another; none of them waits there for long, or twice.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { beginsIn, createClaims } from "../../../src/lambda/claims.ts";
import { folderWith, lambda, run } from "./function-fixture.ts";

const source = `
  import { existsSync } from "node:fs";
  import { setTimeout as sleep } from "node:timers/promises";
  import { threadId } from "node:worker_threads";
  const runs = [];
  export const work = async (event) => {
    runs.push(event.n);
    if (event.how === "blocks") while (!existsSync(event.until));
    if (event.how === "waits") console.log("waits");
    if (event.how === "waits") while (!existsSync(event.until)) await sleep(5);
    if (event.how === "dies") process.exit(7);
    if (event.how === "tells") return runs;
    return { threadId, n: event.n };
  };`;

async function warmed() {
  const running = await run(await folderWith({ "a.mjs": source }), [lambda("work", "a.work")]);
  for (let n = 0; n < 60; n += 1) await running.invoke("work", { n: -1 });
  return running;
}

test("an event either begins or is taken back, never both", () => {
  const claims = createClaims();
  const mayBegin = beginsIn(claims.shared);
  const [first, second] = [claims.next(), claims.next()];
  expect(mayBegin(first)).toBe(true);
  expect(claims.recall(first)).toBe(false);
  expect(claims.recall(second)).toBe(true);
  expect(mayBegin(second)).toBe(false);
  for (let n = 0; n < 1_000; n += 1) expect(mayBegin(claims.next())).toBe(true);
});

test.each(["blocks", "waits"])("what was sent ahead does not wait behind one that %s", async (how) => {
  const { result, folder } = await warmed();
  const until = join(folder, "until");
  const slow = result("work", { n: 0, how, until });
  const others = Array.from({ length: 12 }, (_, n) => result("work", { n: n + 1 }));
  await Promise.all(others); // for ever, if they waited behind it
  await writeFile(until, "");
  expect(await slow).toMatchObject({ n: 0 });
});

/** A function with two environments, both without an event. */
async function warmedTwice() {
  const running = await warmed();
  const until = join(running.folder, "first");
  const both = [0, 1].map(() => running.result("work", { how: "waits", until }));
  while (running.printed.length < 2) await wait(5); // each in an environment of its own
  await writeFile(until, "");
  const threads = await Promise.all(both);
  for (let n = 0; n < 60; n += 1) await running.invoke("work", { n: -1 });
  return { ...running, threads: threads.map(threadOf) };
}

const threadOf = (result: unknown): number => (result as { readonly threadId: number }).threadId;

test("short events that come together are sent behind one another, and wake no second thread", async () => {
  const { result, threads } = await warmedTwice();
  expect(new Set(threads).size).toBe(2);
  // a thread that waits for a core seems slow, and then is given nothing more: not every time
  for (let attempt = 0; ; attempt += 1) {
    const all = await Promise.all(Array.from({ length: 4 }, (_, n) => result("work", { n })));
    if (new Set(all.map(threadOf)).size === 1) break;
    expect(attempt).toBeLessThan(100);
  }
});

test("what was sent behind a slow one is taken back for an environment that has nothing to do", async () => {
  const { result, folder, threads } = await warmedTwice();
  const until = join(folder, "until");
  const slow = result("work", { n: 0, how: "blocks", until });
  const others = await Promise.all(Array.from({ length: 4 }, (_, n) => result("work", { n: n + 1 })));
  await writeFile(until, "");
  const busy = threadOf(await slow);
  expect(threads).toContain(busy);
  for (const other of others) {
    expect(threadOf(other)).not.toBe(busy);
    expect(threads).toContain(threadOf(other)); // no third one was started
  }
});

test("what was sent ahead to an environment that dies is run by another, once each", async () => {
  const { invoke } = await warmed();
  const all = [
    invoke("work", { n: 0, how: "dies" }),
    ...Array.from({ length: 12 }, (_, n) => invoke("work", { n })),
  ];
  const kinds = (await Promise.all(all)).map((one) => one.kind);
  expect(kinds).toEqual(["failed", ...Array.from({ length: 12 }, () => "returned")]);
});

test("one whose caller has gone while it was ahead is not run", async () => {
  const { functions, result, folder } = await warmed();
  const until = join(folder, "until");
  const slow = result("work", { n: 0, how: "blocks", until });
  const gone = functions.invoke("work", { n: 99 }, { timeoutMs: 3 });
  expect(await gone).toEqual({ kind: "timed-out" });
  await writeFile(until, "");
  await slow;
  await wait(50);
  const seen = await Promise.all(Array.from({ length: 4 }, () => result("work", { n: 1, how: "tells" })));
  expect(seen.flat()).not.toContain(99);
});
