// A definition that is read anew while the gateway runs: what it renews, and what it makes forget.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { inlineFunctions } from "../../src/integrations/inline-functions.ts";
import { manualClock } from "../../src/manual-clock.ts";
import type { Service } from "../../src/model/service.ts";
import { systemIds } from "../../src/ports.ts";
import { openTraffic, type Traffic } from "../../src/start-traffic.ts";
import {
  authorizer,
  httpApi,
  method,
  recordedLog,
  request,
  restApi,
  route,
  service,
} from "./invoke/requests.ts";

let folder = "";
let traffic: Traffic | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "redeploy-"));
});
afterEach(async () => {
  await traffic?.close();
  await rm(folder, { recursive: true });
});

const policy = (Effect: string) => ({
  principalId: "p",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Effect, Action: "execute-api:Invoke", Resource: "*" }],
  },
});

async function open(given: Partial<Service>) {
  const clock = manualClock();
  const log = recordedLog();
  const calls = { authorizer: 0 };
  const functions = inlineFunctions(
    {
      f: () => ({ statusCode: 200 }),
      authorizer: () => {
        calls.authorizer += 1;
        return policy("Allow");
      },
      stricter: () => policy("Deny"),
    },
    clock,
  );
  traffic = await openTraffic({
    service: service(given),
    functions,
    folder,
    apiKeyValues: new Map(),
    clock,
    ids: systemIds,
    log,
  });
  const { rest, http, control } = traffic;
  const token = { headers: [["Authorization", "t"] as const] };
  return {
    log,
    calls,
    redeploy: (next: Partial<Service>) => control.redeploy(service(next)),
    rest: async (target: string) => (await rest?.answer(request(target, token)))?.status,
    http: async (target: string) => (await http?.answer(request(target, token)))?.status,
    told: async (target: string) => (await rest?.answer(request(target)))?.body.toString() ?? "",
  };
}

const open1 = restApi([method("GET /a")]);
const block = { name: "front", stages: ["dev"], defaultAction: { kind: "block" }, rules: [] } as const;

describe("a definition read anew renews", () => {
  test("web ACLs", async () => {
    const { rest, redeploy } = await open({ restApi: open1 });
    expect(await rest("GET /dev/a")).toBe(200);
    redeploy({ restApi: open1, webAcls: [block] });
    expect(await rest("GET /dev/a")).toBe(403);
    expect(() => redeploy({ restApi: open1, webAcls: [block, block] })).toThrow(/both stand before/);
    expect(await rest("GET /dev/a")).toBe(403);
    redeploy({ restApi: open1 });
    expect(await rest("GET /dev/a")).toBe(200);
  });

  test("how long a URL may be, by the type of the endpoint", async () => {
    const { rest, redeploy } = await open({ restApi: restApi([method("GET /a")], { endpointType: "EDGE" }) });
    const target = `GET /dev/a?q=${"x".repeat(9_000)}`;
    expect(await rest(target)).toBe(414);
    redeploy({ restApi: restApi([method("GET /a")], { endpointType: "REGIONAL" }) });
    expect(await rest(target)).toBe(200);
  });
});

test("a definition read anew is held against AWS's limits, and the one before goes on", async () => {
  const { rest, redeploy, log } = await open({ restApi: open1 });
  const long = restApi([method("GET /b")], { stageVariables: { v: "x".repeat(513) } });
  expect(() => redeploy({ restApi: long })).toThrow(expect.objectContaining({ code: "LIMIT_EXCEEDED" }));
  expect(await rest("GET /dev/a")).toBe(200);
  redeploy({
    restApi: restApi([method("GET /a")], { resourcePolicy: { Statement: [], Id: "x".repeat(8_192) } }),
  });
  expect(log.lines.join("\n")).toContain("characters of a resource policy");
});

describe("what authorizers said is forgotten", () => {
  const guarded = (functionKey: string): Partial<Service> => ({
    restApi: restApi([method("GET /a", { authorizerId: "auth01" })], {
      authorizers: [authorizer({ functionKey })],
    }),
    httpApi: httpApi([route("GET /a", { authorizerId: "auth01" })], {
      authorizers: [authorizer({ type: "REQUEST", functionKey, payloadVersion: "2.0" })],
    }),
  });

  test("when the definition is read anew", async () => {
    const { rest, http, redeploy, calls } = await open(guarded("authorizer"));
    for (const ask of [rest, rest]) expect(await ask("GET /dev/a")).toBe(200);
    for (const ask of [http, http]) expect(await ask("GET /a")).toBe(200);
    expect(calls.authorizer).toBe(2);
    redeploy(guarded("stricter"));
    expect([await rest("GET /dev/a"), await http("GET /a")]).toEqual([403, 403]);
  });

  test("when the desk is told to", async () => {
    const { rest, http, told, calls } = await open(guarded("authorizer"));
    expect([await rest("GET /dev/a"), await http("GET /a")]).toEqual([200, 200]);
    expect(JSON.parse(await told("DELETE /_gatewright/cache?what=authorizers"))).toEqual({ flushed: 2 });
    expect(await rest("GET /dev/a")).toBe(200);
    expect(calls.authorizer).toBe(3);
    expect(JSON.parse(await told("DELETE /_gatewright/cache?what=all"))).toMatchObject({
      code: "DESK_ORDER_INVALID",
    });
  });
});
