import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readHttpResult } from "../../../src/invoke/http-result.ts";
import { HttpRejection } from "../../../src/invoke/rejection.ts";

const read = (value: unknown, version: "1.0" | "2.0" = "2.0") => {
  const { body, ...answer } = readHttpResult(JSON.stringify(value), version);
  return { ...answer, body: body.toString() };
};
const json = [["Content-Type", "application/json"]];
const text = ["Content-Type", "text/plain; charset=utf-8"];

describe("payload 2.0 without statusCode", () => {
  test.each([
    [{ a: 1 }, '{"a":1}'],
    [{ headers: { a: "b" } }, '{"headers":{"a":"b"}}'],
    ["hello", "hello"],
    [[1], "[1]"],
    [7, "7"],
    [false, "false"],
    [null, "null"],
    [{ statusCode: null }, '{"statusCode":null}'],
  ])("%j is the body of a 200", (result, body) => {
    expect(read(result)).toEqual({ status: 200, headers: json, body });
  });

  test("text that is no JSON passes, and nothing is null", () => {
    expect(readHttpResult("Hello from", "2.0").body.toString()).toBe("Hello from");
    expect(readHttpResult(undefined, "2.0").body.toString()).toBe("null");
  });
});

describe("payload 2.0 with statusCode", () => {
  test.each([
    [{ statusCode: 201 }, { status: 201, headers: [text], body: "" }],
    [
      { statusCode: 200, body: "{}" },
      { status: 200, headers: [text], body: "{}" },
    ],
    [
      { statusCode: 200, body: "aGk=", isBase64Encoded: true },
      { status: 200, headers: [text], body: "hi" },
    ],
    [
      {
        statusCode: 200,
        headers: { "content-type": "a/b", "x-custom-header": 1 },
        cookies: ["a=1", "b=2"],
        other: 1,
      },
      {
        status: 200,
        headers: [
          ["Content-Type", "a/b"],
          ["X-Custom-Header", "1"],
          ["Set-Cookie", "a=1"],
          ["Set-Cookie", "b=2"],
        ],
        body: "",
      },
    ],
    [
      { statusCode: 200, multiValueHeaders: { a: ["b"] } },
      { status: 200, headers: [text], body: "" },
    ],
    [
      { statusCode: 200, headers: { "Content-Length": "99", connection: "close" } },
      { status: 200, headers: [text], body: "" },
    ],
  ])("%j", (result, answer) => {
    expect(read(result)).toEqual(answer);
  });

  test.each([
    [{ statusCode: 0 }],
    [{ statusCode: 200.5 }],
    [{ statusCode: "abc" }],
    [{ statusCode: 200, body: {} }],
    [{ statusCode: 200, headers: { a: [] } }],
    [{ statusCode: 200, headers: { "a\n": "b" } }],
    [{ statusCode: 200, cookies: "a=1" }],
    [{ statusCode: 200, cookies: [{}] }],
    [{ statusCode: 200, body: "%", isBase64Encoded: true }],
  ])("%j is a 500", (result) => {
    expect(() => read(result)).toThrow(HttpRejection);
  });
});

describe("payload 1.0", () => {
  test("puts single headers before lists", () => {
    const result = {
      statusCode: 200,
      headers: { "x-a": "3" },
      multiValueHeaders: { "X-A": ["1", "2"] },
      body: "b",
    };
    expect(read(result, "1.0")).toEqual({
      status: 200,
      headers: [text, ["X-A", "3"], ["X-A", "1"], ["X-A", "2"]],
      body: "b",
    });
  });

  test.each([[{}], [{ body: "x" }], ["x"], [null], [{ statusCode: 0 }]])("%j is a 500", (result) => {
    expect(() => read(result, "1.0")).toThrow(HttpRejection);
  });
});

test("any JSON is an answer or a rejection", () => {
  const keys = fc.constantFrom("statusCode", "headers", "cookies", "body", "isBase64Encoded");
  fc.assert(
    fc.property(fc.dictionary(keys, fc.jsonValue()), fc.constantFrom("1.0", "2.0"), (result, version) => {
      try {
        expect(read(result, version).status).toBeGreaterThanOrEqual(200);
      } catch (error) {
        expect(error).toBeInstanceOf(HttpRejection);
      }
    }),
  );
});
