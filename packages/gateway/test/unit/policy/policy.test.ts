import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failures } from "../../../src/failures.ts";
import { evaluatePolicy } from "../../../src/policy/policy.ts";

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
    ["all but one resource", { Effect: "Allow", Action: "*", NotResource: "arn:x" }, "allow"],
    ["all but this resource", { Effect: "Allow", Action: "*", NotResource: ["a", arn] }, "implicit-deny"],
    ["all but one action", { Effect: "Deny", NotAction: "s3:GetObject", Resource: "*" }, "explicit-deny"],
    [
      "all but this action",
      { Effect: "Deny", NotAction: "execute-api:Inv*", Resource: "*" },
      "implicit-deny",
    ],
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
    ["a condition that is none", policy({ ...says("Allow", "*"), Condition: "x" })],
    ["an unknown operator", policy({ ...says("Allow", "*"), Condition: { Equals: { a: "b" } } })],
    [
      "an unknown set operator",
      policy({ ...says("Allow", "*"), Condition: { "ForAll:Bool": { a: "true" } } }),
    ],
    ["Null with IfExists", policy({ ...says("Allow", "*"), Condition: { NullIfExists: { a: "true" } } })],
    [
      "a range that is none",
      policy({ ...says("Allow", "*"), Condition: { IpAddress: { a: "10.0.0.0/33" } } }),
    ],
    ["a number that is none", policy({ ...says("Allow", "*"), Condition: { NumericEquals: { a: "x" } } })],
    ["a date that is none", policy({ ...says("Allow", "*"), Condition: { DateLessThan: { a: "soon" } } })],
    ["an ARN that is none", policy({ ...says("Allow", "*"), Condition: { ArnLike: { a: "arn:x" } } })],
    ["no values", policy({ ...says("Allow", "*"), Condition: { StringEquals: { a: [] } } })],
    ["both resources", policy({ Effect: "Deny", Action: "*", Resource: "*", NotResource: "*" })],
    ["both actions", policy({ Effect: "Allow", Action: "x", NotAction: "x", Resource: "*" })],
    ["signs of our own", policy(says("Allow", "a\u0000"))],
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
