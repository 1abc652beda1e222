// What templates compute with: text, numbers, booleans, lists and maps, printed and compared as Java does.
import type { Budget } from "./budget.ts";

/**
 * A value in a template. Lists and maps are the only things with parts, and a map is a `Map`: nothing in a
 * template can come near a prototype.
 */
export type Value =
  | undefined
  | null
  | string
  | number
  | boolean
  | readonly Value[]
  | ReadonlyMap<Value, Value>
  | MapEntry
  | WrittenNumber
  | HostObject;

/** A list as a template made it, which prints as `[a, b]`. */
export type List = Value[];

/** A list that came out of JSON: it prints as JSON. */
export class JsonList extends Array<Value> {}

/** One entry of a map. */
export class MapEntry {
  readonly key: Value;
  readonly value: Value;

  constructor(key: Value, value: Value) {
    this.key = key;
    this.value = value;
  }
}

/** A number of JSON that JavaScript would write otherwise: more digits than it keeps, or `1.0`. */
export class WrittenNumber {
  readonly text: string;
  readonly value: number;

  constructor(text: string) {
    this.text = text;
    this.value = Number(text);
  }
}

/** A map that answers with empty text for what it does not have, as `$context` and `$stageVariables` do. */
export class ForgivingMap extends Map<Value, Value> {
  override get(key: Value): Value {
    return super.has(key) ? super.get(key) : "";
  }
}

/** A map in which every key can be set once. */
export class OnceMap extends Map<Value, Value> {}

/** A method that is ours. */
export type HostMethod = (args: readonly Value[], budget: Budget) => Value;

/** What is not data: `$input` and `$util`. */
export class HostObject {
  readonly methods: ReadonlyMap<string, HostMethod>;
  readonly properties: ReadonlyMap<string, () => Value>;

  constructor(
    methods: ReadonlyMap<string, HostMethod>,
    properties: ReadonlyMap<string, () => Value> = new Map(),
  ) {
    this.methods = methods;
    this.properties = properties;
  }
}

/** Whether a value is a list. */
export function isList(value: Value): value is List {
  return Array.isArray(value);
}

/** Whether a value is a map. */
export function isMap(value: Value): value is Map<Value, Value> {
  return value instanceof Map;
}

/** How deep a value is printed; what a person writes is far from it. */
const deepest = 500;

/**
 * Prints a value as Java's `toString` does: `{k=v}`, `[a, b]`; lists from JSON as JSON.
 *
 * @throws TemplateError when the budget is used up: a list can hold another many times over.
 */
export function toText(value: Value, budget: Budget, depth = 0): string {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "null";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof WrittenNumber) return value.text;
  budget.spend(1);
  if (depth > deepest) return "…";
  const inner = (item: Value): string => counted(toText(item, budget, depth + 1), budget);
  if (value instanceof JsonList) return toJson(value, budget, depth);
  if (isList(value)) return `[${value.map(inner).join(", ")}]`;
  if (value instanceof MapEntry) return `${inner(value.key)}=${inner(value.value)}`;
  if (!isMap(value)) return "";
  return `{${[...value].map(([key, item]) => `${inner(key)}=${inner(item)}`).join(", ")}}`;
}

/** Writes a value as JSON text, without blanks. @throws TemplateError when the budget is used up. */
export function toJson(value: Value, budget: Budget, depth = 0): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  if (typeof value === "boolean") return String(value);
  if (value instanceof WrittenNumber) return value.text;
  if (value === null || value === undefined || value instanceof HostObject) return "null";
  budget.spend(1);
  if (depth > deepest) return "null";
  const inner = (item: Value): string => counted(toJson(item, budget, depth + 1), budget);
  if (isList(value)) return `[${value.map(inner).join(",")}]`;
  const entries = isMap(value) ? [...value] : [];
  return `{${entries.map(([key, item]) => `${JSON.stringify(toText(key, budget))}:${inner(item)}`).join(",")}}`;
}

function counted(text: string, budget: Budget): string {
  budget.spendText(text.length);
  return text;
}

/** Makes parsed JSON, or other plain data, a value of templates. */
export function toValue(data: unknown): Value {
  if (data instanceof WrittenNumber) return data;
  if (Array.isArray(data)) return JsonList.from(data, (item: unknown) => toValue(item));
  if (typeof data === "object" && data !== null) {
    return new Map(Object.entries(data).map(([key, item]) => [key, toValue(item)] as const));
  }
  if (typeof data === "string" || typeof data === "number" || typeof data === "boolean") return data;
  return null;
}

/** Whether `#if` goes in: everything that is there does, except `false`. */
export function isTrue(value: Value): boolean {
  return value !== null && value !== undefined && value !== false;
}

/** `==`: values of different kinds are compared by what they print. */
export function isEqual(left: Value, right: Value, budget: Budget): boolean {
  const leftNothing = left === null || left === undefined;
  const rightNothing = right === null || right === undefined;
  if (leftNothing || rightNothing) return leftNothing && rightNothing;
  if (typeof left === typeof right && typeof left !== "object") return left === right;
  return toText(left, budget) === toText(right, budget);
}
