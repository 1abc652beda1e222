import { expect, test } from "vitest";
import { readInvocation, statusOf } from "../../src/invocation.ts";

test.each([null, undefined, 1, "text", [], { requestContext: null }, { requestContext: { routeKey: 1 } }])(
  "%j has a place and a status",
  (event) => {
    expect(readInvocation(event)).toEqual({ api: "other" });
    expect(statusOf("other", event, undefined)).toBe(200);
  },
);

test.each([
  ["rest", { statusCode: 404 }, undefined, 404],
  ["rest", { statusCode: "204" }, undefined, 204],
  ["http", { hello: "world" }, undefined, 200],
  ["http", "text", undefined, 200],
  ["websocket", undefined, undefined, 200],
  ["rest", { statusCode: 400 }, new Error("answered already"), 400],
  ["rest", undefined, new Error("x"), 500],
  ["rest", { statusCode: "many" }, undefined, 500],
  ["rest", undefined, new Error("Unauthorized"), 500],
  ["authorizer", undefined, new Error("Unauthorized"), 401],
  ["authorizer", undefined, new Error("unauthorized"), 500],
  ["authorizer", { isAuthorized: true }, undefined, 200],
  ["authorizer", { isAuthorized: "true" }, undefined, 403],
  ["authorizer", { policyDocument: { Statement: [{ Effect: "Allow" }] } }, undefined, 200],
  ["authorizer", { policyDocument: { Statement: [{ Effect: "Deny" }] } }, undefined, 403],
  ["authorizer", {}, undefined, 403],
] as const)("%s answering %j (%s) is %d", (api, response, error, status) => {
  expect(statusOf(api, response, error)).toBe(status);
});
