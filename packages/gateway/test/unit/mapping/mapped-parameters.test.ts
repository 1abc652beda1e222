import { expect, test } from "vitest";
import { deployIntegration } from "../../../src/deploy/mapped-integration.ts";
import { createContext } from "../../../src/mapping/context.ts";
import { mapParameters } from "../../../src/mapping/mapped-parameters.ts";
import type { Value } from "../../../src/vtl/values.ts";
import { method } from "../invoke/requests.ts";

test("an override takes the place of a parameter of its name; only header names have no case", () => {
  const integration = deployIntegration(method("GET /a"), {
    type: "HTTP",
    uri: "http://127.0.0.1/{a}/{A}",
    httpMethod: "GET",
    requestParameters: {
      "integration.request.header.a": "'mapped'",
      "integration.request.querystring.a": "'mapped'",
      "integration.request.querystring.B": "'mapped'",
      "integration.request.path.a": "'mapped'",
      "integration.request.path.B": "'mapped'",
    },
    requestTemplates: {},
    responses: [],
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMs: 29_000,
  });
  const nothing = new Map<string, readonly string[]>();
  const request = { header: nothing, querystring: nothing, path: nothing, body: Buffer.alloc(0) };
  const overriding = new Map<Value, Value>([
    ["A", "own"],
    ["B", "own"],
  ]);
  const overrides = { header: overriding, querystring: overriding, path: overriding };
  const mapped = mapParameters(
    integration,
    { request, context: {}, stageVariables: {} },
    { ...createContext({}).overrides, ...overrides },
  );
  expect(mapped.header).toEqual([
    ["A", "own"],
    ["B", "own"],
  ]);
  expect(mapped.querystring).toEqual([
    ["a", "mapped"],
    ["A", "own"],
    ["B", "own"],
  ]);
  expect(Object.fromEntries(mapped.path)).toEqual({ a: "mapped", A: "own", B: "own" });
});
