import { expect, test } from "vitest";
import { deployKeys } from "../../../src/deploy/api-keys.ts";
import { failures } from "../../../src/failures.ts";

const api = { id: "a", stage: "dev" };
const plan = (id: string, apiKeyIds: string[], stage = "dev") => ({
  id,
  name: id,
  apiKeyIds,
  stages: [{ apiId: "a", stage }],
});

test("a key is there if it is enabled and in a plan for the stage", () => {
  const keys = deployKeys(api, {
    apiKeys: [
      { id: "1", name: "declared", value: "one", enabled: true },
      { id: "2", name: "made", enabled: true },
      { id: "3", name: "disabled", value: "three", enabled: false },
      { id: "4", name: "planless", value: "four", enabled: true },
      { id: "5", name: "elsewhere", value: "five", enabled: true },
    ],
    usagePlans: [plan("p", ["1", "2", "3"]), plan("q", ["5"], "prod")],
    apiKeyValues: new Map([["2", "two"]]),
  });
  expect([...keys.keys()]).toEqual(["one", "two"]);
  expect(keys.get("two")).toMatchObject({ id: "2", plan: { id: "p" } });
});

test("a key without a value is refused by name", () => {
  const apiKeys = [{ id: "1", name: "dashboard", enabled: true }];
  try {
    deployKeys(api, { apiKeys, usagePlans: [], apiKeyValues: new Map() });
    expect.unreachable();
  } catch (error) {
    expect(failures.is(error) && [error.code, error.facts]).toEqual([
      "API_KEY_WITHOUT_VALUE",
      { name: "dashboard" },
    ]);
  }
});
