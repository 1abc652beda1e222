// What Java's numbers can do in a template, their static methods too.
import type { Budget } from "./budget.ts";
import type { Method } from "./methods-of-strings.ts";
import { TemplateError } from "./template-error.ts";
import { toText, type Value } from "./values.ts";

/** @see https://docs.oracle.com/javase/8/docs/api/java/lang/Integer.html */
export const numberMethods: ReadonlyMap<string, Method<number>> = new Map<string, Method<number>>([
  ["intValue", (on) => Math.trunc(on)],
  ["longValue", (on) => Math.trunc(on)],
  ["doubleValue", (on) => on],
  ["compareTo", (on, [other]) => Math.sign(on - Number(other))],
  ["equals", (on, [other]) => on === other],
  ["parseInt", (_on, [text], budget) => parseWhole(text, budget)],
  ["parseLong", (_on, [text], budget) => parseWhole(text, budget)],
  ["parseDouble", (_on, [text], budget) => parseDecimal(text, budget)],
  ["parseFloat", (_on, [text], budget) => parseDecimal(text, budget)],
  ["valueOf", (_on, [text], budget) => (typeof text === "number" ? text : parseDecimal(text, budget))],
]);

function parseWhole(value: Value, budget: Budget): number {
  const text = toText(value, budget);
  if (!/^[+-]?\d{1,18}$/.test(text)) throw new TemplateError("a text is not a whole number");
  return Number(text);
}

function parseDecimal(value: Value, budget: Budget): number {
  const text = toText(value, budget).trim();
  if (!/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) {
    throw new TemplateError("a text is not a number");
  }
  return Number(text);
}
