import { describe, expect, test } from "vitest";
import { addCors, answerPreflight, isPreflight } from "../../../src/invoke/cors.ts";
import type { HttpCors } from "../../../src/model/http-api.ts";
import { request } from "./requests.ts";

const cors: HttpCors = {
  allowOrigins: ["https://chat.example", "http://*"],
  allowMethods: ["GET", "POST"],
  allowHeaders: ["authorization"],
  exposeHeaders: ["etag"],
  allowCredentials: false,
  maxAgeSeconds: 600,
};
const from = (origin: string) => request("GET /", { headers: [["Origin", origin]] });
const answer = {
  status: 200,
  headers: [
    ["Access-Control-Allow-Origin", "https://own.example"],
    ["a", "b"],
  ],
  body: Buffer.alloc(0),
} as const;
const preflight = request("OPTIONS /", {
  headers: [
    ["origin", "https://chat.example"],
    ["access-control-request-method", "POST"],
  ],
});

test("a preflight is an OPTIONS with origin and method", () => {
  expect(isPreflight(preflight)).toBe(true);
  expect(isPreflight(request("OPTIONS /", { headers: [["origin", "x"]] }))).toBe(false);
  expect(isPreflight(request("OPTIONS /", { headers: [["access-control-request-method", "GET"]] }))).toBe(
    false,
  );
  expect(isPreflight({ ...preflight, method: "GET" })).toBe(false);
});

test("a preflight is answered with what is allowed", () => {
  expect(addCors(answerPreflight(cors, preflight), cors, preflight)).toMatchObject({
    status: 204,
    headers: [
      ["Access-Control-Allow-Methods", "GET,POST"],
      ["Access-Control-Allow-Headers", "authorization"],
      ["Access-Control-Max-Age", "600"],
      ["Access-Control-Allow-Origin", "https://chat.example"],
    ],
  });
});

describe("another answer", () => {
  test.each([
    ["https://chat.example", "https://chat.example"],
    ["http://anything", "http://anything"],
    ["https://other.example", undefined],
    ["null", undefined],
  ])("to %s has the origin %s", (origin, allowed) => {
    const { headers } = addCors(answer, cors, from(origin));
    const own = [
      ["Access-Control-Allow-Origin", allowed],
      ["Access-Control-Expose-Headers", "etag"],
    ];
    expect(headers).toEqual([["a", "b"], ...(allowed === undefined ? [] : own)]);
  });

  test("to anybody has a star, and credentials where they are allowed", () => {
    const open = { ...cors, allowOrigins: ["*"], exposeHeaders: [], allowCredentials: true };
    const { headers } = addCors(answer, open, from("https://x.example"));
    expect(headers).toEqual([
      ["a", "b"],
      ["Access-Control-Allow-Origin", "*"],
      ["Access-Control-Allow-Credentials", "true"],
    ]);
  });

  test("without an origin loses the function's CORS headers, without a configuration keeps them", () => {
    expect(addCors(answer, cors, request("GET /")).headers).toEqual([["a", "b"]]);
    expect(addCors(answer, undefined, from("https://x.example"))).toBe(answer);
  });
});
