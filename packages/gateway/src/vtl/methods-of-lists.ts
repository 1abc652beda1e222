// What Java's lists can do in a template.
import type { Budget } from "./budget.ts";
import type { Method } from "./methods-of-strings.ts";
import { TemplateError } from "./template-error.ts";
import { isEqual, isList, isMap, type List, type Value } from "./values.ts";

/** @see https://docs.oracle.com/javase/8/docs/api/java/util/List.html */
export const listMethods: ReadonlyMap<string, Method<List>> = new Map<string, Method<List>>([
  ["size", (on) => on.length],
  ["isEmpty", (on) => on.length === 0],
  ["get", (on, [at]) => on[indexIn(on, at)] ?? null],
  ["set", set],
  ["add", add],
  ["addAll", addAll],
  ["remove", remove],
  ["clear", (on) => (on.splice(0), null)],
  ["contains", (on, [item], budget) => find(on, item, budget) >= 0],
  ["containsAll", containsAll],
  ["indexOf", (on, [item], budget) => find(on, item, budget)],
  [
    "lastIndexOf",
    (on, [item], budget) => {
      budget.spend(on.length);
      return on.findLastIndex((each) => isEqual(each, item, budget));
    },
  ],
  ["subList", (on, [from, to]) => on.slice(indexIn(on, from, 1), indexIn(on, to, 1))],
]);

function indexIn(list: List, at: Value, more = 0): number {
  if (typeof at === "number" && Number.isInteger(at) && at >= 0 && at < list.length + more) return at;
  throw new TemplateError("a list has no such index");
}

function find(list: List, item: Value, budget: Budget): number {
  budget.spend(list.length);
  return list.findIndex((each) => isEqual(each, item, budget));
}

function set(on: List, [at, item]: readonly Value[]): Value {
  const index = indexIn(on, at);
  const before = on[index];
  on[index] = item;
  return before ?? null;
}

function add(on: List, args: readonly Value[], budget: Budget): Value {
  budget.spend(1);
  if (args.length === 1) on.push(args[0]);
  else {
    budget.spend(on.length >> 4);
    on.splice(indexIn(on, args[0], 1), 0, args[1]);
  }
  return true;
}

function addAll(on: List, [items]: readonly Value[], budget: Budget): Value {
  const more = isList(items) ? items : isMap(items) ? [...items.values()] : [];
  const { length } = more; // a list may be added to itself
  budget.spend(length);
  for (let at = 0; at < length; at += 1) on.push(more[at]);
  return length > 0;
}

/** By index for a number, otherwise the first that is equal. */
function remove(on: List, [which]: readonly Value[], budget: Budget): Value {
  if (typeof which === "number") return on.splice(indexIn(on, which), 1)[0] ?? null;
  const at = find(on, which, budget);
  if (at >= 0) on.splice(at, 1);
  return at >= 0;
}

function containsAll(on: List, [items]: readonly Value[], budget: Budget): Value {
  return isList(items) && items.every((item) => find(on, item, budget) >= 0);
}
