import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHttpRouter } from "../../../src/deploy/http-routes.ts";
import { toSegments } from "../../../src/deploy/route-tree.ts";

const routes = (...keys: string[]) => {
  const route = createHttpRouter(
    keys.map((routeKey) => ({
      routeKey,
      integration: { type: "AWS_PROXY", functionKey: "f", payloadVersion: "2.0", timeoutMs: 30_000 },
    })),
  );
  return (request: string) => {
    const [verb = "", path = ""] = request.split(" ");
    const found = route(verb, toSegments(path));
    return found && [found.route.routeKey, found.pathParameters];
  };
};

describe("an HTTP API's routes", () => {
  const find = routes(
    "GET /pets/dog/1",
    "GET /pets/dog/{id}",
    "GET /pets/{proxy+}",
    "ANY /{proxy+}",
    "ANY /pets/cat",
    "GET /pets/{kind}",
    "POST /{owner}/dog/{proxy+}",
    "$default",
  );

  test.each([
    ["GET /pets/dog/1", ["GET /pets/dog/1", {}]],
    ["GET /pets/dog/2", ["GET /pets/dog/{id}", { id: "2" }]],
    ["GET /pets/cat/1", ["GET /pets/{proxy+}", { proxy: "cat/1" }]],
    ["POST /test/5", ["ANY /{proxy+}", { proxy: "test/5" }]],
    ["GET /pets/cat", ["GET /pets/{kind}", { kind: "cat" }]],
    ["PUT /pets/cat", ["ANY /pets/cat", {}]],
    ["POST /pets/dog/1", ["POST /{owner}/dog/{proxy+}", { owner: "pets", proxy: "1" }]],
    ["GET /", ["$default", {}]],
  ])("%s", (request, expected) => {
    expect(find(request)).toEqual(expected);
  });

  test("a trailing slash is another path", () => {
    expect(routes("GET /pets")("GET /pets/")).toBeUndefined();
    expect(routes("GET /pets/{id}")("GET /pets/")).toBeUndefined();
    expect(routes("GET /pets/")("GET /pets/")).toEqual(["GET /pets/", {}]);
  });
});

test("the router agrees with a naive one", () => {
  const template = fc
    .tuple(fc.array(fc.constantFrom("a", "b", "{p}"), { maxLength: 3 }), fc.boolean())
    .map(([parts, greedy]) => `/${[...parts, ...(greedy ? ["{proxy+}"] : [])].join("/")}`);
  const key = fc.tuple(fc.constantFrom("GET", "ANY"), template).map((pair) => pair.join(" "));
  const keys = fc.uniqueArray(fc.oneof(key, fc.constant("$default")), { maxLength: 12 });
  const request = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 });
  fc.assert(
    fc.property(keys, request, fc.constantFrom("GET", "PUT"), (given, parts, verb) => {
      const path = `/${parts.join("/")}`;
      expect(routes(...given)(`${verb} ${path}`)?.[0]).toBe(naive(given, verb, path));
    }),
    { numRuns: 1000 },
  );
});

function naive(keys: readonly string[], verb: string, path: string): string | undefined {
  const split = (key: string) => key.split(" ") as [string, string];
  const isGreedy = (key: string) => key.includes("{proxy+}");
  const keyed = keys.filter((key) => key !== "$default");
  const fits = keyed.filter((key) => {
    const pattern = split(key)[1].replace("{proxy+}", ".+").replaceAll("{p}", "[^/]+");
    return new RegExp(`^${pattern}$`).test(path);
  });
  const rank = (key: string) =>
    split(key)[1]
      .split("/")
      .map((part) => (part === "{proxy+}" ? "3" : part === "{p}" ? "2" : "1"))
      .join("");
  const byRank = (a: string, b: string) => rank(a).localeCompare(rank(b));
  const whole = fits.filter((key) => !isGreedy(key)).sort(byRank);
  const greedy = fits
    .filter((key) => isGreedy(key) && [verb, "ANY"].includes(split(key)[0]))
    .sort((a, b) => rank(b).length - rank(a).length || byRank(a, b) || (split(a)[0] === "ANY" ? 1 : -1));
  return (
    whole.find((key) => split(key)[0] === verb) ??
    whole.find((key) => split(key)[0] === "ANY") ??
    greedy[0] ??
    keys.find((key) => key === "$default")
  );
}
