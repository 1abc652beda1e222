// The Condition block of a statement: compiled once, asked every request.
import { type ConditionKeys, isKnownKey } from "./condition-keys.ts";
import { operators } from "./operators.ts";
import { holdsControls, type Pattern } from "./pattern.ts";

/** Whether a request meets a statement's conditions. */
export type Condition = (keys: ConditionKeys) => boolean;

/** Conditions that were compiled, and the keys in them that API Gateway does not know. */
export interface CompiledCondition {
  readonly holds: Condition;
  readonly unknownKeys: readonly string[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Compiles a `Condition` block: all operators and all keys must hold, for each key one of its values (for a
 * negated operator: none of them).
 *
 * Without a key in the request a condition does not hold; a negated one, one with `…IfExists` and
 * `ForAllValues:` do.
 *
 * @returns the condition, or why it cannot be read.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function compileCondition(block: unknown, variables: boolean): CompiledCondition | string {
  if (!isObject(block)) return "Condition is not an object";
  const all: Condition[] = [];
  const unknownKeys: string[] = [];
  for (const [operator, keyed] of Object.entries(block)) {
    if (!isObject(keyed)) return `Condition.${operator} is not an object`;
    for (const [key, given] of Object.entries(keyed)) {
      const one = compileOne(operator, { key: key.toLowerCase(), given }, variables);
      if (typeof one === "string") return `Condition.${operator}[${JSON.stringify(key)}] ${one}`;
      all.push(one);
      if (!isKnownKey(key)) unknownKeys.push(key);
    }
  }
  return { holds: (keys) => all.every((holds) => holds(keys)), unknownKeys };
}

function compileOne(
  operator: string,
  { key, given }: { readonly key: string; readonly given: unknown },
  variables: boolean,
): Condition | string {
  const wanted = readValues(given);
  if (!wanted) return "is not a text, a number, true or false, or a list of them";
  if (operator === "Null") return compileNull(key, wanted);
  const [, quantifier, name = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const found = operators.get(name);
  if (!found) return "has an operator that there is not";
  const patterns: Pattern[] = [];
  for (const value of wanted) {
    const pattern = found.compile(value, variables);
    if (!pattern) return `has a value that ${name} does not take: ${JSON.stringify(value)}`;
    patterns.push(pattern);
  }
  const { negated } = found;
  const fits = (actual: string, keys: ConditionKeys): boolean =>
    patterns.some((pattern) => pattern(actual, keys)) !== negated;
  const everyValue = quantifier === "ForAllValues" || (quantifier === undefined && negated);
  const withoutKey =
    ifExists !== undefined || quantifier === "ForAllValues" || (quantifier === undefined && negated);
  return (keys) => {
    const actual = keys(key);
    if (actual === undefined || actual.length === 0) return withoutKey;
    return everyValue ? actual.every((each) => fits(each, keys)) : actual.some((each) => fits(each, keys));
  };
}

/** `"true"`: the request must not have the key. */
function compileNull(key: string, wanted: readonly string[]): Condition | string {
  const [value, ...more] = wanted;
  if (more.length > 0 || !/^(?:true|false)$/i.test(value ?? "")) return "is not true or false";
  const mustBeAbsent = value?.toLowerCase() === "true";
  return (keys) => (keys(key) === undefined) === mustBeAbsent;
}

function readValues(given: unknown): readonly string[] | undefined {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  const texts = list.filter(
    (each) => typeof each === "string" || typeof each === "number" || typeof each === "boolean",
  );
  if (list.length === 0 || texts.length !== list.length) return undefined;
  const values = texts.map(String);
  return values.some(holdsControls) ? undefined : values;
}
