// Blocks cut from blocks, held against Node's own block lists.
import { BlockList } from "node:net";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cutBlock } from "../../../src/read/cidr.ts";

describe("cutBlock", () => {
  it.each([
    ["192.168.0.0/24", 6, 5, "192.168.0.160/27"],
    ["10.9.8.7/16", 1, 8, "10.9.0.0/24"],
    ["2001:db8::/32", 3, 80, "2001:db8:2::/48"],
    ["::/0", 2, 64, "0:0:0:1::/64"],
  ])("%s in %i of %i bits ends with %s", (block, count, bits, expected) => {
    expect(cutBlock(block, count, bits)?.at(-1)).toBe(expected);
  });

  it.each([
    ["10.0.0.0/16", 257, 9],
    ["10.0.0.0/16", 2, 16],
    ["10.0.0.0/16", 1, 17],
    ["10.0.0.0/16", 1, 0],
    ["10.0.0.0/40", 1, 1],
    ["host/16", 1, 1],
    ["10.0.0.0", 1, 1],
  ])("%s has no room for %i of %i bits", (block, count, bits) => {
    expect(cutBlock(block, count, bits)).toBeUndefined();
  });

  it("gives blocks that lie within the block and apart from each other", () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const input = fc
      .tuple(
        fc.tuple(byte, byte, byte, byte),
        fc.integer({ min: 8, max: 26 }),
        fc.integer({ min: 1, max: 6 }),
      )
      .chain(([address, mask, bits]) =>
        fc.record({
          block: fc.constant(`${address.join(".")}/${mask}`),
          bits: fc.constant(bits),
          count: fc.integer({ min: 1, max: Math.min(256, 2 ** (32 - mask - bits)) }),
        }),
      );
    fc.assert(
      fc.property(input, ({ block, bits, count }) => {
        const [address = "", mask = ""] = block.split("/");
        const whole = new BlockList();
        whole.addSubnet(address, Number(mask));
        const seen = new BlockList();
        const blocks = cutBlock(block, count, bits) ?? [];
        expect(blocks).toHaveLength(count);
        for (const one of blocks) {
          const [first = "", size = ""] = one.split("/");
          expect([size, whole.check(first), seen.check(first)]).toEqual([String(32 - bits), true, false]);
          seen.addSubnet(first, Number(size));
        }
      }),
    );
  });
});
