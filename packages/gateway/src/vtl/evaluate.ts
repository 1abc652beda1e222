// Expressions of a template, from tree to value.
import type { Budget } from "./budget.ts";
import { callMethod, readProperty } from "./methods.ts";
import { TemplateError } from "./template-error.ts";
import type { BinaryOperator, Expression, Macro, Node, Reference, Step } from "./tree.ts";
import { isEqual, isList, isMap, isTrue, toText, type Value, WrittenNumber } from "./values.ts";

/** One rendering under way. */
export interface Frame {
  readonly variables: Map<string, Value>;
  readonly macros: Map<string, Macro>;
  readonly budget: Budget;
  /** Macros within macros. */
  macroDepth: number;
  /** Renders nodes to text: the inside of a text in double quotes is a template too. */
  readonly render: (nodes: readonly Node[], frame: Frame) => string;
}

/** The value of an expression. @throws TemplateError. */
export function evaluate(expression: Expression, frame: Frame): Value {
  frame.budget.spend(1);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "interpolated":
      return frame.render(expression.nodes, frame);
    case "value":
      return resolve(expression.reference, frame);
    case "list":
      return expression.items.map((item) => evaluate(item, frame));
    case "range":
      return toRange(evaluate(expression.from, frame), evaluate(expression.to, frame), frame.budget);
    case "map":
      return new Map(
        expression.entries.map(([key, value]) => [evaluate(key, frame), evaluate(value, frame)] as const),
      );
    case "not":
      return !isTrue(evaluate(expression.operand, frame));
    case "negative": {
      const value = evaluate(expression.operand, frame);
      return typeof value === "number" ? -value : null;
    }
    default:
      return compute(expression, frame);
  }
}

/** The value of a reference; `undefined` where it is unknown. */
export function resolve(reference: Reference, frame: Frame): Value {
  let value = frame.variables.get(reference.name);
  for (const step of reference.steps) {
    if (value === null || value === undefined) return undefined;
    frame.budget.spend(1);
    value = take(value, step, frame);
  }
  return value;
}

/** Goes one step from a value. */
export function take(value: Value, step: Step, frame: Frame): Value {
  switch (step.kind) {
    case "property":
      return readProperty(value, step.name);
    case "method": {
      const args = step.args.map((arg) => evaluate(arg, frame));
      return callMethod(value, step.name, args, frame.budget);
    }
    default: {
      const at = evaluate(step.at, frame);
      if (isMap(value)) return value.get(at);
      if (!isList(value) || typeof at !== "number") return undefined;
      return value[at < 0 ? value.length + at : at];
    }
  }
}

/** Longest range that is made at all; `#foreach` goes through 1,000 of it. */
const longestRange = 100_000;

function toRange(from: Value, to: Value, budget: Budget): Value {
  if (typeof from !== "number" || typeof to !== "number") return null;
  const length = Math.abs(Math.trunc(to) - Math.trunc(from)) + 1;
  if (length > longestRange) throw new TemplateError("a range is too long");
  budget.spend(length);
  const step = to >= from ? 1 : -1;
  return Array.from({ length }, (_, at) => Math.trunc(from) + at * step);
}

function compute(expression: Extract<Expression, { kind: "binary" }>, frame: Frame): Value {
  const { operator } = expression;
  const left = evaluate(expression.left, frame);
  if (operator === "&&") return isTrue(left) && isTrue(evaluate(expression.right, frame));
  if (operator === "||") return isTrue(left) || isTrue(evaluate(expression.right, frame));
  const right = evaluate(expression.right, frame);
  if (operator === "==") return isEqual(left, right, frame.budget);
  if (operator === "!=") return !isEqual(left, right, frame.budget);
  const leftNumber = left instanceof WrittenNumber ? left.value : left;
  const rightNumber = right instanceof WrittenNumber ? right.value : right;
  if (typeof leftNumber === "number" && typeof rightNumber === "number") {
    return calculate(operator, leftNumber, rightNumber);
  }
  if (operator !== "+") return /[<>]/.test(operator) ? false : null;
  if (left === null || left === undefined || right === null || right === undefined) return null;
  const joined = toText(left, frame.budget) + toText(right, frame.budget);
  frame.budget.spendText(joined.length);
  return joined;
}

/** Whole numbers stay whole, as in Java; what cannot be divided is null. */
function calculate(operator: BinaryOperator, left: number, right: number): Value {
  switch (operator) {
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "<=":
      return left <= right;
    case ">=":
      return left >= right;
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "%":
      return right === 0 ? null : left % right;
    default:
      if (right === 0) return null;
      return Number.isInteger(left) && Number.isInteger(right) ? Math.trunc(left / right) : left / right;
  }
}
