import { expect, test } from "vitest";
import { planCache } from "../../../src/deploy/cache-plan.ts";
import { cached } from "../../../src/invoke/steps/cached.ts";
import type { Validated } from "../../../src/invoke/exchange.ts";
import { createTrace } from "../../../src/invoke/trace.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { createResponseCaches } from "../../../src/meters/response-caches.ts";
import { deployRest } from "../../../src/deploy/rest-plan.ts";
import type { RestMethod } from "../../../src/model/rest-api.ts";
import { at, fixedIds, method, request, restApi, service, trace } from "../invoke/requests.ts";

const stage = { name: "dev", variables: {}, deploymentId: "d", cacheCluster: { enabled: true, sizeGb: 0.5 } };
const plan = (shown: RestMethod, verb = "GET") =>
  planCache({ api: restApi([shown]), stage, method: shown, verb, settings: {}, isOwn: false });
const proxy = { type: "AWS_PROXY", functionKey: "f", timeoutMs: 1 } as const;

test.each([
  ["a stream", method("GET /a", { integration: { ...proxy, responseTransferMode: "STREAM" } })],
  ["a preflight", method("GET /a", { integration: { type: "MOCK_CORS", headers: {} } })],
])("%s is never cached", (_, shown) => {
  expect(plan(shown)).toBeUndefined();
  expect(plan(method("GET /a"))).toBeDefined();
});

test("a key parameter may be what the integration's request takes from the method's, and a constant is none", () => {
  const integration = {
    type: "HTTP",
    requestParameters: {
      "integration.request.path.id": "method.request.querystring.page",
      "integration.request.header.X": "'constant'",
    },
    requestTemplates: {},
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMs: 1,
    responses: [],
    cacheKeyParameters: ["integration.request.path.id", "integration.request.header.X"],
  } as const;
  expect(plan(method("GET /a", { integration }))?.parts).toEqual([
    { name: "integration.request.path.id", from: "querystring", of: "page" },
  ]);
});

test("an answer that turns out to be a stream passes and is not kept", async () => {
  const api = restApi([method("GET /a")], { stages: [stage] });
  const deployed = deployRest(api, service(), new Map());
  const route = deployed.route("GET", "/a");
  if (!route) throw new Error("no route");
  const validated = {
    http: request("GET /dev/a"),
    path: "/a",
    route,
    requestId: fixedIds.uuid(),
    traceId: trace,
    at,
    trace: createTrace(() => at),
  } as unknown as Validated; // all that the step looks at
  const caches = createResponseCaches(manualClock());
  let fetched = 0;
  const fetch = () => {
    fetched += 1;
    const stream = (async function* () {
      yield Buffer.from("part");
    })();
    return Promise.resolve({ status: 200, headers: [], body: Buffer.alloc(0), stream });
  };
  const ask = () => cached(validated, deployed, { caches, mayInvalidate: () => false, fetch });
  expect([(await ask()).stream, (await ask()).stream]).toEqual([expect.anything(), expect.anything()]);
  expect([fetched, caches.list()[0]?.bytes]).toEqual([2, 0]);
});
