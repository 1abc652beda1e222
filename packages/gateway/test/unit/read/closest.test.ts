// The nearest word: near enough is found, far is not, and a long word costs nothing.
import { describe, expect, it } from "vitest";
import { closest } from "../../../src/read/closest.ts";

describe("closest", () => {
  it.each([
    ["timout", ["timeout", "handler"], "timeout"],
    ["Authorizer", ["authorizer"], "authorizer"],
    ["gard", ["guard", "hard"], "guard"],
    ["Tabel", ["Table"], "Table"],
    ["a", ["b"], "b"],
    ["foo", ["authorizer", "path"], undefined],
    ["same", ["same"], undefined],
    ["x".repeat(10_000), ["x".repeat(10_001)], undefined],
    ["x", [], undefined],
  ])("%s", (word, known, expected) => {
    expect(closest(word, known)).toBe(expected);
  });
});
