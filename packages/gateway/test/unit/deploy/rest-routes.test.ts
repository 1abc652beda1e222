import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRestRouter } from "../../../src/deploy/rest-routes.ts";
import type { RestMethod } from "../../../src/model/rest-api.ts";

const method = (key: string): RestMethod => {
  const [verb = "", path = ""] = key.split(" ");
  const integration = { type: "MOCK_CORS", headers: {} } as const;
  return { method: verb, path, resourceId: key, apiKeyRequired: false, integration };
};
const routes = (...keys: string[]) => {
  const route = createRestRouter(keys.map(method));
  return (request: string) => {
    const [verb = "", path = ""] = request.split(" ");
    const found = route(verb, path);
    return found && [found.method.resourceId, found.pathParameters];
  };
};

describe("a REST API's routes", () => {
  const find = routes(
    "GET /",
    "GET /rooms",
    "GET /rooms/{room}",
    "GET /rooms/lobby",
    "ANY /rooms/{room}/files",
    "POST /rooms/{room}/files",
    "OPTIONS /{proxy+}",
    "GET /rooms/{room}/{proxy+}",
  );

  test.each([
    ["GET /", ["GET /", null]],
    ["GET /rooms", ["GET /rooms", null]],
    ["GET /rooms/", ["GET /rooms", null]],
    ["GET /rooms/lobby", ["GET /rooms/lobby", null]],
    ["GET /rooms/a%20b", ["GET /rooms/{room}", { room: "a%20b" }]],
    ["DELETE /rooms/1/files", ["ANY /rooms/{room}/files", { room: "1" }]],
    ["POST /rooms/1/files", ["POST /rooms/{room}/files", { room: "1" }]],
    ["GET /rooms/1/a/b/", ["GET /rooms/{room}/{proxy+}", { room: "1", proxy: "a/b" }]],
    ["GET /rooms/1/a//b", ["GET /rooms/{room}/{proxy+}", { room: "1", proxy: "a//b" }]],
    ["OPTIONS /rooms", ["OPTIONS /{proxy+}", { proxy: "rooms" }]],
  ])("%s", (request, expected) => {
    expect(find(request)).toEqual(expected);
  });

  test.each(["HEAD /rooms", "GET /nowhere", "OPTIONS /", "GET /rooms//files/x", "PROPFIND /rooms/1/files"])(
    "%s meets nothing",
    (request) => {
      expect(find(request)).toBeUndefined();
    },
  );

  test("names of the prototype are just names", () => {
    expect(routes("GET /constructor")("GET /__proto__")).toBeUndefined();
    expect(routes("GET /{x}")("GET /__proto__")).toEqual(["GET /{x}", { x: "__proto__" }]);
  });
});

test("the tree agrees with a naive matcher", () => {
  const template = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "{p}"), { maxLength: 3 }), fc.boolean())
    .map(([parts, greedy]) => `/${[...parts, ...(greedy ? ["{proxy+}"] : [])].join("/")}`);
  const key = fc.tuple(fc.constantFrom("GET", "POST", "ANY"), template).map((pair) => pair.join(" "));
  const request = fc.array(fc.constantFrom("a", "b", "c", ""), { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.uniqueArray(key, { maxLength: 12 }),
      request,
      fc.constantFrom("GET", "PUT"),
      (keys, parts, verb) => {
        const path = `/${parts.join("/")}`;
        expect(routes(...keys)(`${verb} ${path}`)?.[0]).toBe(naive(keys, verb, path));
      },
    ),
    { numRuns: 1000 },
  );
});

/** Every template as a regular expression and a word of specificity, the best of those that fit. */
function naive(keys: readonly string[], verb: string, path: string): string | undefined {
  const trimmed = path.length > 1 ? path.replace(/\/$/, "") : path;
  const rank = (template: string) =>
    template.split("/").map((part) => (part === "{proxy+}" ? "3" : part === "{p}" ? "2" : "1"));
  const fits = keys.filter((candidate) => {
    const [, template = ""] = candidate.split(" ");
    const pattern = template.replace("{proxy+}", "(?=.)(?!$).+").replaceAll("{p}", "[^/]+");
    return new RegExp(`^${pattern}$`).test(trimmed);
  });
  const able = fits.filter((candidate) => [verb, "ANY"].includes(candidate.split(" ")[0] ?? ""));
  const order = (candidate: string) => {
    const [which = "", template = ""] = candidate.split(" ");
    return `${rank(template).join("")}${which === "ANY" ? "2" : "1"}`;
  };
  return able.sort((a, b) => order(a).localeCompare(order(b)))[0];
}
