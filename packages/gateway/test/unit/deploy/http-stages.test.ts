import { expect, test } from "vitest";
import { createHttpStages } from "../../../src/deploy/http-stages.ts";
import { failures } from "../../../src/failures.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import { systemIds } from "../../../src/ports.ts";
import { authorizer, httpApi, lambda, route, service } from "../invoke/requests.ts";

function start() {
  const own = route("GET /a", { integration: { ...lambda, functionKey: "${stageVariables.fn}" } });
  const api = httpApi([own], {
    stageVariables: { fn: "one" },
    authorizers: [authorizer({ functionKey: "${stageVariables.fn}" })],
    otherStages: [{ name: "beta", variables: { fn: "two" } }],
  });
  return createHttpStages({ api, service: service(), clock: manualClock(), ids: systemIds });
}

test("each stage has its own variables, put in where a function is named", () => {
  const stages = start();
  const keys = stages.names().map((name) => {
    const api = stages.find(name)?.api;
    const integration = api?.routes[0]?.integration;
    return [
      api?.stage,
      integration?.type === "AWS_PROXY" && integration.functionKey,
      api?.authorizers[0]?.functionKey,
    ];
  });
  expect(keys).toEqual([
    ["$default", "one", "one"],
    ["beta", "two", "two"],
  ]);
});

test("a stage's variables are put into the address of a back end", () => {
  const integration = {
    type: "HTTP_PROXY",
    uri: "https://${stageVariables.host}/x",
    method: "GET",
    timeoutMs: 1,
  } as const;
  const api = httpApi([route("GET /a", { integration })], { stageVariables: { host: "a.example" } });
  const stages = createHttpStages({ api, service: service(), clock: manualClock(), ids: systemIds });
  expect(stages.find("$default")?.api.routes[0]?.integration).toMatchObject({ uri: "https://a.example/x" });
});

test("a definition read anew is deployed to all stages, and rolled back one by one", () => {
  const stages = start();
  stages.prepare(httpApi(["GET /b"], { otherStages: [{ name: "beta", variables: {} }] }), service())();
  const routes = (name: string) => stages.find(name)?.api.routes.map(({ routeKey }) => routeKey);
  expect([routes("$default"), routes("beta")]).toEqual([["GET /b"], ["GET /b"]]);
  stages.deployments.rollBack("beta");
  expect([routes("$default"), routes("beta")]).toEqual([["GET /b"], ["GET /a"]]);
});

test("each stage has its own settings, as the definition was last read", () => {
  const accessLog = { format: "$context.requestId" };
  const throttles = {
    defaultThrottle: { rateLimit: 1, burstLimit: 2 },
    routeThrottles: { "GET /a": { rateLimit: 3, burstLimit: 4 } },
  };
  const api = httpApi(["GET /a"], {
    accessLog,
    ...throttles,
    otherStages: [
      { name: "beta", variables: {} },
      { name: "next", variables: {}, defaultThrottle: { rateLimit: 5, burstLimit: 6 } },
    ],
  });
  const stages = createHttpStages({ api, service: service(), clock: manualClock(), ids: systemIds });
  const sizes = (name: string) => {
    const plan = stages.find(name);
    const own = [...(plan?.throttles.values() ?? [])].map(({ size }) => size.burstLimit);
    return [plan?.stageThrottle?.size.burstLimit, own, plan?.logFormat !== undefined];
  };
  expect(["$default", "beta", "next"].map(sizes)).toEqual([
    [2, [4], true],
    [undefined, [], false],
    [6, [], false],
  ]);
  stages.prepare(
    httpApi(["GET /a"], { otherStages: [{ name: "beta", variables: {}, ...throttles }] }),
    service(),
  )();
  expect(["$default", "beta"].map(sizes)).toEqual([
    [undefined, [], false],
    [2, [4], false],
  ]);
});

test("a stage that the definition no longer names is gone", () => {
  const stages = start();
  stages.prepare(httpApi(["GET /b"]), service())();
  expect([stages.names(), stages.find("beta")]).toEqual([["$default"], undefined]);
});

test("there are no canaries", () => {
  try {
    start().deployments.startCanary("beta", { percentTraffic: 1 });
    expect.unreachable();
  } catch (error) {
    expect(failures.is(error) && error.code).toBe("CANARY_INVALID");
  }
});
