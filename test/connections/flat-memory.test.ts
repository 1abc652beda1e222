// Ten thousand in one room: no more memory than one thousand, and ten times the time.
import { fork } from "node:child_process";
import { once } from "node:events";
import { expect, it } from "vitest";

interface Measured {
  readonly times: { readonly small: number; readonly large: number };
  readonly peaks: { readonly small: number; readonly large: number };
}

it("holds a page of a room and not the room, and takes time by its size", async () => {
  const child = fork(new URL("broadcast-meter.ts", import.meta.url), {
    execArgv: ["--conditions=@gatewright/source", "--expose-gc"],
  });
  const [{ times, peaks }] = (await once(child, "message")) as [Measured];
  expect(peaks.large - peaks.small).toBeLessThan(20 * 1_048_576);
  // ten times as many: in ten times the time, give or take what a busy machine does
  expect(times.large / times.small).toBeLessThan(20);
  expect(times.large / times.small).toBeGreaterThan(4);
});
