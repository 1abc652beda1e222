// Limits of this machine alone, from custom.gatewright.
import { expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const withOwn = (own: string) => `${head}
custom:
  gatewright:
${own}
`;

it.each([
  ["    throttle: { rateLimit: 0.5, burstLimit: 2 }", { accountThrottle: { rateLimit: 0.5, burstLimit: 2 } }],
  [
    "    connectThrottle: { rateLimit: 1, burstLimit: 1 }",
    { connectThrottle: { rateLimit: 1, burstLimit: 1 } },
  ],
  ["    cacheMegabytes: 0.5", { cacheBytes: 524_288 }],
  ["    users: []", undefined],
])("reads %s", async (own, expected) => {
  const service = await readText(withOwn(own));
  expect([service.localLimits, service.notices]).toEqual([expected, []]);
});

it.each([
  "    throttle: { rateLimit: -1, burstLimit: 2 }",
  "    throttle: { rateLimit: 1 }",
  "    cacheMegabytes: much",
])("refuses %s", async (own) => {
  expect((await failureOf(withOwn(own))).code).toBe("DEFINITION_INVALID");
});
