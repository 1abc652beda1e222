// Every condition operator of IAM: what one value of a policy says about one value of a request.
import type { ConditionKeys } from "./condition-keys.ts";
import { compileIpRanges } from "./ip-ranges.ts";
import { compileArn, compilePattern, type Pattern } from "./pattern.ts";

/** Compiles a policy's value; `undefined` where it is no value of the operator's kind. */
type Compile = (wanted: string, variables: boolean) => Pattern | undefined;

/** What an operator compares, and whether it asks for the contrary. */
export interface Operator {
  readonly compile: Compile;
  readonly negated: boolean;
}

const text: Compile = (wanted, variables) => compilePattern(wanted, { wildcards: false, variables });
const like: Compile = (wanted, variables) => compilePattern(wanted, { wildcards: true, variables });

const textIgnoringCase: Compile = (wanted, variables) => {
  const pattern = compilePattern(wanted.toLowerCase(), { wildcards: false, variables });
  const lower = (keys: ConditionKeys): ConditionKeys => {
    return (name) => keys(name)?.map((value) => value.toLowerCase());
  };
  return (actual, keys) => pattern(actual.toLowerCase(), lower(keys));
};

/** Compares what both sides read as numbers; a value that is none fits nothing. */
const numbers =
  (read: (value: string) => number, fits: (actual: number, wanted: number) => boolean): Compile =>
  (wanted) => {
    const bound = read(wanted);
    if (Number.isNaN(bound)) return undefined;
    return (value) => {
      const actual = read(value);
      return !Number.isNaN(actual) && fits(actual, bound);
    };
  };

const readNumber = (value: string): number =>
  /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(value) ? Number(value) : Number.NaN;

/** Milliseconds of an ISO 8601 date or of seconds since the epoch. */
const readDate = (value: string): number =>
  /^\d+$/.test(value)
    ? Number(value) * 1000
    : /^\d{4}(?:-\d\d(?:-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?)?$/.test(value)
      ? Date.parse(value)
      : Number.NaN;

const bool: Compile = (wanted, variables) => {
  if (/^(?:true|false)$/i.test(wanted)) return (actual) => actual.toLowerCase() === wanted.toLowerCase();
  return variables && wanted.includes("${") ? textIgnoringCase(wanted, variables) : undefined;
};

const binary: Compile = (wanted) => {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(wanted)) return undefined;
  const bytes = Buffer.from(wanted, "base64");
  return (actual) => bytes.equals(Buffer.from(actual, "base64"));
};

const address: Compile = (wanted) => {
  const ranges = compileIpRanges([wanted]);
  return typeof ranges === "function" ? ranges : undefined;
};

const arn: Compile = (wanted, variables) => (wanted === "*" ? () => true : compileArn(wanted, variables));

const both = (name: string, positive: string, compile: Compile): (readonly [string, Operator])[] => [
  [name, { compile, negated: false }],
  [positive, { compile, negated: true }],
];
const alone = (name: string, compile: Compile): readonly [string, Operator] => [
  name,
  { compile, negated: false },
];

/** The six that compare by order. */
function ordered(kind: string, read: (value: string) => number): (readonly [string, Operator])[] {
  const by = (fits: (actual: number, wanted: number) => boolean) => numbers(read, fits);
  return [
    ...both(
      `${kind}Equals`,
      `${kind}NotEquals`,
      by((actual, wanted) => actual === wanted),
    ),
    alone(
      `${kind}LessThan`,
      by((actual, wanted) => actual < wanted),
    ),
    alone(
      `${kind}LessThanEquals`,
      by((actual, wanted) => actual <= wanted),
    ),
    alone(
      `${kind}GreaterThan`,
      by((actual, wanted) => actual > wanted),
    ),
    alone(
      `${kind}GreaterThanEquals`,
      by((actual, wanted) => actual >= wanted),
    ),
  ];
}

/**
 * The operators by name, without `Null`, `…IfExists` and the set operators.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const operators: ReadonlyMap<string, Operator> = new Map([
  ...both("StringEquals", "StringNotEquals", text),
  ...both("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", textIgnoringCase),
  ...both("StringLike", "StringNotLike", like),
  ...ordered("Numeric", readNumber),
  ...ordered("Date", readDate),
  alone("Bool", bool),
  alone("BinaryEquals", binary),
  ...both("IpAddress", "NotIpAddress", address),
  ...both("ArnEquals", "ArnNotEquals", arn),
  ...both("ArnLike", "ArnNotLike", arn),
]);
