// The methods that a value has in a template: Java's, each its own function, nothing found by name in JavaScript.
import type { Budget } from "./budget.ts";
import { listMethods } from "./methods-of-lists.ts";
import { mapMethods } from "./methods-of-maps.ts";
import { numberMethods } from "./methods-of-numbers.ts";
import { type Method, stringMethods } from "./methods-of-strings.ts";
import {
  type HostMethod,
  HostObject,
  isEqual,
  isList,
  isMap,
  MapEntry,
  toText,
  type Value,
} from "./values.ts";

/**
 * Calls a method; `undefined` where the value has none of that name, which leaves the reference unknown.
 *
 * @throws TemplateError where Java would throw.
 */
export function callMethod(on: Value, name: string, args: readonly Value[], budget: Budget): Value {
  if (on instanceof HostObject) return on.methods.get(name)?.(args, budget);
  if (on === null || on === undefined) return undefined;
  const own = ownMethod(on, name);
  if (own) return own(args, budget);
  if (name === "toString" && args.length === 0) return toText(on, budget);
  if (name === "equals") return typeof on === typeof args[0] && isEqual(on, args[0], budget);
  if (name === "hashCode") return hashOf(toText(on, budget));
  return undefined;
}

/** A method of the value's own kind; what every value of Java has comes after it. */
function ownMethod(on: Value, name: string): HostMethod | undefined {
  if (typeof on === "string") return bound(stringMethods.get(name), on);
  if (typeof on === "number") return bound(numberMethods.get(name), on);
  if (isList(on)) return bound(listMethods.get(name), on);
  if (isMap(on)) return bound(mapMethods.get(name), on);
  if (on instanceof MapEntry && name === "getKey") return () => on.key;
  if (on instanceof MapEntry && name === "getValue") return () => on.value;
  return typeof on === "boolean" && name === "booleanValue" ? () => on : undefined;
}

function bound<T>(method: Method<T> | undefined, on: T): HostMethod | undefined {
  return method && ((args, budget) => method(on, args, budget));
}

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}

/** `.name` without parentheses: an entry of a map, or what Java calls `getName()` and `isName()`. */
export function readProperty(on: Value, name: string): Value {
  if (on instanceof HostObject) return on.properties.get(name)?.();
  if (isMap(on)) return on.get(name);
  if (on instanceof MapEntry) {
    if (name === "key") return on.key;
    return name === "value" ? on.value : undefined;
  }
  if (name === "empty" && typeof on === "string") return on === "";
  if (name === "empty" && isList(on)) return on.length === 0;
  return undefined;
}
