import { describe, expect, test } from "vitest";
import { createRestStages } from "../../../src/deploy/rest-stages.ts";
import { failures } from "../../../src/failures.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { RestApi } from "../../../src/model/rest-api.ts";
import { systemIds } from "../../../src/ports.ts";
import { authorizer, fixedIds, method, restApi, service } from "../invoke/requests.ts";

const stage = { name: "dev", variables: { v: "1" }, deploymentId: "dep001" };

function start(given: Partial<RestApi> = {}, ids = systemIds) {
  const api = restApi([method("GET /old")], { stages: [stage], stageVariables: { v: "1" }, ...given });
  return createRestStages({ api, service: service(), apiKeyValues: new Map(), clock: manualClock(), ids });
}

const next = restApi([method("GET /new")], { stages: [stage] });
const paths = (stages: ReturnType<typeof start>, name = "dev") =>
  stages.find(name)?.plan.api.methods.map(({ path }) => path);
const codeOf = (call: () => unknown): string => {
  try {
    call();
    return "nothing thrown";
  } catch (error) {
    return failures.is(error) ? error.code : String(error);
  }
};

describe("deployments", () => {
  test("begin with what the definition names, frozen", () => {
    const methods = [method("GET /old")];
    const api = { ...restApi(methods), stages: [stage] };
    const stages = createRestStages({
      api,
      service: service(),
      apiKeyValues: new Map(),
      clock: manualClock(5),
      ids: systemIds,
    });
    methods.push(method("GET /late"));
    const [first] = stages.deployments.history();
    expect([first?.id, first?.createdAt, first?.api.methods.length]).toEqual(["dep001", 5, 1]);
    expect(Object.isFrozen(first?.api.methods[0]?.integration)).toBe(true);
    expect(paths(stages)).toEqual(["/old"]);
  });

  test("are added when the definition is read anew, and rolled back", () => {
    const stages = start();
    stages.prepare(next, service())();
    expect(paths(stages)).toEqual(["/new"]);
    const { deployments } = stages;
    const [, latest] = deployments.history();
    expect(deployments.stages()).toMatchObject([
      { stage: "dev", deploymentId: latest?.id, before: ["dep001"] },
    ]);
    expect(deployments.rollBack("dev")).toBe("dep001");
    expect([paths(stages), stages.find("dev")?.plan.api.deploymentId]).toEqual([["/old"], "dep001"]);
    expect(codeOf(() => deployments.rollBack("dev"))).toBe("NOTHING_TO_ROLL_BACK");
  });

  test("have ids of their own, even where randomness repeats", () => {
    const { deployments } = start({}, fixedIds);
    const ids = [deployments.deploy(), deployments.deploy("twice")];
    expect([new Set(ids).size, deployments.history()[2]?.description]).toEqual([2, "twice"]);
  });

  test("in use cannot go", () => {
    const { deployments } = start();
    expect(codeOf(() => deployments.remove("dep001"))).toBe("DEPLOYMENT_IN_USE");
    const id = deployments.deploy();
    deployments.startCanary("dev", { percentTraffic: 5, deploymentId: id });
    expect(codeOf(() => deployments.remove(id))).toBe("DEPLOYMENT_IN_USE");
    deployments.endCanary("dev");
    deployments.remove(id);
    expect(codeOf(() => deployments.point("dev", id))).toBe("DEPLOYMENT_UNKNOWN");
    expect(codeOf(() => deployments.remove(id))).toBe("DEPLOYMENT_UNKNOWN");
  });

  test("that cannot be served leave the stage where it was", () => {
    const stages = start();
    const broken = restApi([method("GET /x", { authorizerId: "gone" })], { stages: [stage] });
    expect(codeOf(() => stages.prepare(broken, service()))).toBe("AUTHORIZER_NOT_DEPLOYED");
    expect(paths(stages)).toEqual(["/old"]);
    expect(stages.deployments.stages()[0]?.deploymentId).toBe("dep001");
  });

  test("that cannot be served bring neither their settings nor their stages", () => {
    const stages = start();
    const accessLog = { format: "no request id" };
    const worse = restApi([method("GET /x")], {
      stages: [
        { ...stage, name: "beta" },
        { ...stage, accessLog },
      ],
    });
    expect(codeOf(() => stages.prepare(worse, service()))).toBe("ACCESS_LOG_INVALID");
    expect([paths(stages), stages.names(), stages.deployments.history().length]).toEqual([
      ["/old"],
      ["dev"],
      1,
    ]);
    stages.prepare(next, service())();
    expect(paths(stages)).toEqual(["/new"]);
  });

  test("speak of stages that there are", () => {
    const { deployments } = start();
    expect(codeOf(() => deployments.point("prod", "dep001"))).toBe("STAGE_UNKNOWN");
  });
});

