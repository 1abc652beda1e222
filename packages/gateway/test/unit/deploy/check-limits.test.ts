import { describe, expect, test } from "vitest";
import { checkLimits } from "../../../src/deploy/check-limits.ts";
import { definitionLimits } from "../../../src/deploy/definition-limits.ts";
import { failures } from "../../../src/failures.ts";
import type { RestStage } from "../../../src/model/stage.ts";
import type { WebsocketRoute } from "../../../src/model/websocket-api.ts";
import type { Service } from "../../../src/model/service.ts";
import { authorizer, httpApi, lambda, method, restApi, route, service } from "../invoke/requests.ts";

const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, at) => make(at));
const stage = (given: Partial<RestStage> = {}): RestStage => ({
  name: "dev",
  variables: {},
  deploymentId: "d",
  ...given,
});
const onStage = (given: Partial<RestStage>): Partial<Service> => ({
  restApi: restApi([], { stages: [stage(given)] }),
});
const text = (length: number): string => "x".repeat(Math.max(0, length));
const keys = (count: number) => many(count, (at) => ({ id: `k${at}`, name: `k${at}`, enabled: true }));
const plan = (id: string, apiKeyIds: string[], throttle = {}) => ({
  id,
  name: id,
  apiKeyIds,
  stages: [{ apiId: "a", stage: "dev", throttle }],
});
const proxy = { type: "AWS_PROXY", functionKey: "f" } as const;
const mapped = {
  type: "MOCK",
  requestParameters: {},
  passthroughBehavior: "WHEN_NO_MATCH",
  timeoutMs: 50,
  responses: [],
} as const;

/** For each limit, a definition that has exactly so much of it. */
const definitions: Readonly<Record<string, (value: number) => Partial<Service>>> = {
  "resources per REST API": (value) => ({ restApi: restApi(many(value - 1, (at) => method(`GET /r${at}`))) }),
  "stages per REST API": (value) => ({
    restApi: restApi([], { stages: many(value - 1, (at) => stage({ name: `s${at}` })) }),
  }),
  "authorizers per REST API": (value) => ({
    restApi: restApi([], { authorizers: many(value, () => authorizer()) }),
  }),
  "characters of a stage name": (value) => onStage({ name: text(value) }),
  "stage variables per stage": (value) =>
    onStage({ variables: Object.fromEntries(many(value, (at) => [`v${at}`, "x"])) }),
  "characters of a stage variable's name": (value) => onStage({ variables: { [text(value)]: "x" } }),
  "characters of a stage variable's value": (value) => onStage({ variables: { v: text(value) } }),
  "seconds that a cache keeps an answer": (value) =>
    onStage({ methodSettings: { "*/*": { cacheTtlSeconds: value } } }),
  "GB of a stage's cache": (value) => onStage({ cacheCluster: { enabled: true, sizeGb: value } }),
  "percent of a canary's traffic": (value) =>
    onStage({
      canary: { percentTraffic: value, deploymentId: "d", stageVariableOverrides: {}, useStageCache: false },
    }),
  "bytes of an access log's format": (value) => onStage({ accessLog: { format: text(value) } }),
  "bytes of a mapping template": (value) => ({
    restApi: restApi([
      method("GET /", { integration: { ...mapped, requestTemplates: { "a/b": text(value) } } }),
    ]),
  }),
  "bytes of a REST API's models together": (value) => ({
    restApi: restApi([], { models: { M: text(value - 8) } }),
  }),
  "milliseconds of a streaming integration's timeout": (timeoutMs) => ({
    restApi: restApi([
      method("GET /", { integration: { ...proxy, timeoutMs, responseTransferMode: "STREAM" } }),
    ]),
  }),
  "milliseconds of an integration's timeout": (timeoutMs) => ({
    restApi: restApi([method("GET /", { integration: { ...proxy, timeoutMs } })]),
  }),
  "characters of a resource policy": (value) => ({
    restApi: restApi([], { resourcePolicy: text(value - 2) }),
  }),
  "seconds that an authorizer's answer is kept": (ttlSeconds) => ({
    restApi: restApi([], { authorizers: [authorizer({ ttlSeconds })] }),
  }),
  "API keys per region": (value) => ({ apiKeys: keys(value) }),
  "usage plans per region": (value) => ({ usagePlans: many(value, (at) => plan(`p${at}`, [])) }),
  "usage plans per API key": (value) => ({
    apiKeys: keys(1),
    usagePlans: many(value, (at) => plan(`p${at}`, ["k0"])),
  }),
  "methods with a throttle of their own per stage of a usage plan": (value) => ({
    usagePlans: [
      plan(
        "p",
        [],
        Object.fromEntries(many(value, (at) => [`/r${at}/GET`, { rateLimit: 1, burstLimit: 1 }])),
      ),
    ],
  }),
  "characters of an API key's value": (value) => ({
    apiKeys: [{ id: "k", name: "k", value: text(value), enabled: true }],
  }),
  "characters of an API key's name": (value) => ({
    apiKeys: [{ id: "k", name: text(value), enabled: true }],
  }),
  "routes per HTTP API": (value) => ({ httpApi: httpApi(many(value, (at) => `GET /r${at}`)) }),
  "integrations per HTTP API": (value) => ({
    httpApi: httpApi(
      many(value, (at) => route(`GET /r${at}`, { integration: { ...lambda, functionKey: `f${at}` } })),
    ),
  }),
  "stages per HTTP API": (value) => ({
    httpApi: httpApi([], { otherStages: many(value - 1, (at) => ({ name: `s${at}`, variables: {} })) }),
  }),
  "authorizers per HTTP API": (value) => ({
    httpApi: httpApi([], { authorizers: many(value, () => authorizer()) }),
  }),
  "audiences per JWT authorizer": (value) => ({
    httpApi: httpApi([], {
      jwtAuthorizers: [
        { id: "j", name: "j", type: "JWT", issuer: "i", audience: many(value, String), identitySources: [] },
      ],
    }),
  }),
  "scopes per route": (value) => ({
    httpApi: httpApi([route("GET /", { authorizationScopes: many(value, String) })]),
  }),
  "milliseconds of an HTTP API's integration timeout": (timeoutMs) => ({
    httpApi: httpApi([route("GET /", { integration: { ...lambda, timeoutMs } })]),
  }),
  "routes per WebSocket API": (value) => ({ websocketApi: socketApi(value, 29_000) }),
  "integrations per WebSocket API": (value) => ({
    websocketApi: {
      ...socketApi(1, 29_000),
      routes: many(value, (at) => socketRoute(`r${at}`, { ...proxy, functionKey: `f${at}`, timeoutMs: 50 })),
    },
  }),
  "stages per WebSocket API": (value) => ({
    websocketApi: {
      ...socketApi(1, 29_000),
      otherStages: many(value - 1, (at) => ({ name: `s${at}`, variables: {} })),
    },
  }),
  "bytes of a WebSocket API's mapping template": (value) => ({
    websocketApi: {
      ...socketApi(1, 29_000),
      routes: [socketRoute("r", { ...mapped, requestTemplates: { a: "x".repeat(value) } })],
    },
  }),
  "authorizers per WebSocket API": (value) => ({
    websocketApi: { ...socketApi(1, 29_000), authorizers: many(value, () => authorizer()) },
  }),
  "custom domain names per region": (value) => ({
    domains: many(value, (at) => ({ domainName: `d${at}.example`, mappings: [] })),
  }),
  "multi-level API mappings per custom domain name": (value) => ({
    domains: [
      {
        domainName: "d.example",
        mappings: many(value, (at) => ({ path: `v1/p${at}`, api: "rest" as const, stage: "dev" })),
      },
    ],
  }),
  "milliseconds of a WebSocket API's integration timeout": (timeoutMs) => ({
    websocketApi: socketApi(1, timeoutMs),
  }),
};

