import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failures } from "../../../src/failures.ts";
import { evaluatePolicy } from "../../../src/invoke/policy.ts";

const arn = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms/42";
const policy = (...statements: object[]) => ({ Version: "2012-10-17", Statement: statements });
const says = (effect: string, resource: unknown, action: unknown = "execute-api:Invoke") => ({
  Effect: effect,
  Action: action,
  Resource: resource,
});

describe("evaluatePolicy", () => {
  test.each([
    ["the very ARN", says("Allow", arn), "allow"],
    ["a star for everything", says("Allow", "*"), "allow"],
    ["a star that spans slashes", says("Allow", arn.replace("GET/rooms/42", "GET/*")), "allow"],
    ["a question mark for one character", says("Allow", arn.replace("42", "4?")), "allow"],
    ["a question mark is not two characters", says("Allow", arn.replace("42", "?")), "implicit-deny"],
    ["one of several resources", says("Allow", ["arn:x", arn]), "allow"],
    ["another path", says("Allow", arn.replace("42", "43")), "implicit-deny"],
    ["a longer path", says("Allow", arn.replace("/42", "/4")), "implicit-deny"],
    ["a wide action", says("Allow", "*", "execute-api:*"), "allow"],
    ["any action", says("Allow", "*", ["*"]), "allow"],
    ["another action", says("Allow", "*", "execute-api:ManageConnections"), "implicit-deny"],
    ["a deny", says("Deny", "*"), "explicit-deny"],
    ["a deny of something else", says("Deny", "arn:x"), "implicit-deny"],
  ])("%s", (_name, statement, verdict) => {
    expect(evaluatePolicy(policy(statement), arn)).toBe(verdict);
  });

  test("a deny wins in either order, and one statement may stand alone", () => {
    expect(evaluatePolicy(policy(says("Allow", "*"), says("Deny", arn)), arn)).toBe("explicit-deny");
    expect(evaluatePolicy(policy(says("Deny", arn), says("Allow", "*")), arn)).toBe("explicit-deny");
    expect(evaluatePolicy({ Version: "2012-10-17", Statement: says("Allow", "*") }, arn)).toBe("allow");
  });

  test("two segments do not match the one of $connect", () => {
    const connect = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/$connect";
    expect(evaluatePolicy(policy(says("Allow", connect.replace("$connect", "*/*"))), connect)).toBe(
      "implicit-deny",
    );
    expect(evaluatePolicy(policy(says("Allow", connect.replace("$connect", "*"))), connect)).toBe("allow");
  });

  test.each([
    ["null", null],
    ["a string", JSON.stringify(policy(says("Allow", "*")))],
    ["no statement", { Version: "2012-10-17" }],
    ["another version", { Version: "2020-01-01", Statement: [] }],
    ["keys in lower case", policy({ effect: "Allow", action: "*", resource: "*" })],
    ["no effect", policy({ Action: "*", Resource: "*" })],
    ["an effect in lower case", policy(says("allow", "*"))],
    ["no resource", policy({ Effect: "Allow", Action: "*" })],
    ["an empty list of resources", policy(says("Allow", []))],
    ["a number for a resource", policy(says("Allow", 1))],
    ["a condition", policy({ ...says("Allow", "*"), Condition: { IpAddress: {} } })],
    ["NotResource", policy({ Effect: "Deny", Action: "*", NotResource: "*" })],
    ["NotAction", policy({ Effect: "Allow", NotAction: "x", Resource: "*" })],
    ["a principal", policy({ ...says("Allow", "*"), Principal: "*" })],
  ])("refuses %s", (_name, document) => {
    try {
      evaluatePolicy(document, arn);
      expect.unreachable();
    } catch (error) {
      expect(failures.is(error) && error.code).toBe("POLICY_UNREADABLE");
    }
  });

  test("any value is a verdict or our failure", () => {
    fc.assert(
      fc.property(fc.anything(), (document) => {
        try {
          expect(["allow", "explicit-deny", "implicit-deny"]).toContain(evaluatePolicy(document, arn));
        } catch (error) {
          expect(failures.is(error)).toBe(true);
        }
      }),
    );
  });

  test("wildcards agree with a regular expression", () => {
    const part = fc.constantFrom("a", "b", "/", "*", "?");
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.constantFrom("a", "b", "/"), { maxLength: 8 }),
        (pattern, text) => {
          const regex = new RegExp(
            `^${pattern.map((c) => (c === "*" ? ".*" : c === "?" ? "." : c)).join("")}$`,
          );
          const verdict = evaluatePolicy(policy(says("Allow", pattern.join("") || "x")), text.join(""));
          expect(verdict === "allow").toBe(pattern.length > 0 && regex.test(text.join("")));
        },
      ),
    );
  });

  test("a hostile pattern comes to an end", () => {
    expect(evaluatePolicy(policy(says("Allow", `${"*a".repeat(200)}b`)), "a".repeat(2000))).toBe(
      "implicit-deny",
    );
  });
});
