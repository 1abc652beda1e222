// Events are sent ahead to a thread that is in another; none of them waits there for long, or twice.
import { setTimeout as wait } from "node:timers/promises";
import { expect, test } from "vitest";
import { beginsIn, createClaims } from "../../../src/lambda/claims.ts";
import { folderWith, lambda, run } from "./function-fixture.ts";

const source = `
  import { threadId } from "node:worker_threads";
  const runs = [];
  export const work = async (event) => {
    runs.push(event.n);
    if (event.how === "blocks") { const end = Date.now() + 400; while (Date.now() < end); }
    if (event.how === "waits") await new Promise((resolve) => setTimeout(resolve, 400));
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
  const { result } = await warmed();
  const start = performance.now();
  const slow = result("work", { n: 0, how }).then(() => performance.now() - start);
  const others = Array.from({ length: 12 }, (_, n) =>
    result("work", { n: n + 1 }).then(() => performance.now() - start),
  );
  const last = Math.max(...(await Promise.all(others)));
  expect(last).toBeLessThan(await slow);
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
  const { functions, result } = await warmed();
  const slow = result("work", { n: 0, how: "blocks" });
  const gone = functions.invoke("work", { n: 99 }, { timeoutMs: 3 });
  expect(await gone).toEqual({ kind: "timed-out" });
  await slow;
  await wait(50);
  const seen = await Promise.all(Array.from({ length: 4 }, () => result("work", { n: 1, how: "tells" })));
  expect(seen.flat()).not.toContain(99);
});
