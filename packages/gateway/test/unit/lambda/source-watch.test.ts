// A change of a source is told at once, and nothing else is.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { createSourceWatch } from "../../../src/lambda/source-watch.ts";
import { folderWith, write } from "./function-fixture.ts";

test("a file followed that is written or replaced is told, its neighbours are not", async () => {
  const folder = await folderWith({ "a/one.ts": "1", "a/other.txt": "1", "b/two.ts": "1" });
  let calls = 0;
  const watch = createSourceWatch(async () => {
    calls += 1;
  });
  onTestFinished(() => watch.close());
  watch.follow([join(folder, "a/one.ts"), join(folder, "gone/none.ts")]);
  await write(folder, { "a/one.ts": "2" });
  await expect.poll(() => calls).toBe(1);
  await write(folder, { "a/other.txt": "2", "b/two.ts": "2" });
  await sleep(100);
  expect(calls).toBe(1);

  watch.follow([join(folder, "b/two.ts")]);
  await write(folder, { "a/one.ts": "3", "b/draft": "3" });
  await sleep(100);
  expect(calls).toBe(1);
  await rename(join(folder, "b/draft"), join(folder, "b/two.ts"));
  await expect.poll(() => calls).toBe(2);

  watch.close();
  await write(folder, { "b/two.ts": "4" });
  await sleep(100);
  expect(calls).toBe(2);
});
