// What Java's maps can do in a template.
import type { Budget } from "./budget.ts";
import type { Method } from "./methods-of-strings.ts";
import { TemplateError } from "./template-error.ts";
import { isEqual, isMap, MapEntry, OnceMap, type Value } from "./values.ts";

type ValueMap = Map<Value, Value>;

/** @see https://docs.oracle.com/javase/8/docs/api/java/util/Map.html */
export const mapMethods: ReadonlyMap<string, Method<ValueMap>> = new Map<string, Method<ValueMap>>([
  ["size", (on) => on.size],
  ["isEmpty", (on) => on.size === 0],
  ["get", (on, [key]) => on.get(key) ?? null],
  ["getOrDefault", (on, [key, otherwise]) => (on.has(key) ? on.get(key) : otherwise)],
  ["put", (on, [key, value], budget) => put(on, [key, value], budget)],
  ["putAll", putAll],
  ["putIfAbsent", (on, [key, value], budget) => (on.has(key) ? on.get(key) : put(on, [key, value], budget))],
  ["remove", remove],
  ["clear", clear],
  ["containsKey", (on, [key]) => on.has(key)],
  ["containsValue", containsValue],
  ["keySet", (on, _args, budget) => all(on, budget, (entry) => entry[0])],
  ["values", (on, _args, budget) => all(on, budget, (entry) => entry[1])],
  ["entrySet", (on, _args, budget) => all(on, budget, ([key, value]) => new MapEntry(key, value))],
]);

/**
 * Puts an entry into a map.
 *
 * @throws TemplateError where the map takes each key once: API Gateway refuses to override a parameter twice.
 */
export function put(on: ValueMap, [key, value]: readonly [Value, Value], budget: Budget): Value {
  budget.spend(1);
  if (on instanceof OnceMap && on.has(key)) {
    throw new TemplateError("an override is set twice");
  }
  const before = on.has(key) ? on.get(key) : null;
  on.set(key, value);
  return before ?? null;
}

function clear(on: ValueMap): Value {
  on.clear();
  return null;
}

function putAll(on: ValueMap, [more]: readonly Value[], budget: Budget): Value {
  if (isMap(more)) for (const entry of more) put(on, entry, budget);
  return null;
}

function remove(on: ValueMap, [key]: readonly Value[]): Value {
  const before = on.has(key) ? on.get(key) : null;
  on.delete(key);
  return before ?? null;
}

function containsValue(on: ValueMap, [value]: readonly Value[], budget: Budget): boolean {
  budget.spend(on.size);
  return [...on.values()].some((each) => isEqual(each, value, budget));
}

function all(on: ValueMap, budget: Budget, of: (entry: readonly [Value, Value]) => Value): Value {
  budget.spend(on.size);
  return [...on].map(of);
}
