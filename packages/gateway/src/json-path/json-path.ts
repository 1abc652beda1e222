// JSONPath over the values of templates: what `$input.path('$.a.b')` finds.
import type { Budget } from "../vtl/budget.ts";
import { matchWithin } from "../vtl/java-pattern.ts";
import { isEqual, isList, isMap, JsonList, type Value } from "../vtl/values.ts";
import { parsePath } from "./parse.ts";
import type { Operand, Path, Selector, Test } from "./tree.ts";

/** Finds what a path names; `undefined` where a definite path leads nowhere. */
export type Find = (document: Value, budget: Budget) => Value;

/** Paths that were compiled already; a template's are few, and a template that makes them up must not fill memory. */
const known = new Map<string, Find>();
const mostKnown = 1_000;

/**
 * Compiles a path. A definite path (`$.a[0]['b']`) gives the value that is there; every other (`..`, `*`, filters,
 * slices, several names) a list of what is found.
 *
 * @throws TemplateError where the path cannot be read.
 */
export function compileJsonPath(text: string): Find {
  const found = known.get(text);
  if (found) return found;
  const path = parsePath(text);
  const find: Find = (document, budget) => follow(path, { document, item: document, budget });
  if (known.size >= mostKnown) known.clear();
  known.set(text, find);
  return find;
}

interface Place {
  readonly document: Value;
  /** `@` */
  readonly item: Value;
  readonly budget: Budget;
}

function follow(path: Path, place: Place): Value {
  let found: readonly Value[] = [path.from === "$" ? place.document : place.item];
  for (const { deep, select } of path.segments) {
    const from = deep ? found.flatMap((value) => below(value, place.budget)) : found;
    if (select.kind === "function") return apply(select.name, path.segments.length > 1 ? from : found);
    const next: Value[] = [];
    for (const value of from) {
      place.budget.spend(1);
      for (const child of choose(value, select, place)) next.push(child);
    }
    found = next;
  }
  return path.definite ? found[0] : JsonList.from(found);
}

/** A value and all that is in it, at any depth. */
function below(value: Value, budget: Budget): Value[] {
  const all: Value[] = [];
  const open: Value[] = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    budget.spend(1);
    all.push(at);
    open.push(
      ...childrenOf(at)
        .filter((child) => child !== undefined)
        .toReversed(),
    );
  }
  return all;
}

function childrenOf(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return isMap(value) ? [...value.values()] : [];
}

function choose(value: Value, select: Selector, place: Place): readonly Value[] {
  switch (select.kind) {
    case "names":
      return isMap(value)
        ? select.names.filter((name) => value.has(name)).map((name) => value.get(name))
        : [];
    case "indexes":
      if (!isList(value)) return [];
      return select.indexes
        .map((index) => (index < 0 ? value.length + index : index))
        .filter((index) => index in value)
        .map((index) => value[index]);
    case "slice":
      if (!isList(value)) return [];
      return value.slice(select.from, select.to).filter((_, at) => at % select.step === 0);
    case "filter":
      return childrenToTest(value).filter((item) => holds(select.test, { ...place, item }));
    default:
      return childrenOf(value);
  }
}

/** A filter looks at the items of a list, and at an object itself. */
function childrenToTest(value: Value): readonly Value[] {
  if (isList(value)) return value;
  return isMap(value) ? [value] : [];
}

function holds(test: Test, place: Place): boolean {
  place.budget.spend(1);
  switch (test.kind) {
    case "and":
      return holds(test.left, place) && holds(test.right, place);
    case "or":
      return holds(test.left, place) || holds(test.right, place);
    case "not":
      return !holds(test.test, place);
    case "exists": {
      const found = follow(test.path, place);
      return isList(found) && !test.path.definite ? found.length > 0 : found !== undefined;
    }
    default:
      return compare(test, place);
  }
}

function compare({ operator, left, right }: Extract<Test, { kind: "compare" }>, place: Place): boolean {
  const one = valueOf(left, place);
  if (operator === "=~") {
    return (
      right.kind === "pattern" &&
      typeof one === "string" &&
      matchWithin({ pattern: right.pattern, on: one, budget: place.budget }, () => right.pattern.test(one))
    );
  }
  const other = valueOf(right, place);
  const within = (list: Value) => isList(list) && list.some((item) => isSame(item, one, place.budget));
  if (operator === "in") return within(other);
  if (operator === "nin") return !within(other);
  if (operator === "==") return isSame(one, other, place.budget);
  if (operator === "!=") return !isSame(one, other, place.budget);
  const comparable =
    (typeof one === "number" && typeof other === "number") ||
    (typeof one === "string" && typeof other === "string");
  if (!comparable) return false;
  if (operator === "<") return one < other;
  if (operator === ">") return one > other;
  return operator === "<=" ? one <= other : one >= other;
}

/** Unlike in templates, what is missing equals nothing, and a number no text. */
function isSame(one: Value, other: Value, budget: Budget): boolean {
  return typeof one === typeof other && one !== undefined && isEqual(one, other, budget);
}

function valueOf(operand: Operand, place: Place): Value {
  if (operand.kind === "path") return follow(operand.path, place);
  if (operand.kind === "list") return operand.items.map((item) => valueOf(item, place));
  return operand.kind === "literal" ? operand.value : undefined;
}

function apply(name: string, found: readonly Value[]): Value {
  const [first] = found;
  const items = found.length === 1 && isList(first) ? first : found;
  const numbers = items.filter((item) => typeof item === "number");
  const sum = numbers.reduce((total, item) => total + item, 0);
  switch (name) {
    case "length":
    case "size":
      if (typeof first === "string") return first.length;
      return isMap(first) ? first.size : items.length;
    case "keys":
      return isMap(first) ? JsonList.from(first.keys()) : undefined;
    case "sum":
      return sum;
    case "avg":
      return numbers.length === 0 ? undefined : sum / numbers.length;
    case "min":
      return numbers.length === 0 ? undefined : numbers.reduce((least, item) => Math.min(least, item));
    case "max":
      return numbers.length === 0 ? undefined : numbers.reduce((most, item) => Math.max(most, item));
    default:
      return undefined;
  }
}
