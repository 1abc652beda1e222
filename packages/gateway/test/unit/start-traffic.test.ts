import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inlineFunctions } from "../../src/integrations/inline-functions.ts";
import { manualClock } from "../../src/manual-clock.ts";
import type { RestApi } from "../../src/model/rest-api.ts";
import type { Service } from "../../src/model/service.ts";
import { systemIds } from "../../src/ports.ts";
import { openTraffic, type Traffic, type TrafficOptions } from "../../src/start-traffic.ts";
import { mayCall } from "../../src/websocket/admit.ts";
import { httpApi, method, recordedLog, request, restApi, service } from "./invoke/requests.ts";

let folder = "";
const closing: Traffic[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "traffic-"));
});
afterEach(async () => {
  for (const traffic of closing.splice(0)) await traffic.close();
  await rm(folder, { recursive: true });
});

const api = (given: Partial<RestApi> = {}, paths = ["/a"]): RestApi =>
  restApi(
    paths.map((path) => method(`GET ${path}`)),
    given,
  );
const keyed: Partial<Service> = {
  restApi: restApi([method("GET /a", { apiKeyRequired: true })]),
  apiKeys: [{ id: "k1", name: "first", value: "value-of-the-first-key", enabled: true }],
  usagePlans: [
    {
      id: "p1",
      name: "free",
      apiKeyIds: ["k1"],
      stages: [{ apiId: "restapi001", stage: "dev" }],
      quota: { limit: 2, offset: 0, period: "DAY" },
    },
  ],
};

async function open(given: Partial<Service> = { restApi: api() }, more: Partial<TrafficOptions> = {}) {
  const clock = manualClock();
  const traffic = await openTraffic({
    service: service(given),
    functions: inlineFunctions({ f: (event) => ({ statusCode: 200, body: JSON.stringify(event) }) }, clock),
    folder,
    apiKeyValues: new Map(),
    clock,
    ids: systemIds,
    log: recordedLog(),
    ...more,
  });
  closing.push(traffic);
  const ask = async (target: string, given: Parameters<typeof request>[1] = {}) => {
    const answer = await traffic.rest?.answer(request(target, given));
    const text = answer?.body.toString() ?? "";
    const isJson = answer?.headers.some(
      (pair) => pair.join(":").toLowerCase() === "content-type:application/json",
    );
    return { status: answer?.status, text, json: (isJson ? JSON.parse(text) : undefined) as never };
  };
  return { traffic, ask, clock };
}
const key = (value: string) => ({ headers: [["x-api-key", value] as const] });
const body = (value: unknown) => ({
  body: Buffer.from(typeof value === "string" ? value : JSON.stringify(value)),
});

