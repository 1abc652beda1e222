import { describe, expect, test } from "vitest";
import { addForwarded, toAnsweredTraceId, toTraceId } from "../../../src/invoke/forwarded.ts";
import { at, fixedIds, request, trace } from "./requests.ts";

describe("the trace header", () => {
  test("is new where the client sent none, or none with a root", () => {
    const made = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/;
    expect(toTraceId([], at, fixedIds)).toMatch(made);
    expect(toTraceId([["X-Amzn-Trace-Id", "Self=1"]], at, fixedIds)).toMatch(made);
    expect(toTraceId([], at, fixedIds).slice(7, 15)).toBe(Math.floor(at / 1000).toString(16));
  });

  test("is the client's where that has a root", () => {
    expect(toTraceId([["x-amzn-trace-id", `${trace};Sampled=1`]], at, fixedIds)).toBe(`${trace};Sampled=1`);
  });

  test("of an answer has a parent", () => {
    const answered = toAnsweredTraceId(`${trace};Sampled=1`, fixedIds);
    expect(answered).toMatch(/^Root=1-[^;]+;Parent=[0-9a-f]{16};Sampled=1;Lineage=1:[0-9a-f]{8}:0$/);
    expect(toAnsweredTraceId(`${trace};Parent=${"a".repeat(16)}`, fixedIds)).toContain(
      `;Parent=${"a".repeat(16)};`,
    );
  });
});

test("what the client says of port and protocol is not believed", () => {
  const headers = [
    ["X-Forwarded-Proto", "https"],
    ["x-forwarded-port", "443"],
    ["X-Forwarded-For", "1.2.3.4"],
  ] as const;
  const names = addForwarded(request("GET /", { headers }), trace);
  expect(names).toEqual([
    ["host", "127.0.0.1:4001"],
    ["X-Amzn-Trace-Id", trace],
    ["X-Forwarded-For", "1.2.3.4, 127.0.0.1"],
    ["X-Forwarded-Port", "4001"],
    ["X-Forwarded-Proto", "http"],
  ]);
});
