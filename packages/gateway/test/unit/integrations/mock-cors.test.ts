import { expect, test } from "vitest";
import { toCorsHeaders } from "../../../src/integrations/mock-cors.ts";

const headers = { "Access-Control-Allow-Origin": "https://a.example", "Access-Control-Allow-Methods": "GET" };
const mock = { type: "MOCK_CORS", headers, origins: ["https://a.example", "https://*.b.example"] } as const;

test.each([
  ["https://a.example", "https://a.example"],
  ["https://x.b.example", "https://x.b.example"],
  ["https://xb.example", "https://a.example"],
  ["https://a.example.evil", "https://a.example"],
  ["https://aXexample", "https://a.example"],
  ["", "https://a.example"],
])("the origin %s is answered with %s", (origin, allowed) => {
  expect(toCorsHeaders(mock, origin)).toEqual({ ...headers, "Access-Control-Allow-Origin": allowed });
});

test("one origin is answered as it is written", () => {
  expect(toCorsHeaders({ type: "MOCK_CORS", headers }, "https://other.example")).toBe(headers);
});