describe("the desk", () => {
  test("lists its topics, and answers nothing else", async () => {
    const { ask } = await open();
    expect((await ask("GET /_gatewright")).json).toMatchObject({
      topics: expect.arrayContaining(["GET metrics"]),
    });
    expect((await ask("GET /_gatewright/nothing")).status).toBe(404);
    expect((await ask("GET /_gatewright/constructor")).status).toBe(404);
    expect((await ask("GET /_gatewrightly/a")).json).toEqual({ message: "Forbidden" });
  });

  test.each([
    ["another machine", { sourceIp: "192.168.1.7" }],
    ["a name that was bound to this machine", { host: "evil.example:4001" }],
    ["a page of another site", { headers: [["Origin", "https://evil.example"] as const] }],
    ["a page of another port", { headers: [["Origin", "http://127.0.0.1:4000"] as const] }],
    ["a page without an origin", { headers: [["Origin", "null"] as const] }],
    ["a link on another site", { headers: [["Sec-Fetch-Site", "cross-site"] as const] }],
  ])("does not answer %s", async (_, given) => {
    const { ask } = await open();
    for (const target of [
      "GET /_gatewright/metrics",
      "DELETE /_gatewright/cache",
      "POST /_gatewright/deployments",
    ]) {
      expect((await ask(target, given)).status).toBe(403);
    }
  });

  test("answers a page of its own", async () => {
    const { ask } = await open();
    const headers = [
      ["Origin", "http://127.0.0.1:4001"] as const,
      ["Sec-Fetch-Site", "same-origin"] as const,
    ];
    expect((await ask("GET /_gatewright/metrics", { headers })).status).toBe(200);
  });

  test("tells metrics for Prometheus and as JSON", async () => {
    const { ask, traffic } = await open();
    await ask("GET /dev/a");
    expect((await ask("GET /_gatewright/metrics")).text).toContain(
      'apigateway_count_total{kind="rest",api="dev-chat",stage="dev",resource="/a",method="GET"} 1',
    );
    const { json } = await ask("GET /_gatewright/metrics?format=json");
    expect(json).toMatchObject({ namespace: "AWS/ApiGateway", series: [{ metrics: { Count: 1 } }] });
    expect(traffic.control.metrics()).toEqual((json as { series: unknown }).series);
    expect(traffic.control.metricsTable()).toEqual([expect.stringContaining("GET /a: 1 requests")]);
  });

  test("flushes a cache", async () => {
    const stage = {
      name: "dev",
      variables: {},
      deploymentId: "d",
      cacheCluster: { enabled: true, sizeGb: 0.5 },
    };
    const { ask, traffic } = await open({ restApi: api({ stages: [stage] }) });
    await ask("GET /dev/a?n=1");
    expect((await ask("GET /_gatewright/cache")).json).toMatchObject({ caches: [{ name: "dev" }] });
    expect((await ask("DELETE /_gatewright/cache?stage=dev")).json).toEqual({ flushed: 1 });
    expect((await ask("GET /dev/a?n=2")).json).toMatchObject({ queryStringParameters: { n: "2" } });
    expect([traffic.control.flushCache(), traffic.control.flushCache("none")]).toEqual([1, 0]);
  });
});

describe("deployments", () => {
  const order = (ask: Awaited<ReturnType<typeof open>>["ask"], value: unknown) =>
    ask("POST /_gatewright/deployments", body(value));

  test("are made, pointed at, rolled back and given canaries at the desk", async () => {
    const { ask, traffic } = await open();
    traffic.control.redeploy(service({ restApi: api({}, ["/b"]) }));
    expect([(await ask("GET /dev/a")).status, (await ask("GET /dev/b")).status]).toEqual([403, 200]);
    const told = (await order(ask, { action: "rollback", stage: "dev" })).json;
    expect(told).toMatchObject({ rest: { stages: [{ stage: "dev", deploymentId: "dep001" }] } });
    expect([(await ask("GET /dev/a")).status, (await ask("GET /dev/b")).status]).toEqual([200, 403]);
    const [, latest] = traffic.control.deployments.rest?.history() ?? [];
    await order(ask, { action: "canary", stage: "dev", percentTraffic: 100, deploymentId: latest?.id });
    expect((await ask("GET /dev/b")).json).toMatchObject({ requestContext: { isCanaryRequest: true } });
    expect((await order(ask, { action: "point", stage: "dev", deploymentId: "dep001" })).json).toMatchObject({
      code: "CANARY_INVALID",
    });
    await order(ask, { action: "promote", stage: "dev" });
    expect((await ask("GET /dev/b")).json).toMatchObject({ requestContext: { deploymentId: latest?.id } });
    await order(ask, { action: "end-canary", stage: "dev" });
    await order(ask, { action: "deploy", stage: "dev", description: "again" });
    await order(ask, { action: "remove", deploymentId: "dep001" });
    const history = traffic.control.deployments.rest?.history() ?? [];
    expect(history.map(({ description }) => description)).toEqual(["The definition was read anew", "again"]);
    expect((await ask("GET /_gatewright/deployments")).json).toMatchObject({ rest: { history: [{}, {}] } });
  });

  test("of an HTTP API are made too", async () => {
    const { traffic } = await open({ httpApi: httpApi(["GET /a"]) });
    traffic.control.redeploy(service({ httpApi: httpApi(["GET /b"]) }));
    const status = async (target: string) => (await traffic.http?.answer(request(target)))?.status;
    expect([await status("GET /a"), await status("GET /b")]).toEqual([404, 200]);
    const sent = body({ api: "http", action: "rollback", stage: "$default" });
    expect((await traffic.http?.answer(request("POST /_gatewright/deployments", sent)))?.status).toBe(200);
    expect(await status("GET /a")).toBe(200);
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "1"],
    ["no action", { action: "dance" }],
    ["no API", { api: "http" }],
  ])("are not touched by an order that is %s", async (_, value) => {
    const { ask } = await open();
    const { status, json } = await order(ask, value);
    expect([status, json]).toMatchObject([400, { code: "DESK_ORDER_INVALID" }]);
  });

  test("that cannot be served leave everything as it was", async () => {
    const { ask, traffic } = await open();
    const broken = restApi([method("GET /b", { authorizerId: "gone" })]);
    expect(() => traffic.control.redeploy(service({ restApi: broken }))).toThrow(/authorizer/);
    expect((await ask("GET /dev/a")).status).toBe(200);
    expect(traffic.control.deployments.rest?.history()).toHaveLength(1);
  });
});