describe("a canary", () => {
  test("has its own deployment, variables and word in the context", () => {
    const stages = start();
    const { deployments } = stages;
    const id = deployments.deploy();
    deployments.startCanary("dev", {
      percentTraffic: 12.5,
      deploymentId: id,
      stageVariableOverrides: { v: "2", w: "3" },
    });
    const served = stages.find("dev");
    expect(served?.canary?.percentTraffic).toBe(12.5);
    expect(served?.canary?.plan.api).toMatchObject({ deploymentId: id, stageVariables: { v: "2", w: "3" } });
    expect([served?.plan.isCanary, served?.canary?.plan.isCanary]).toEqual([undefined, true]);
    expect(served?.plan.api.stageVariables).toEqual({ v: "1" });
    expect(codeOf(() => deployments.point("dev", "dep001"))).toBe("CANARY_INVALID");
  });

  test("is promoted: deployment and variables become the stage's, and its traffic ends", () => {
    const stages = start();
    const { deployments } = stages;
    expect(codeOf(() => deployments.promoteCanary("dev"))).toBe("CANARY_INVALID");
    const deploymentId = deployments.deploy();
    deployments.startCanary("dev", { percentTraffic: 1, deploymentId, stageVariableOverrides: { v: "2" } });
    deployments.promoteCanary("dev");
    const { plan, canary } = stages.find("dev") ?? {};
    expect(plan?.api).toMatchObject({ deploymentId, stageVariables: { v: "2" } });
    expect(canary?.percentTraffic).toBe(0);
    deployments.endCanary("dev");
    expect(stages.find("dev")?.canary).toBeUndefined();
  });

  test.each([-0.1, 100.1, Number.NaN])("of %d percent is refused", (percentTraffic) => {
    expect(codeOf(() => start().deployments.startCanary("dev", { percentTraffic }))).toBe("CANARY_INVALID");
  });
});

test("stage variables are put in where a function, a URI or a user pool is named", () => {
  const stages = createRestStages({
    api: restApi(
      [
        method("GET /f", {
          integration: { type: "AWS_PROXY", functionKey: "${stageVariables.fn}:live", timeoutMs: 1 },
        }),
        method("GET /h", {
          integration: {
            type: "HTTP_PROXY",
            uri: "https://${stageVariables.host}/${stageVariables.none}x",
            requestParameters: {},
            requestTemplates: {},
            passthroughBehavior: "WHEN_NO_MATCH",
            timeoutMs: 1,
            responses: [],
          },
        }),
        method("GET /s", {
          integration: {
            type: "AWS",
            target: { service: "s3", kind: "path", value: "/${stageVariables.host}/x" },
            requestParameters: {},
            requestTemplates: {},
            passthroughBehavior: "WHEN_NO_MATCH",
            timeoutMs: 1,
            responses: [],
          },
        }),
      ],
      {
        authorizers: [authorizer({ functionKey: "${stageVariables.fn}" })],
        cognitoAuthorizers: [
          {
            id: "c",
            name: "c",
            type: "COGNITO_USER_POOLS",
            userPoolIds: ["${stageVariables.pool}"],
            identitySources: [],
            ttlSeconds: 0,
          },
        ],
        stages: [
          { ...stage, variables: { fn: "shop-prod-list", host: "a.example", pool: "eu_1" } },
          { ...stage, name: "beta", variables: { fn: "list", host: "b.example", pool: "eu_2" } },
        ],
      },
    ),
    service: service({
      functions: [
        {
          key: "list",
          name: "shop-prod-list",
          handler: "a.b",
          runtime: "nodejs24.x",
          memoryMb: 1,
          timeoutMs: 1,
          environment: {},
        },
      ],
    }),
    apiKeyValues: new Map(),
    clock: manualClock(),
    ids: systemIds,
  });
  const [dev, beta] = ["dev", "beta"].map((name) => stages.find(name)?.plan.api);
  expect(dev?.methods.map(({ integration }) => integration)).toMatchObject([
    { functionKey: "list" },
    { uri: "https://a.example/x" },
    { target: { value: "/a.example/x" } },
  ]);
  expect(beta?.methods[1]?.integration).toMatchObject({ uri: "https://b.example/x" });
  expect([dev?.authorizers[0]?.functionKey, beta?.cognitoAuthorizers?.[0]?.userPoolIds]).toEqual([
    "list",
    ["eu_2"],
  ]);
});

