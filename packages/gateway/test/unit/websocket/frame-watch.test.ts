import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { watchFrames } from "../../../src/websocket/frame-watch.ts";
import { toFrame } from "./running-api.ts";

/** Unmasked, as a client that breaks the protocol sends them; the watch must keep in step all the same. */
function unmasked(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([0x81, payload.length]), payload]);
}

describe("watchFrames", () => {
  const limit = 1000;

  it("trips exactly when a frame is too long, however the bytes are cut", () => {
    const lengths = fc.array(fc.oneof(fc.nat(130), fc.integer({ min: 990, max: 1010 }), fc.nat(70_000)), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1 }), (lengths, cuts) => {
        let trips = 0;
        const watch = watchFrames(limit, () => (trips += 1));
        const bytes = Buffer.concat(lengths.map((length) => toFrame(1, Buffer.alloc(length, 0xff))));
        for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
          const length = cuts[cut % cuts.length] ?? 1;
          watch(bytes.subarray(at, at + length));
          at += length;
        }
        expect(trips).toBe(lengths.some((length) => length > limit) ? 1 : 0);
      }),
      { numRuns: 200 },
    );
  });

  it("follows unmasked frames and single bytes", () => {
    let tripped = false;
    const watch = watchFrames(limit, () => (tripped = true));
    for (const byte of Buffer.concat([unmasked(Buffer.alloc(7)), toFrame(9, Buffer.alloc(3))])) {
      watch(Buffer.from([byte]));
    }
    expect(tripped).toBe(false);
    watch(toFrame(2, Buffer.alloc(1001)).subarray(0, 4));
    expect(tripped).toBe(true);
  });
});
