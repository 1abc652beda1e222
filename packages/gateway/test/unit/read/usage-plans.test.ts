// API keys and usage plans: one plan, several, keys of every spelling, and what is refused.
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

const value = "0123456789abcdefghij";

function definition(settings: string): string {
  return withEvents("      - http: GET /a", `  apiGateway:\n${settings}\n`);
}

async function read(settings: string): Promise<Service> {
  const service = await readText(definition(settings));
  expect(service.notices).toEqual([]);
  return service;
}

describe("one plan", () => {
  it("holds every key", async () => {
    const { apiKeys, usagePlans, restApi } = await read(`
    apiKeys: [first, { name: second, value: ${value}, description: d, customerId: c, enabled: false }, { value: x${value} }]
    usagePlan: { quota: { limit: 10, period: day }, throttle: { rateLimit: 0.5, burstLimit: 2 } }`);
    expect(apiKeys).toMatchObject([
      { name: "first", enabled: true },
      { name: "second", value, enabled: false },
      { name: expect.stringContaining("ApiGatewayApiKey3"), value: `x${value}` },
    ]);
    expect(apiKeys[0]).not.toHaveProperty("value");
    expect(usagePlans).toEqual([
      {
        id: expect.stringMatching(/^[a-z0-9]{6}$/),
        name: "shop-dev",
        apiKeyIds: apiKeys.map(({ id }) => id),
        stages: [{ apiId: restApi!.id, stage: "dev" }],
        quota: { limit: 10, offset: 0, period: "DAY" },
        throttle: { rateLimit: 0.5, burstLimit: 2 },
      },
    ]);
  });

  it("without limits is what keys alone come to", async () => {
    const { usagePlans } = await read("    apiKeys: [a]");
    expect(usagePlans).toHaveLength(1);
    expect(usagePlans[0]).not.toHaveProperty("quota");
    expect(usagePlans[0]?.apiKeyIds).toHaveLength(1);
  });
});

describe("several plans", () => {
  it("each hold their own keys", async () => {
    const { apiKeys, usagePlans } = await read(`
    usagePlan: [{ free: { quota: { limit: 1, offset: 1, period: WEEK } } }, { paid: {} }]
    apiKeys: [{ free: [a, b] }, { paid: [{ name: c, value: ${value} }] }]`);
    expect(usagePlans.map(({ name, apiKeyIds }) => [name, apiKeyIds.length])).toEqual([
      ["shop-free-dev", 2],
      ["shop-paid-dev", 1],
    ]);
    expect(apiKeys.map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });
});

describe("what is wrong", () => {
  it.each([
    ["    apiKeys: [{ name: a, value: hunter2 }]", "provider.apiGateway.apiKeys[0].value"],
    [`    apiKeys: [{ value: ${value} }, { value: ${value} }]`, "provider.apiGateway.apiKeys[1]"],
    ["    apiKeys: hunter2", "provider.apiGateway.apiKeys"],
    ["    usagePlan: [{ free: {} }]\n    apiKeys: [hunter2]", "provider.apiGateway.apiKeys[0]"],
    ["    usagePlan: [{ free: {} }]\n    apiKeys: [{ fre: [a] }]", "provider.apiGateway.apiKeys[0].fre"],
    ["    usagePlan: [{}]", "provider.apiGateway.usagePlan[0]"],
    ["    usagePlan: { quota: { limit: 1 } }", "provider.apiGateway.usagePlan.quota.period"],
    ["    usagePlan: { quota: { limit: -1, period: DAY } }", "provider.apiGateway.usagePlan.quota.limit"],
    ["    usagePlan: { throttle: { rateLimit: 1 } }", "provider.apiGateway.usagePlan.throttle.burstLimit"],
  ])("%s is refused at its place", async (settings, path) => {
    const failure = await failureOf(definition(settings));
    expect(failure).toMatchObject({ code: "DEFINITION_INVALID", facts: { path } });
    if (!path.endsWith("apiKeys")) expect(failure.message).not.toContain("hunter2");
  });

  it("may be a limit whose name is mistyped", async () => {
    expect(await failureOf(definition("    usagePlan: { throtle: { rateLimit: 1 } }"))).toMatchObject({
      code: "KEY_UNKNOWN",
      facts: { closest: "throttle" },
    });
  });
});
