import { describe, expect, test } from "vitest";
import { askPolicy, readPolicy } from "../../../src/policy/policy.ts";
import type { PolicyPrincipal } from "../../../src/policy/principal.ts";
import { failures } from "../../../src/failures.ts";

const user: PolicyPrincipal = { arn: "arn:aws:iam::123456789012:user/ada", accountId: "123456789012" };
const session: PolicyPrincipal = {
  arn: "arn:aws:sts::123456789012:assumed-role/app/s1",
  roleArn: "arn:aws:iam::123456789012:role/app",
  accountId: "123456789012",
};

function allows(statement: object, principal?: PolicyPrincipal): boolean {
  const document = { Statement: { Effect: "Allow", Action: "*", Resource: "*", ...statement } };
  const policy = readPolicy(document, { of: "It", principals: "required" });
  return askPolicy(policy, { action: "a", resource: "r", principal, keys: () => undefined }) === "allow";
}

describe("a principal", () => {
  test.each<[string, unknown, PolicyPrincipal | undefined, boolean]>([
    ["anybody", "*", undefined, true],
    ["anybody of AWS", { AWS: "*" }, undefined, true],
    ["an account for somebody unknown", { AWS: "123456789012" }, undefined, false],
    ["an account", { AWS: "123456789012" }, user, true],
    ["an account's root", { AWS: ["x", "arn:aws:iam::123456789012:root"] }, session, true],
    ["another account", { AWS: "210987654321" }, user, false],
    ["the user", { AWS: user.arn }, user, true],
    ["another user", { AWS: user.arn }, session, false],
    ["a role for its session", { AWS: session.roleArn }, session, true],
    ["the session", { AWS: session.arn }, session, true],
    ["a service", { Service: "apigateway.amazonaws.com" }, user, false],
  ])("%s", (_name, principal, caller, verdict) => {
    expect(allows({ Principal: principal }, caller)).toBe(verdict);
    expect(allows({ NotPrincipal: principal }, caller)).toBe(!verdict);
  });

  test.each([
    ["none", {}],
    ["two", { Principal: "*", NotPrincipal: "*" }],
    ["a part of a name", { Principal: { AWS: "arn:aws:iam::*:user/ada" } }],
    ["a number", { Principal: { AWS: 1 } }],
    ["a text", { Principal: "arn:aws:iam::123456789012:root" }],
    ["an unknown kind", { Principal: { aws: "*" } }],
  ])("refuses %s", (_name, statement) => {
    expect(() => allows(statement)).toThrow(expect.toSatisfy((error) => failures.is(error)));
  });
});
