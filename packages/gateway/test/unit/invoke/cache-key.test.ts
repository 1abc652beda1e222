import * as fc from "fast-check";
import { expect, test } from "vitest";
import { planCache } from "../../../src/deploy/cache-plan.ts";
import { toCacheKey } from "../../../src/invoke/cache-key.ts";
import type { RestMethod } from "../../../src/model/rest-api.ts";
import { method, request, restApi } from "./requests.ts";

const text = fc.oneof(fc.constantFrom("", "a", "b", "a,b", '","', "null", "é"), fc.string({ maxLength: 4 }));
const given = fc.record({
  verb: fc.constantFrom("GET", "POST"),
  namespace: fc.constantFrom("res001", "res002"),
  room: fc.option(text, { nil: undefined }),
  page: fc.option(text, { nil: undefined }),
  accept: fc.option(
    text.filter((value) => value === value.trim()),
    { nil: undefined },
  ),
  noise: text,
});
type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

const declared = [
  "method.request.path.room",
  "method.request.querystring.page",
  "method.request.header.Accept",
] as const;

function keyOf(
  { verb, namespace, room, page, accept, noise }: Given,
  names: readonly string[] = declared,
): string {
  const shown: RestMethod = method("ANY /rooms/{room}", {
    integration: {
      type: "AWS_PROXY",
      functionKey: "f",
      timeoutMs: 1,
      cacheKeyParameters: names,
      cacheNamespace: namespace,
    },
  });
  const api = restApi([shown]);
  const stage = {
    name: "dev",
    variables: {},
    deploymentId: "d",
    cacheCluster: { enabled: true, sizeGb: 0.5 },
  };
  const plan = planCache({ api, stage, method: shown, verb, settings: {}, isOwn: true });
  const query = [
    `noise=${encodeURIComponent(noise)}`,
    ...(page === undefined ? [] : [`page=${encodeURIComponent(page)}`]),
  ];
  const http = request(`${verb} /dev/x?${query.join("&")}`, {
    headers: accept === undefined ? [] : [["ACCEPT", accept]],
  });
  const route = {
    method: shown,
    name: "GET /rooms/{room}",
    pathParameters: room === undefined ? null : { room },
  };
  if (!plan) throw new Error("nothing is cached");
  return toCacheKey({ http, route }, { api }, plan);
}

const same = (one: Given, other: Given): boolean =>
  one.verb === other.verb &&
  one.namespace === other.namespace &&
  one.room === other.room &&
  one.page === other.page &&
  one.accept === other.accept;

test("two requests have one key exactly if verb, namespace and all declared parameters agree", () => {
  fc.assert(
    fc.property(given, given, (one, other) => {
      expect(keyOf(one) === keyOf(other)).toBe(same(one, other));
      expect(keyOf({ ...one, noise: other.noise })).toBe(keyOf(one));
    }),
    { numRuns: 1000 },
  );
});

test("parameters that are not declared do not tell requests apart, the order of declaration neither", () => {
  fc.assert(
    fc.property(given, text, (one, room) => {
      expect(keyOf({ ...one, room }, declared.slice(1))).toBe(keyOf(one, declared.slice(1)));
      expect(keyOf(one, declared.toReversed())).toBe(keyOf(one));
    }),
  );
});