describe("usage plans", () => {
  test("are reported, as JSON and CSV, and no key is shown", async () => {
    const { ask, traffic } = await open(keyed);
    for (let count = 0; count < 3; count += 1) await ask("GET /dev/a", key("value-of-the-first-key"));
    const { json, text } = await ask("GET /_gatewright/usage");
    expect(json).toMatchObject({ usage: [{ usagePlanId: "p1", items: { k1: [[2, 0]] } }] });
    const csv = await ask("GET /_gatewright/usage?format=csv&usagePlanId=free&keyId=k1");
    expect(csv.text).toBe("UsagePlan,ApiKeyId,Date,Used,Remaining\r\nfree,k1,2026-01-01,2,0\r\n");
    const list = await ask("GET /_gatewright/apikeys");
    expect(list.json).toEqual({ items: [{ id: "k1", name: "first", enabled: true, usagePlanIds: ["p1"] }] });
    for (const told of [text, csv.text, list.text]) expect(told).not.toContain("value-of");
    expect((await ask("GET /_gatewright/usage?usagePlanId=none")).json).toMatchObject({
      code: "USAGE_QUESTION_INVALID",
    });
    const asked = { startDate: "2026-01-01", endDate: "2026-01-01" };
    expect(traffic.control.usage(asked)).toMatchObject([{ items: { k1: [[2, 0]] } }]);
  });

  test("keep their counts and imported keys in the data folder", async () => {
    const first = await open(keyed);
    const csv =
      "Name,Key,UsagePlanIds\nsecond,value-of-the-second-key,p1\nthird,value-of-the-first-key,p1\nfourth,value-of-the-fourth-key,none\n";
    const { json } = await first.ask("POST /_gatewright/apikeys", body(csv));
    expect(json).toMatchObject({
      ids: [expect.stringMatching(/^[0-9a-f]{10}$/)],
      warnings: ["API Key already exists: third", "Invalid Usage Plan ID specified for fourth"],
    });
    expect((await first.ask("GET /dev/a", key("value-of-the-second-key"))).status).toBe(200);
    expect((await first.ask("GET /dev/a", key("value-of-the-fourth-key"))).status).toBe(403);
    await first.traffic.close();
    const second = await open(keyed);
    const statuses = [];
    for (let count = 0; count < 2; count += 1) {
      statuses.push((await second.ask("GET /dev/a", key("value-of-the-second-key"))).status);
    }
    expect(statuses).toEqual([200, 429]);
    second.traffic.control.redeploy(service(keyed));
    expect((await second.ask("GET /dev/a", key("value-of-the-second-key"))).status).toBe(429);
    expect((await second.ask("POST /_gatewright/apikeys", body("x"))).json).toMatchObject({
      code: "KEY_FILE_INVALID",
    });
  });
});