const socketRoute = (routeKey: string, integration: WebsocketRoute["integration"]) => ({
  routeKey,
  integration,
  routeResponse: false,
});

function socketApi(routes: number, timeoutMs: number) {
  return {
    id: "w",
    name: "w",
    stage: "dev",
    stageVariables: {},
    routeSelectionExpression: "$request.body.action",
    routes: many(routes, (at) => socketRoute(`r${at}`, { ...proxy, timeoutMs })),
    authorizers: [],
  };
}

const judge = (given: Partial<Service>): string => {
  try {
    return checkLimits(service(given)).join("\n");
  } catch (error) {
    return failures.is(error) && error.code === "LIMIT_EXCEEDED"
      ? `refused: ${error.message}`
      : String(error);
  }
};

describe.each(definitionLimits.map((limit) => [limit.name, limit] as const))("%s", (name, limit) => {
  const define = definitions[name];

  test("may be as many as AWS allows, and no more", () => {
    expect(define && judge(define(limit.most))).toBe("");
    const over = define ? judge(define(limit.most + 1)) : "";
    expect(over).toContain(`${name}: `);
    expect(over).toContain(`at most ${limit.most}`);
    expect(over).toContain(limit.source);
    expect(over.startsWith("refused: ")).toBe(!limit.isAdjustable);
  });
});

const bounded = definitionLimits.filter(({ least }) => least !== undefined);
test.each(bounded.map(({ name, least = 0 }) => [name, least] as const))(
  "%s: no less than %d",
  (name, least) => {
    const define = definitions[name];
    expect(define && judge(define(least))).toBe("");
    expect(define && judge(define(least - 0.5))).toContain(`at least ${least}`);
  },
);

test.each([
  ["a-b", "x"],
  ["ab", "two words"],
  ["ab", ""],
  ["ab", "<x>"],
])("the stage variable %s may not be %j", (name, value) => {
  expect(judge(onStage({ variables: { url: "https://a.example/x?y=1&z=-_~,#:" } }))).toBe("");
  expect(() => checkLimits(service(onStage({ variables: { [name]: value } })))).toThrow(
    expect.objectContaining({ code: "STAGE_VARIABLE_INVALID", facts: { stage: "dev", name } }),
  );
});

test("every limit names AWS's page", () => {
  const pages = definitionLimits.map(({ source }) =>
    source.startsWith("https://docs.aws.amazon.com/apigateway/"),
  );
  expect(pages.every(Boolean)).toBe(true);
});
