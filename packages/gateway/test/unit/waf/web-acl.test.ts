import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/manual-clock.ts";
import type { WafStatement, WebAcl } from "../../../src/model/web-acl.ts";
import { createRateCount } from "../../../src/waf/rate.ts";
import { deployWebAcl } from "../../../src/waf/web-acl.ts";
import { deployWebAcls } from "../../../src/deploy/web-acls.ts";
import { request, service } from "../invoke/requests.ts";

const place = { accountId: "123456789012", region: "us-east-1" };
const acl = (statement: WafStatement): WebAcl => ({
  name: "front",
  defaultAction: { kind: "allow" },
  rules: [{ name: "r", priority: 1, action: { kind: "block" }, statement }],
  stages: ["dev"],
});

test("a verdict names the web ACL, as $context has it", () => {
  const judge = deployWebAcl(acl({ kind: "ip-set", addresses: ["127.0.0.1"] }), place, manualClock());
  expect(judge(request("GET /dev/a"))).toEqual({
    responseCode: "WAF_BLOCK",
    webAclArn: "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/front/local",
    rule: "r",
  });
});

const slow: WafStatement = { kind: "regex", field: { of: "header", name: "x-bomb" }, pattern: "^(a+)+$" };
const bomb = request("GET /dev/a", { headers: [["x-bomb", `${"a".repeat(40)}!`]] });

test.each<[string, WafStatement, "block" | "allow" | "count"]>([
  ["that blocks", slow, "block"],
  ["that allows", slow, "allow"],
  ["that counts", slow, "count"],
  ["that is turned round", { kind: "not", statement: slow }, "allow"],
])(
  "a header over which the pattern of a rule %s goes back and forth is blocked",
  (_name, statement, kind) => {
    const given = acl(statement);
    const rules = given.rules.map((rule) => ({ ...rule, action: { kind } }));
    const judge = deployWebAcl({ ...given, rules }, place, manualClock());
    expect(judge(bomb)).toMatchObject({ responseCode: "WAF_BLOCK", rule: "r" });
  },
  30_000,
);

test("a header that the pattern fits is what its rule makes of it", () => {
  const judge = deployWebAcl(acl(slow), place, manualClock());
  const fitting = request("GET /dev/a", { headers: [["x-bomb", "aaa"]] });
  expect([judge(fitting).responseCode, judge(request("GET /dev/a")).responseCode]).toEqual([
    "WAF_BLOCK",
    "WAF_ALLOW",
  ]);
});

describe("what cannot be used is refused: WEB_ACL_INVALID", () => {
  test.each<[string, WafStatement]>([
    ["an address", { kind: "ip-set", addresses: ["10.0.0.0/33"] }],
    ["a window", { kind: "rate", limit: 10, windowSeconds: 61 }],
    ["a comparison", { kind: "size", field: { of: "body" }, comparison: "BIG", size: 1 }],
    ["a position", { kind: "bytes", field: { of: "path" }, position: "NEAR", search: "a", lowercase: false }],
    ["a pattern", { kind: "regex", field: { of: "path" }, pattern: "(" }],
    ["a managed set", { kind: "managed", name: "AWSManagedRulesSQLiRuleSet", counted: [] }],
    ["a part", { kind: "not", statement: { kind: "ip-set", addresses: ["x"] } }],
  ])("%s", (_name, statement) => {
    expect(() => deployWebAcl(acl(statement), place, manualClock())).toThrow(
      expect.objectContaining({ code: "WEB_ACL_INVALID", message: expect.stringContaining("The rule r of") }),
    );
  });
});

test("two before one stage are refused by name: WEB_ACL_TAKEN", () => {
  const first = acl({ kind: "ip-set", addresses: [] });
  const webAcls = [first, { ...first, name: "back", stages: ["prod", "dev"] }];
  expect(() => deployWebAcls({ ...service({}), webAcls }, manualClock())).toThrow(
    expect.objectContaining({
      code: "WEB_ACL_TAKEN",
      message: expect.stringContaining("front and back both stand before the stage dev"),
    }),
  );
});

describe("a rate", () => {
  test("agrees with a list of times, to a tenth of the window", () => {
    const steps = fc.array(fc.tuple(fc.constantFrom("a", "b"), fc.nat(9000)), { maxLength: 80 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 8 }), (list, limit) => {
        const clock = manualClock(1_800_000_000_000);
        const isOver = createRateCount(clock, limit, 60);
        const times: (readonly [string, number])[] = [];
        for (const [address, afterMs] of list) {
          clock.advance(afterMs);
          times.push([address, clock.now()]);
          const since = (ms: number) =>
            times.filter(([who, time]) => who === address && time > clock.now() - ms).length;
          const over = isOver(address);
          if (since(54_000) > limit) expect(over).toBe(true);
          if (since(60_000) <= limit) expect(over).toBe(false);
        }
      }),
    );
  });

  test("remembers so many addresses and no more", () => {
    const isOver = createRateCount(manualClock(), 1, 60);
    isOver("first");
    for (let each = 0; each < 10_000; each++) isOver(`10.${each}`);
    expect(isOver("first")).toBe(false);
    expect(isOver("first")).toBe(true);
  });
});