describe("a definition read anew", () => {
  const canary = {
    percentTraffic: 10,
    deploymentId: "dep002",
    stageVariableOverrides: {},
    useStageCache: false,
  };
  const withStages = (...given: NonNullable<RestApi["stages"]>) =>
    restApi([method("GET /new")], { stages: given });

  test("takes away the stages that it no longer names", () => {
    const stages = start({ stages: [stage, { ...stage, name: "beta" }] });
    expect(stages.names()).toEqual(["dev", "beta"]);
    stages.prepare(next, service())();
    expect([stages.names(), stages.find("beta")]).toEqual([["dev"], undefined]);
    expect(stages.deployments.stages().map((each) => each.stage)).toEqual(["dev"]);
  });

  test("keeps a stage where it cannot be served", () => {
    const stages = start({ stages: [stage, { ...stage, name: "beta" }] });
    const broken = restApi([method("GET /x", { authorizerId: "gone" })], { stages: [stage] });
    expect(codeOf(() => stages.prepare(broken, service()))).toBe("AUTHORIZER_NOT_DEPLOYED");
    expect([paths(stages), paths(stages, "beta")]).toEqual([["/old"], ["/old"]]);
  });

  test("begins, changes and ends a canary where its own changed", () => {
    const stages = start();
    stages.prepare(withStages({ ...stage, canary }), service())();
    expect(stages.find("dev")?.canary).toMatchObject({ percentTraffic: 10 });
    expect(stages.find("dev")?.canary?.plan.api.methods[0]?.path).toBe("/new");
    stages.prepare(withStages({ ...stage, canary: { ...canary, percentTraffic: 20 } }), service())();
    expect(stages.find("dev")?.canary).toMatchObject({ percentTraffic: 20 });
    stages.prepare(withStages(stage), service())();
    expect(stages.find("dev")).not.toHaveProperty("canary");
  });

  test("leaves a canary that was changed by hand, where its own did not", () => {
    const stages = start({ stages: [{ ...stage, canary }] });
    stages.deployments.startCanary("dev", { percentTraffic: 55 });
    stages.prepare(withStages({ ...stage, canary }), service())();
    expect(stages.find("dev")?.canary).toMatchObject({ percentTraffic: 55 });
    stages.deployments.endCanary("dev");
    stages.prepare(withStages({ ...stage, canary }), service())();
    expect(stages.find("dev")).not.toHaveProperty("canary");
  });

  test("leaves no deployment of a canary that cannot be served", () => {
    const stages = start();
    const broken = restApi([method("GET /x", { authorizerId: "gone" })], { stages: [{ ...stage, canary }] });
    expect(codeOf(() => stages.prepare(broken, service()))).toBe("AUTHORIZER_NOT_DEPLOYED");
    expect(stages.deployments.history().map(({ id }) => id)).toEqual(["dep001"]);
  });
});
