import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodePercent, readQuery, toMultiMap, toSingleMap } from "../../../src/invoke/query.ts";

describe("a query string", () => {
  test.each([
    ["", []],
    [
      "a=1&b=2",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    [
      "a=1&a=2",
      [
        ["a", "1"],
        ["a", "2"],
      ],
    ],
    ["a", [["a", ""]]],
    ["a=", [["a", ""]]],
    ["a=b=c", [["a", "b=c"]]],
    ["a=C%23+%2B", [["a", "C# +"]]],
    ["&&a=1&", [["a", "1"]]],
    [
      "a=%zz&b=%ff",
      [
        ["a", "%zz"],
        ["b", "%ff"],
      ],
    ],
    ["a;b=1", [["a;b", "1"]]],
  ])("%s", (query, pairs) => {
    expect(readQuery(query)).toEqual(pairs);
  });

  test("a semicolon separates for REST APIs", () => {
    expect(readQuery("a;b=1", "&;")).toEqual([
      ["a", ""],
      ["b", "1"],
    ]);
  });

  test("the last value is the single one, and no name is special", () => {
    const pairs = readQuery("a=1&a=2&__proto__=x&constructor=y");
    expect(toSingleMap(pairs)).toEqual(JSON.parse('{"a":"2","__proto__":"x","constructor":"y"}'));
    expect(toMultiMap(pairs)).toEqual(JSON.parse('{"a":["1","2"],"__proto__":["x"],"constructor":["y"]}'));
    expect([toSingleMap([]), toMultiMap([])]).toEqual([null, null]);
  });
});

test("what URLSearchParams writes is read back", () => {
  const pair = fc.tuple(fc.string({ minLength: 1, unit: "grapheme" }), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(fc.array(pair), (pairs) => {
      expect(readQuery(new URLSearchParams(pairs).toString())).toEqual(pairs);
    }),
  );
});

test("any text is decoded or left alone", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(decodePercent(encodeURIComponent(text))).toBe(text);
      expect(decodePercent(text)).toBeTypeOf("string");
    }),
  );
});
