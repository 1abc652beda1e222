// What can be sent, and what cannot.
import { describe, expect, it } from "vitest";
import { toMessage, type Payload } from "../../../src/index.ts";

const textOf = (payload: Payload): string => Buffer.from(toMessage(payload).bytes).toString();

describe("toMessage", () => {
  it("keeps text, encodes the rest as JSON", () => {
    expect(textOf('{"as": "it is"}')).toBe('{"as": "it is"}');
    expect(textOf({ a: [1, null, "é"] })).toBe('{"a":[1,null,"é"]}');
    expect(textOf([1])).toBe("[1]");
    expect(textOf(null)).toBe("null");
    expect(textOf(0)).toBe("0");
  });

  it("copies bytes, so that a later change does not reach the line", () => {
    const bytes = new TextEncoder().encode("before");
    const message = toMessage(bytes);
    bytes.fill(0);
    expect(Buffer.from(message.bytes).toString()).toBe("before");
  });

  it("refuses what is not text", () => {
    const circle: { self?: object } = {};
    circle.self = circle;
    const nothing = (() => undefined) as object;
    for (const wrong of [new Uint8Array([0xff, 0xfe]), circle, { big: 1n }, nothing]) {
      expect(() => toMessage(wrong)).toThrow(expect.objectContaining({ code: "PAYLOAD_NOT_TEXT" }));
    }
  });
});
