import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Rejection } from "../../../src/invoke/rejection.ts";
import { readRestResult } from "../../../src/invoke/rest-result.ts";

const read = (value: unknown) => readRestResult(JSON.stringify(value));

describe("a well-formed result", () => {
  test.each([
    [{}, { status: 200, headers: [], body: "", isBase64Encoded: false }],
    [{ statusCode: 200 }, { status: 200, body: "" }],
    [{ headers: { a: "b" } }, { status: 200, headers: [["a", "b"]] }],
    [{ body: "x" }, { status: 200, body: "x" }],
    [{ statusCode: "201" }, { status: 201 }],
    [
      { headers: null, multiValueHeaders: null, body: null, isBase64Encoded: null, statusCode: null },
      { status: 200 },
    ],
    [
      { headers: { a: true, b: 1, c: null } },
      {
        headers: [
          ["a", "true"],
          ["b", "1"],
        ],
      },
    ],
    [
      { body: "eA==", isBase64Encoded: true },
      { body: "eA==", isBase64Encoded: true },
    ],
    [{ body: "x", base64Encoded: false }, { body: "x" }],
    [
      { headers: { "set-cookie": "c" }, multiValueHeaders: { "Set-Cookie": ["a", "b"] } },
      {
        headers: [
          ["Set-Cookie", "a"],
          ["Set-Cookie", "b"],
          ["Set-Cookie", "c"],
        ],
      },
    ],
  ])("%j", (result, reply) => {
    expect(read(result)).toMatchObject(reply);
  });
});

describe("a malformed result", () => {
  test.each<[unknown]>([
    ["hello"],
    [1],
    [null],
    [[]],
    [true],
    [{ statusCode: 200, cookies: [] }],
    [{ statusCode: 200, message: "x" }],
    [{ errorMessage: "x" }],
    [{ statusCode: "abc" }],
    [{ statusCode: 0 }],
    [{ statusCode: 200.5 }],
    [{ statusCode: 99 }],
    [{ statusCode: 600 }],
    [{ statusCode: {} }],
    [{ headers: { a: {} } }],
    [{ headers: { a: ["b"] } }],
    [{ headers: ["a"] }],
    [{ headers: { "a b": "c" } }],
    [{ headers: { a: "b\r\nc: d" } }],
    [{ multiValueHeaders: { a: "b" } }],
    [{ multiValueHeaders: { a: [{}] } }],
    [{ body: {} }],
    [{ body: 1 }],
    [{ isBase64Encoded: "true" }],
  ])("%j is a 502", (result) => {
    try {
      read(result);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(Rejection);
      expect(error).toMatchObject({ type: "INTEGRATION_FAILURE", detail: { status: 502 } });
    }
  });

  test("nothing at all, or no JSON, is a 502", () => {
    expect(() => readRestResult(undefined)).toThrow(Rejection);
    expect(() => readRestResult("{")).toThrow(Rejection);
  });
});

test("any JSON is a reply or a rejection", () => {
  const keys = fc.constantFrom(
    "statusCode",
    "headers",
    "multiValueHeaders",
    "body",
    "isBase64Encoded",
    "other",
  );
  fc.assert(
    fc.property(fc.dictionary(keys, fc.jsonValue()), (result) => {
      try {
        const reply = read(result);
        expect(reply.status).toBeGreaterThanOrEqual(200);
        expect(typeof reply.body).toBe("string");
      } catch (error) {
        expect(error).toBeInstanceOf(Rejection);
      }
    }),
  );
});