test("files of keys that come at once are all kept, and too many are refused", async () => {
  const { traffic, ask } = await open(keyed);
  const files = Array.from({ length: 5 }, (_, at) => `Name,Key\nk,value-of-key-number-${at}`);
  await Promise.all(files.map((file) => traffic.control.importApiKeys(file)));
  const kept: unknown = JSON.parse(await readFile(join(folder, "imported-keys.json"), "utf8"));
  expect(kept).toHaveLength(5);
  const many = Array.from({ length: 10_000 }, (_, at) => `k,value-of-key-${at}-of-many`).join("\n");
  expect((await ask("POST /_gatewright/apikeys", body(`Name,Key\n${many}`))).json).toMatchObject({
    code: "KEY_FILE_INVALID",
  });
});

test("the desk answers whatever it is sent, and the API goes on", async () => {
  const { ask } = await open(keyed);
  const word = fc.constantFrom(
    "deploy",
    "point",
    "rollback",
    "canary",
    "promote",
    "end-canary",
    "remove",
    "dev",
    "rest",
  );
  const order = fc.record(
    {
      api: fc.oneof(word, fc.jsonValue()),
      action: word,
      stage: fc.oneof(word, fc.jsonValue()),
      deploymentId: fc.oneof(word, fc.jsonValue()),
      percentTraffic: fc.oneof(fc.double(), fc.jsonValue()),
      stageVariableOverrides: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    order.map((value) => JSON.stringify(value)),
    fc.string(),
    fc.json(),
  );
  const target = fc.oneof(
    fc.constantFrom("POST /_gatewright/deployments", "POST /_gatewright/apikeys"),
    fc.webQueryParameters().map((query) => `GET /_gatewright/usage?${query}`),
    fc.webPath().map((path) => `GET /_gatewright${path}`),
  );
  await fc.assert(
    fc.asyncProperty(target, text, async (asked, sent) => {
      expect([200, 400, 404]).toContain((await ask(asked, body(sent))).status);
    }),
    { numRuns: 300 },
  );
  expect((await ask("GET /dev/a", key("value-of-the-first-key"))).status).toBe(200);
});

test("both APIs share the account's bucket, which can be lowered", async () => {
  const both = { restApi: api(), httpApi: httpApi(["GET /a"]) };
  const { ask, traffic } = await open(both, { accountThrottle: { rateLimit: 1, burstLimit: 2 } });
  const http = async () => (await traffic.http?.answer(request("GET /a")))?.status;
  expect([
    (await ask("GET /dev/a")).status,
    await http(),
    (await ask("GET /dev/a")).status,
    await http(),
  ]).toEqual([200, 200, 429, 429]);
});

test("the WebSocket API takes from the account's bucket, too, and knows the keys of its own stage", async () => {
  const sized = { accountThrottle: { rateLimit: 1, burstLimit: 2 } };
  const { ask, traffic } = await open({ restApi: api() }, sized);
  const { meters } = traffic.sockets;
  expect((await ask("GET /dev/a")).status).toBe(200);
  expect([mayCall({ ...meters, connects: meters.account }), (await ask("GET /dev/a")).status]).toEqual([
    true,
    429,
  ]);
  expect([...meters.keysOf({ id: "somebody-else", stage: "dev" }).keys()]).toEqual([]);
});

test("a stage's cache takes no more memory than it is given", async () => {
  const stage = {
    name: "dev",
    variables: {},
    deploymentId: "d",
    cacheCluster: { enabled: true, sizeGb: 237 },
  };
  const { ask } = await open({ restApi: api({ stages: [stage] }) }, { cacheBytes: 100 });
  await ask("GET /dev/a?n=1");
  expect((await ask("GET /dev/a?n=2")).json).toMatchObject({ queryStringParameters: { n: "2" } });
});

test("logs are files in the data folder, named after their destination", async () => {
  const accessLog = {
    format: "$context.requestId $context.status",
    destinationArn: "arn:aws:logs:us-east-1:123456789012:log-group:chat-access",
  };
  const { ask, traffic } = await open({
    restApi: api({ stages: [{ name: "dev", variables: {}, deploymentId: "d", accessLog }] }),
  });
  await ask("GET /dev/a");
  await traffic.close();
  expect(await readFile(join(folder, "logs/chat-access.log"), "utf8")).toMatch(/^[0-9a-f-]{36} 200\n$/);
});
