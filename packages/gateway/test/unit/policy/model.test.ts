// The evaluator against a naive model of AWS's rules and tables, for policies that nobody wrote by hand.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { askPolicy, type PolicyVerdict, readPolicy } from "../../../src/policy/policy.ts";
import { tableA, tableB } from "../../../src/policy/tables.ts";

interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: string;
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

type Request = Readonly<Record<"action" | "resource", string>> & {
  readonly keys: Readonly<Record<string, readonly string[]>>;
};

const names = fc.constantFrom("a", "b", "c", "ab", "abc");
const patterns = fc.constantFrom("a", "b", "c", "ab", "*", "a*", "*b", "?", "a?c");
const lists = fc.array(patterns, { minLength: 1, maxLength: 3 });
const operators = fc.constantFrom(
  ...["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"].flatMap((name) => [
    name,
    `${name}IfExists`,
    `ForAnyValue:${name}`,
    `ForAllValues:${name}`,
  ]),
);
const conditions = fc.dictionary(operators, fc.dictionary(fc.constantFrom("k", "l"), lists, { maxKeys: 2 }), {
  maxKeys: 2,
});
const statements: fc.Arbitrary<Statement> = fc
  .record({
    Effect: fc.constantFrom("Allow" as const, "Deny" as const),
    action: fc.tuple(fc.constantFrom("Action", "NotAction"), lists),
    resource: fc.tuple(fc.constantFrom("Resource", "NotResource"), lists),
    Condition: conditions,
  })
  .map(({ Effect, action, resource, Condition }) => ({
    Effect,
    [action[0]]: action[1],
    [resource[0]]: resource[1],
    Condition,
  }));
const requests: fc.Arbitrary<Request> = fc.record({
  action: names,
  resource: names,
  keys: fc.dictionary(fc.constantFrom("k", "l"), fc.array(names, { minLength: 1, maxLength: 2 }), {
    maxKeys: 2,
  }),
});

const like = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);

function conditionHolds(
  operator: string,
  wanted: readonly string[],
  actual: readonly string[] | undefined,
): boolean {
  const quantifier = /^For(All|Any)Values?:/.exec(operator)?.[1];
  const name = operator.replace(/^.*:/, "").replace("IfExists", "");
  const negated = name.includes("Not");
  if (!actual) {
    if (operator.endsWith("IfExists") || quantifier === "All") return true;
    return quantifier === undefined && negated;
  }
  const one = (value: string) => {
    const equal = (each: string) => (name.endsWith("Like") ? like(each, value) : each === value);
    return negated ? !wanted.some(equal) : wanted.some(equal);
  };
  if (quantifier === "All" || (quantifier === undefined && negated)) return actual.every(one);
  return actual.some(one);
}

function speaks(statement: Statement, { action, resource, keys }: Request): boolean {
  const fits = (plain: readonly string[] | undefined, not: readonly string[] | undefined, text: string) =>
    plain ? plain.some((each) => like(each, text)) : !(not ?? []).some((each) => like(each, text));
  return (
    fits(statement.Action, statement.NotAction, action) &&
    fits(statement.Resource, statement.NotResource, resource) &&
    Object.entries(statement.Condition).every(([operator, block]) =>
      Object.entries(block).every(([key, wanted]) => conditionHolds(operator, wanted, keys[key])),
    )
  );
}

function judge(list: readonly Statement[], request: Request): PolicyVerdict {
  const said = new Set(list.filter((each) => speaks(each, request)).map(({ Effect }) => Effect));
  if (said.has("Deny")) return "explicit-deny";
  return said.has("Allow") ? "allow" : "implicit-deny";
}

const ask = (list: readonly Statement[], { action, resource, keys }: Request): PolicyVerdict =>
  askPolicy(readPolicy({ Version: "2012-10-17", Statement: list }, { of: "It" }), {
    action,
    resource,
    keys: (name) => keys[name],
  });

describe("the evaluator", () => {
  test("agrees with the model", () => {
    fc.assert(
      fc.property(fc.array(statements, { maxLength: 4 }), requests, (list, request) => {
        expect(ask(list, request)).toBe(judge(list, request));
      }),
      { numRuns: 2000 },
    );
  });

  test("does not care about the order of statements", () => {
    fc.assert(
      fc.property(fc.array(statements, { maxLength: 4 }), requests, (list, request) => {
        expect(ask(list.toReversed(), request)).toBe(ask(list, request));
      }),
    );
  });

  test("never lets in through one deny more", () => {
    fc.assert(
      fc.property(fc.array(statements, { maxLength: 3 }), statements, requests, (list, one, request) => {
        const before = ask(list, request);
        const after = ask([...list, { ...one, Effect: "Deny" }], request);
        expect(before === "allow" || after !== "allow").toBe(true);
      }),
    );
  });
});

describe("the tables", () => {
  const verdicts: readonly PolicyVerdict[] = ["allow", "implicit-deny", "explicit-deny"];
  const pairs = verdicts.flatMap((identity) => verdicts.map((resource) => [identity, resource] as const));

  test.each(pairs)("%s and %s", (identity, resource) => {
    const denied = [identity, resource].includes("explicit-deny");
    const allows = [identity, resource].filter((each) => each === "allow").length;
    expect(tableA[identity][resource]).toBe(
      denied ? "explicit-deny" : allows > 0 ? "allow" : "implicit-deny",
    );
    expect(tableB[identity][resource]).toBe(
      denied ? "explicit-deny" : allows > 1 ? "allow" : "implicit-deny",
    );
  });

  test("one policy of two halves is what table A says of the halves", () => {
    const halves = fc.array(statements, { maxLength: 3 });
    fc.assert(
      fc.property(halves, halves, requests, (one, other, request) => {
        const whole = ask([...one, ...other], request);
        expect(tableA[ask(one, request)][ask(other, request)]).toBe(whole);
      }),
    );
  });
});
