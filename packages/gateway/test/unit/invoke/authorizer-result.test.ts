import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { judgeAnswer, readAuthorizerResult } from "../../../src/invoke/authorizer-result.ts";
import type { Invocation } from "../../../src/ports.ts";

const arn = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms";
const returned = (value: unknown): Invocation => ({ kind: "returned", payload: JSON.stringify(value) });
const policyDocument = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: arn }],
};

const about = (resource: string) => ({ action: "execute-api:invoke", resource, keys: () => undefined });

describe("an answer with a policy", () => {
  test("is read whole, and its context becomes text", () => {
    const answer = { principalId: "ada", policyDocument, context: { age: 36, member: true, name: "Ada" } };
    const result = readAuthorizerResult(
      returned({ ...answer, usageIdentifierKey: "k".repeat(20) }),
      "policy",
    );
    expect(result).toMatchObject({
      kind: "policy",
      principalId: "ada",
      context: { age: "36", member: "true", name: "Ada" },
      usageIdentifierKey: "k".repeat(20),
    });
  });

  test("is judged for each ARN", () => {
    const result = readAuthorizerResult(returned({ principalId: "ada", policyDocument }), "policy");
    if (result.kind !== "policy") throw new Error(result.kind);
    expect(judgeAnswer(result, about(arn))).toBe("allow");
    expect(judgeAnswer(result, about(`${arn}/other`))).toBe("implicit-deny");
  });

  test("keeps the types of its context in payload 2.0", () => {
    const context = { roles: ["a"], deep: { n: 1 }, nothing: null };
    const result = readAuthorizerResult(
      returned({ principalId: "a", policyDocument, context }),
      "policy-2.0",
    );
    expect(result).toMatchObject({ kind: "policy", context });
  });

  test.each([
    ["no principalId", { policyDocument }],
    ["a number for principalId", { principalId: 1, policyDocument }],
    ["no policy", { principalId: "ada" }],
    ["an unreadable policy", { principalId: "ada", policyDocument: { statement: [] } }],
    ["a list in its context", { principalId: "ada", policyDocument, context: { roles: ["a"] } }],
    ["an object in its context", { principalId: "ada", policyDocument, context: { deep: {} } }],
    ["a list for its context", { principalId: "ada", policyDocument, context: [] }],
    ["a number for its key", { principalId: "ada", policyDocument, usageIdentifierKey: 1 }],
    ["a simple answer", { isAuthorized: true }],
    ["null", null],
    ["a string", "Allow"],
    ["true", true],
  ])("is broken with %s", (_name, answer) => {
    expect(readAuthorizerResult(returned(answer), "policy").kind).toBe("broken");
  });

  test("over a limit is broken", () => {
    const answer = returned({ principalId: "a".repeat(9000), policyDocument });
    expect(readAuthorizerResult(answer, "policy", { maxBytes: 8192 }).kind).toBe("broken");
    expect(readAuthorizerResult(answer, "policy").kind).toBe("policy");
  });
});

describe("a simple answer", () => {
  test("is a yes or a no for every ARN", () => {
    const yes = readAuthorizerResult(returned({ isAuthorized: true, context: { deep: { n: 1 } } }), "simple");
    expect(yes).toEqual({ kind: "simple", isAuthorized: true, context: { deep: { n: 1 } } });
    if (yes.kind !== "simple") throw new Error(yes.kind);
    expect(judgeAnswer(yes, about(arn))).toBe("allow");
    expect(judgeAnswer({ ...yes, isAuthorized: false }, about(arn))).toBe("explicit-deny");
  });

  test.each([
    ["true as text", { isAuthorized: "true" }],
    ["1", { isAuthorized: 1 }],
    ["no key", {}],
    ["a policy", { principalId: "ada", policyDocument }],
    ["a list for its context", { isAuthorized: true, context: [] }],
  ])("is broken with %s", (_name, answer) => {
    expect(readAuthorizerResult(returned(answer), "simple").kind).toBe("broken");
  });
});

describe("a failed call", () => {
  test("with exactly Unauthorized is unauthorized", () => {
    const failed = (errorMessage: string): Invocation => ({
      kind: "failed",
      errorType: "Error",
      errorMessage,
    });
    expect(readAuthorizerResult(failed("Unauthorized"), "policy").kind).toBe("unauthorized");
    expect(readAuthorizerResult(failed("unauthorized"), "policy").kind).toBe("broken");
    expect(readAuthorizerResult(failed("Unauthorized."), "simple").kind).toBe("broken");
  });

  test.each<Invocation>([
    { kind: "timed-out" },
    { kind: "throttled" },
    { kind: "too-large", which: "result" },
    { kind: "returned", payload: undefined },
    { kind: "returned", payload: "{" },
  ])("of kind %o is broken", (invocation) => {
    expect(readAuthorizerResult(invocation, "policy").kind).toBe("broken");
  });
});

test("no JSON lets anybody in who was not let in", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const result = readAuthorizerResult(returned(value), "simple");
      const yes =
        typeof value === "object" &&
        value !== null &&
        !Array.isArray(value) &&
        value["isAuthorized"] === true;
      expect(result.kind === "simple" && result.isAuthorized).toBe(yes);
    }),
  );
});
