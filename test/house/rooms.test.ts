// One room, one purpose: every file says in its first line what it is for, and stays of a size that one can read.
import { describe, expect, it } from "vitest";
import { readSources } from "./sources.ts";

const sources = readSources();

describe("every source file", () => {
  it("says in its first line what it is for", () => {
    const silent = sources.filter(({ text }) => {
      const [first = "", second = ""] = text.split("\n");
      const line = first.startsWith("#!") ? second : first;
      return !/^\/\/ \S.*\S$/.test(line);
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it("has at most 300 lines", () => {
    const long = sources.filter(({ text }) => text.split("\n").length > 301);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it("leaves nothing for later and switches no check off without a reason", () => {
    const unfinished = /\b(TODO|FIXME|XXX)\b|@ts-ignore|@ts-nocheck|(?:oxlint|eslint)-disable(?!.* -- \S)/;
    expect(sources.filter(({ text }) => unfinished.test(text)).map(({ path }) => path)).toEqual([]);
  });

  it("does not import the ESM facade of node:http on the Lambda side, which costs a cold start 25 ms", () => {
    const heavy = sources
      .filter((file) => file.package !== "gateway")
      .filter(({ text }) => /^import (?!type )[^;]*"node:(?:http|https|http2|net|tls)"/m.test(text));
    expect(heavy.map(({ path }) => path)).toEqual([]);
  });
});
