// How fast, how many at once, and who is left out: rates, slots, everyone, the connection that is being made.
import { describe, expect, it } from "vitest";
import { broadcast, memoryPoster, memoryRegistry, postRate } from "../../../src/index.ts";
import { startPace } from "../../../src/broadcast/pace.ts";
import { createSlots } from "../../../src/broadcast/slots.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

async function openRoom(count: number) {
  const registry = memoryRegistry();
  for (let at = 0; at < count; at += 1) {
    await registry.connect({
      connectionId: `c${at}`,
      endpoint,
      userId: "ada",
      connectedAt: Date.now() - 60_000,
    });
    await registry.join(`c${at}`, "lobby");
  }
  return registry;
}

/** Keeps this thread from everything else, as a machine does that has no time for it. */
function starve(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

describe("the time of a broadcast", () => {
  it("is up after a pause that the process slept through, grace or not", async () => {
    const pace = startPace({ deadline: Date.now() + 200 }, 10_000);
    const rested = pace.rest(0);
    starve(300);
    expect(await rested).toBe(false);
    expect(pace.signal.aborted).toBe(false);
    pace.stop();
  });

  it("is up for whoever gets a slot back too late", async () => {
    const registry = await openRoom(1);
    const poster = memoryPoster({ answer: () => ({ kind: "throttled" }) });
    const rate = { take: () => void (tries += 1) };
    let tries = 0;
    const deadline = Date.now() + 150;
    const broadcasting = broadcast({ registry, poster }, { room: "lobby" }, "x", { deadline, rate });
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = tries;
    starve(300);
    expect((await broadcasting).throttled).toHaveLength(1);
    expect(tries).toBe(before);
  });
});

describe("postRate", () => {
  it("lets a burst through and then no more than its rate", async () => {
    const rate = postRate({ perSecond: 200, burst: 10 });
    const begun = performance.now();
    const waits = Array.from({ length: 40 }, () => rate.take());
    expect(waits.filter((wait) => wait === undefined)).toHaveLength(10);
    await Promise.all(waits.filter((wait) => wait !== undefined));
    // thirty more at 200 a second; a fast clock could only make it longer
    expect(performance.now() - begun).toBeGreaterThan(130);
  });

  it("is shared by broadcasts, tries again included", async () => {
    let taken = 0;
    const rate = { take: () => void (taken += 1) };
    const registry = await openRoom(3);
    let throttle = 2;
    const poster = memoryPoster({ answer: () => ((throttle -= 1) >= 0 ? { kind: "throttled" } : undefined) });
    await broadcast({ registry, poster }, { room: "lobby" }, "x", { rate });
    await broadcast({ registry, poster }, { room: "lobby" }, "x", { rate });
    expect(taken).toBe(3 + 2 + 3);
  });
});

describe("slots", () => {
  it("are left by whoever rests, so that slow ones do not hold up the others", async () => {
    const registry = await openRoom(60);
    let open = false;
    const order: string[] = [];
    const poster = memoryPoster({
      answer({ connectionId }) {
        if (!open && ["c0", "c1", "c10"].includes(connectionId)) return { kind: "throttled" };
        order.push(connectionId);
        if (order.length === 57) open = true;
        return undefined;
      },
    });
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", { concurrency: 2 });
    expect(tally.delivered).toBe(60);
    expect(order.slice(57).sort()).toEqual(["c0", "c1", "c10"]);
  });

  it("go to those who come back first", async () => {
    const slots = createSlots(1);
    expect(slots.take()).toBeUndefined();
    const order: string[] = [];
    const rested = slots.aside(async () => undefined).then(() => void order.push("back"));
    const second = slots.take();
    const third = slots.take()?.then(() => void order.push("third"));
    await second;
    order.push("second");
    slots.give();
    await rested;
    slots.give();
    await third;
    expect(order).toEqual(["second", "back", "third"]);
  });
});

describe("audiences", () => {
  it("may be everyone", async () => {
    const registry = await openRoom(4);
    await registry.connect({ connectionId: "alone", endpoint, userId: "grace" });
    const poster = memoryPoster();
    const tally = await broadcast({ registry, poster }, { everyone: true }, "x", { except: ["c1"] });
    expect(tally.delivered).toBe(4);
    expect(poster.textsTo("alone")).toEqual(["x"]);
  });

  it("leave out the connection that is being made, and say why it cannot be named", async () => {
    const registry = await openRoom(3);
    const poster = memoryPoster();
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", { connecting: "c1" });
    expect(tally.delivered).toBe(2);
    const named = broadcast({ registry, poster }, { connections: ["c1"] }, "x", { connecting: "c1" });
    await expect(named).rejects.toMatchObject({ code: "POST_IN_CONNECT", facts: { connectionId: "c1" } });
    await expect(named).rejects.toThrow(/until then API Gateway answers 410/);
  });
});
