import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compileJsonPath } from "../../../src/json-path/json-path.ts";
import { createBudget } from "../../../src/vtl/budget.ts";
import { TemplateError } from "../../../src/vtl/template-error.ts";
import { toJson, toValue } from "../../../src/vtl/values.ts";

function find(path: string, document: unknown): unknown {
  const found = compileJsonPath(path)(toValue(document), createBudget());
  return found === undefined ? undefined : JSON.parse(toJson(found, createBudget()));
}

const store = {
  book: [
    { title: "A", price: 8.95, tags: ["x"] },
    { title: "B", price: 12.99 },
    { title: "C", price: 8.99, isbn: "0-1", "a-b": 1 },
  ],
  bicycle: { color: "red", price: 19.95 },
  "a.b": { "c d": 1 },
};

describe("paths", () => {
  test.each([
    ["$", store],
    ["$.bicycle.color", "red"],
    ["bicycle.color", "red"],
    ["$['bicycle']['color']", "red"],
    ["$['a.b']['c d']", 1],
    ["$.book[2].a-b", 1],
    ["$.book[0].title", "A"],
    ["$.book[-1].title", "C"],
    ["$.book[*].title", ["A", "B", "C"]],
    ["$.book.*.title", ["A", "B", "C"]],
    ["$.book[0,2].title", ["A", "C"]],
    ["$.book[1:].title", ["B", "C"]],
    ["$.book[:2].title", ["A", "B"]],
    ["$.book[0:3:2].title", ["A", "C"]],
    ["$..title", ["A", "B", "C"]],
    ["$..price", [8.95, 12.99, 8.99, 19.95]],
    ["$.bicycle['color','price']", ["red", 19.95]],
    ["$.book[?(@.isbn)].title", ["C"]],
    ["$.book[?(!@.isbn)].title", ["A", "B"]],
    ["$.book[?(@.price < 10)].title", ["A", "C"]],
    ["$.book[?(@.price > 10 || @.title == 'A')].title", ["A", "B"]],
    ["$.book[?(@.price < 10 && @.title != 'A')].title", ["C"]],
    ["$.book[?(@.title in ['A', 'B'])].title", ["A", "B"]],
    ["$.book[?(@.title =~ /[ab]/i)].title", ["A", "B"]],
    ["$.book[?(@.price > $.bicycle.price)].title", []],
    ["$.book.length()", 3],
    ["$..price.max()", 19.95],
    ["$.nope", undefined],
    ["$.book[9]", undefined],
    ["$.bicycle.color.x", undefined],
    ["$.nope[*]", []],
  ])("%s", (path, expected) => {
    expect(find(path, store)).toEqual(expected);
  });

  test.each([
    "$.",
    "$[",
    "$[x]",
    "$.a[?(@.b ==)]",
    "$.a]",
    "$['a",
    "$.a[?(1 == 1",
    "$..",
    "$.a..[",
    "$[?(@ =~ /(/)]",
  ])("%s cannot be read", (path) => {
    expect(() => find(path, store)).toThrow(TemplateError);
  });

  test("nothing is found on a prototype", () => {
    for (const path of ["$.constructor", "$.__proto__", "$.book.length", "$['toString']"]) {
      expect(find(path, store)).toBeUndefined();
    }
  });

  test("any text is a path or is refused", () => {
    const pieces = [
      "$",
      ".",
      "..",
      "[",
      "]",
      "*",
      "?(",
      "@",
      ")",
      "a",
      "'a'",
      "0",
      ":",
      ",",
      "==",
      "&&",
      "!",
      "()",
      "-1",
    ];
    const text = fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, fc.jsonValue(), (path, document) => {
        try {
          find(path, document);
        } catch (error) {
          expect(error).toBeInstanceOf(TemplateError);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
