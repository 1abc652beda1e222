import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failures } from "../../../src/failures.ts";
import { planWebsocketApi } from "../../../src/websocket/plan.ts";
import { compileSelection } from "../../../src/websocket/select-route.ts";
import { toApi, toProxy, toRoute } from "./running-api.ts";

describe("compileSelection", () => {
  it.each([
    ["$request.body.action", '{"action":"send"}', "send"],
    ["$request.body.a.b", '{"a":{"b":"deep"}}', "deep"],
    ["$request.body.list[1].x", '{"list":[{"x":"no"},{"x":"yes"}]}', "yes"],
    ["$request.body['odd name']", '{"odd name":"x"}', "x"],
    ["${request.body.a}/${request.body.b}", '{"a":"one","b":"two"}', "one/two"],
    ["pre-${request.body.a}-post", '{"a":1}', "pre-1-post"],
    ["$request.body", '"send"', "send"],
    ["$request.body.action", '{"action":7}', "7"],
    ["$request.body.action", '{"action":true}', "true"],
    ["$request.body.action", '{"action":{"x":1}}', '{"x":1}'],
    ["$request.body.action", "{}", ""],
    ["$request.body.action", "null", ""],
    ["$request.body.action", "[1]", ""],
    ["$request.body.length", "[1]", ""],
    ["$request.body.toString", "{}", ""],
    ["$request.body.__proto__.x", "{}", ""],
    ["\\$default", "anything", "$default"],
    ["static", "not json", "static"],
  ])("%s of %s is %j", (expression, message, key) => {
    expect(compileSelection(expression)(message)).toBe(key);
  });

  it("gives nothing for text that is not JSON, and for nesting that cannot be written out", () => {
    const keyOf = compileSelection("$request.body.action");
    expect(keyOf("hello")).toBeUndefined();
    expect(keyOf("")).toBeUndefined();
    const deep = `{"action":${"[".repeat(60_000)}${"]".repeat(60_000)}}`;
    expect(() => keyOf(deep)).not.toThrow();
  });

  it.each([
    "",
    "$",
    "$default",
    "$request.header.x",
    "${request.body.a",
    "$request.body.",
    "$request.bodyx",
    "${}",
  ])("refuses %j", (expression) => {
    expect(() => compileSelection(expression)).toThrow(
      expect.objectContaining({ code: "ROUTE_SELECTION_INVALID" }),
    );
  });

  it("gives a key or refuses with our own failure, whatever the expression and the message", () => {
    const expressions = fc.oneof(
      fc.string(),
      fc.string({
        unit: fc.constantFrom("$", "{", "}", "\\", ".", "[", "]", "'", "request.body", "a", "0", "/"),
      }),
    );
    fc.assert(
      fc.property(expressions, fc.oneof(fc.string(), fc.json()), (expression, message) => {
        try {
          const key = compileSelection(expression)(message);
          expect(["string", "undefined"]).toContain(typeof key);
        } catch (error) {
          if (!failures.is(error)) throw error;
        }
      }),
    );
  });

  it("finds every string that a client puts at the path", () => {
    fc.assert(
      fc.property(fc.string(), fc.jsonValue(), (action, rest) => {
        const message = JSON.stringify({ rest, action });
        expect(compileSelection("$request.body.action")(message)).toBe(action);
      }),
    );
  });
});

describe("the plan's selectRoute", () => {
  const routes = ["$connect", "$disconnect", "$default", "send"].map((key) => toRoute(key));
  const plan = planWebsocketApi(toApi({ routes }));
  const bare = planWebsocketApi(toApi({ routes: routes.filter(({ routeKey }) => routeKey !== "$default") }));

  it("takes the exact route, else $default, else none", () => {
    expect(plan.selectRoute('{"action":"send"}')?.routeKey).toBe("send");
    expect(plan.selectRoute('{"action":"Send"}')?.routeKey).toBe("$default");
    expect(plan.selectRoute("not json")?.routeKey).toBe("$default");
    expect(bare.selectRoute('{"action":"nope"}')).toBeUndefined();
    expect(bare.selectRoute("not json")).toBeUndefined();
  });

  it("never lets a message run $connect or $disconnect", () => {
    expect(plan.selectRoute('{"action":"$connect"}')?.routeKey).toBe("$default");
    expect(bare.selectRoute('{"action":"$disconnect"}')).toBeUndefined();
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
        expect([undefined, "send", "$default"]).toContain(plan.selectRoute(message)?.routeKey);
      }),
    );
  });

  it("holds every route to 29 seconds", () => {
    const slow = planWebsocketApi(
      toApi({ routes: [toRoute("$default", { integration: toProxy("default", 60_000) })] }),
    );
    expect(slow.selectRoute("x")?.integration.timeoutMs).toBe(29_000);
  });
});

describe("planWebsocketApi refuses", () => {
  const authorizer = {
    id: "a1",
    name: "session",
    functionKey: "authorizer",
    identitySources: [],
    ttlSeconds: 0,
  };
  it.each([
    ["an authorizer that is not there", "$connect", []],
    ["an authorizer on a message route", "send", [{ ...authorizer, type: "REQUEST" as const }]],
    ["a TOKEN authorizer", "$connect", [{ ...authorizer, type: "TOKEN" as const }]],
  ])("%s", (_, routeKey, authorizers) => {
    const routes = [toRoute(routeKey, { authorizerId: "a1" })];
    expect(() => planWebsocketApi(toApi({ routes, authorizers }))).toThrow(
      expect.objectContaining({
        code: "WEBSOCKET_AUTHORIZER_INVALID",
        fix: expect.stringContaining("$connect"),
      }),
    );
  });
});
