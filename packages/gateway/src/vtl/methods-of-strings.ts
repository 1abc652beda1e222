// What Java's String can do in a template.
import type { Budget } from "./budget.ts";
import { compileJavaPattern, matchWithin } from "./java-pattern.ts";
import { TemplateError } from "./template-error.ts";
import { type List, toText, type Value } from "./values.ts";

/** A method: what it is called on, what with, and what it may cost. */
export type Method<T> = (on: T, args: readonly Value[], budget: Budget) => Value;

/** @see https://docs.oracle.com/javase/8/docs/api/java/lang/String.html */
export const stringMethods: ReadonlyMap<string, Method<string>> = new Map<string, Method<string>>([
  ["length", (on) => on.length],
  ["isEmpty", (on) => on === ""],
  ["isBlank", (on) => on.trim() === ""],
  ["trim", (on) => on.trim()],
  ["strip", (on) => on.trim()],
  ["toLowerCase", (on) => on.toLowerCase()],
  ["toUpperCase", (on) => on.toUpperCase()],
  ["concat", (on, [tail], budget) => grown(on + text(tail), budget)],
  ["contains", (on, [part]) => on.includes(text(part))],
  ["startsWith", (on, [part, from]) => on.startsWith(text(part), whole(from, 0))],
  ["endsWith", (on, [part]) => on.endsWith(text(part))],
  ["equals", (on, [other]) => on === other],
  ["equalsIgnoreCase", (on, [other]) => typeof other === "string" && sameLetters(on, other)],
  ["compareTo", (on, [other]) => compare(on, text(other))],
  ["compareToIgnoreCase", (on, [other]) => compare(on.toLowerCase(), text(other).toLowerCase())],
  ["indexOf", (on, [part, from]) => on.indexOf(text(part), whole(from, 0))],
  ["lastIndexOf", (on, [part]) => on.lastIndexOf(text(part))],
  ["charAt", (on, [at]) => on[within(whole(at, -1), on.length - 1, "charAt")]],
  ["substring", substring],
  ["subSequence", substring],
  ["repeat", repeat],
  [
    "replace",
    (on, [from, to], budget) =>
      grown(
        on.replaceAll(text(from), () => text(to)),
        budget,
      ),
  ],
  ["replaceAll", (on, args, budget) => replace(on, args, { budget, flags: "g" })],
  ["replaceFirst", (on, args, budget) => replace(on, args, { budget, flags: "" })],
  ["matches", matches],
  ["split", split],
  ["valueOf", (_on, [value], budget) => toText(value, budget)],
  ["join", (_on, [separator, items], budget) => join(text(separator), items, budget)],
  ["format", (_on, args, budget) => format(args, budget)],
]);

/** A scalar as text: Java's methods take no list or map for a String. */
function text(value: Value): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new TemplateError("a method of a text is given something else than a text");
}

function whole(value: Value, otherwise: number): number {
  return typeof value === "number" ? Math.trunc(value) : otherwise;
}

function within(index: number, most: number, method: string): number {
  if (index < 0 || index > most) throw new TemplateError(`${method}: the index is out of range`);
  return index;
}

function grown(made: string, budget: Budget): string {
  budget.spendText(made.length);
  return made;
}

const sameLetters = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

/** Java's `compareTo`: the difference of the first letters that differ, or of the lengths. */
function compare(one: string, other: string): number {
  const shorter = Math.min(one.length, other.length);
  for (let at = 0; at < shorter; at += 1) {
    const difference = one.charCodeAt(at) - other.charCodeAt(at);
    if (difference !== 0) return difference;
  }
  return one.length - other.length;
}

function substring(on: string, [from, to]: readonly Value[]): string {
  const end = within(whole(to, on.length), on.length, "substring");
  const start = within(whole(from, 0), end, "substring");
  return on.slice(start, end);
}

function repeat(on: string, [times]: readonly Value[], budget: Budget): string {
  const count = whole(times, 0);
  if (count < 0) throw new TemplateError("repeat: the count is negative");
  budget.spendText(on.length * count);
  return on.repeat(count);
}

function replace(
  on: string,
  [pattern, replacement]: readonly Value[],
  { budget, flags }: { readonly budget: Budget; readonly flags: string },
): string {
  const regex = compileJavaPattern(text(pattern), flags);
  const pieces = readReplacement(text(replacement));
  let length = on.length;
  const made = matchWithin({ pattern: regex, on, budget }, () =>
    on.replace(regex, (...found: unknown[]) => {
      const put = pieces
        .map((piece) => (typeof piece === "string" ? piece : groupOf(found, piece.group)))
        .join("");
      length += put.length;
      budget.spendText(length);
      return put;
    }),
  );
  return grown(made, budget);
}

/** `$1` and `${name}` stand for groups; a backslash takes the meaning of what is behind it. */
function readReplacement(replacement: string): readonly (string | { readonly group: string })[] {
  const pieces: (string | { readonly group: string })[] = [];
  const rest = /\\([^])|\$(?:\{(\w+)\}|(\d))|(\\|\$)|([^\\$]+)/g;
  for (const [, escaped, name, digit, broken, plain] of replacement.matchAll(rest)) {
    if (broken !== undefined) throw new TemplateError("replaceAll: the replacement ends in \\ or a lone $");
    const group = name ?? digit;
    pieces.push(group === undefined ? (escaped ?? plain ?? "") : { group });
  }
  return pieces;
}

function groupOf(found: readonly unknown[], group: string): string {
  const named = found.at(-1);
  const value = /^\d$/.test(group)
    ? found[Number(group)]
    : typeof named === "object" && named !== null && Object.hasOwn(named, group)
      ? (named as Readonly<Record<string, unknown>>)[group] // own, checked on the line above
      : undefined;
  return typeof value === "string" ? value : "";
}

function matches(on: string, [pattern]: readonly Value[], budget: Budget): boolean {
  const regex = compileJavaPattern(`^(?:${text(pattern)})$(?![^])`);
  return matchWithin({ pattern: regex, on, budget }, () => regex.test(on));
}

/** As Java splits: empty texts at the end are left out unless a limit is given. */
function split(on: string, [pattern, limit]: readonly Value[], budget: Budget): List {
  const regex = compileJavaPattern(text(pattern), "g");
  const most = whole(limit, 0);
  const parts: string[] = [];
  let from = 0;
  matchWithin({ pattern: regex, on, budget }, () => {
    for (const found of on.matchAll(regex)) {
      if (most > 0 && parts.length === most - 1) break;
      const end = found.index + found[0].length;
      if (end === 0 || (found[0] === "" && found.index === on.length)) continue;
      budget.spend(1);
      parts.push(on.slice(from, found.index));
      from = end;
    }
  });
  parts.push(on.slice(from));
  if (most === 0) while (parts.length > 1 && parts.at(-1) === "") parts.pop();
  budget.spendText(on.length);
  return parts;
}

function join(separator: string, items: Value, budget: Budget): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const texts = (items as readonly Value[]).map((item) => toText(item, budget)); // an array among values holds values
  return grown(texts.join(separator), budget);
}

/** `String.format` with `%s`, `%d` and `%%`, which is what templates use of it. */
function format([pattern, ...values]: readonly Value[], budget: Budget): string {
  let at = 0;
  const made = text(pattern).replaceAll(/%(?:([sd])|%)/g, (_, kind?: string) =>
    kind === undefined ? "%" : toText(values[at++], budget),
  );
  return grown(made, budget);
}
