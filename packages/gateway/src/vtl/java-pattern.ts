// Java's regular expressions in a template or an API's settings, held to a time.
import { createContext, Script, type Context } from "node:vm";
import { TemplateError } from "./template-error.ts";

/**
 * Translates a Java pattern. What Java has and JavaScript lacks (possessive quantifiers, `\Q…\E` beside letters,
 * POSIX classes) is translated where it has a counterpart, otherwise refused.
 *
 * @throws TemplateError where the pattern has no counterpart.
 */
export function compileJavaPattern(pattern: string, flags = ""): RegExp {
  if (pattern.length > longestPattern) throw new TemplateError("a regular expression is too long");
  let source = pattern;
  let all = flags;
  for (let inline = leading(source); inline; inline = leading(source)) {
    source = source.slice(inline[0].length);
    all += inline[1]?.replaceAll(/[^ims]/g, "") ?? "";
  }
  source = source
    .replaceAll(/\\Q([^]*?)(?:\\E|$)/g, (_, text: string) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .replaceAll(/\\p\{(\w+)\}/g, (whole, name: string) => classes.get(name) ?? whole)
    .replaceAll(/\\[zZ]/g, "$(?![^])")
    .replaceAll("\\A", "^");
  try {
    return new RegExp(source, [...new Set(all)].join(""));
  } catch {
    throw new TemplateError("a regular expression cannot be read"); // it may come from a request: not shown
  }
}

/** Longer ones are made by templates that mean no good. */
const longestPattern = 10_000;

const leading = (source: string) => /^\(\?([imsxu]+)\)/.exec(source);

const classes = new Map([
  ["Alpha", "[A-Za-z]"],
  ["Digit", "[0-9]"],
  ["Alnum", "[A-Za-z0-9]"],
  ["Upper", "[A-Z]"],
  ["Lower", "[a-z]"],
  ["Punct", "[!-/:-@\\[-`{-~]"],
  ["Space", "\\s"],
]);

/** A match to be made: what with, over which text, and the time that is left, of which it takes its own. */
export interface Match {
  readonly pattern: RegExp;
  readonly on: string;
  readonly budget: { patternMs: number };
}

/**
 * Makes a match: a pattern that goes back and forth over a long text would otherwise stop the whole process. Where
 * that cannot be, it is simply made.
 *
 * @throws TemplateError when the time is over.
 */
export function matchWithin<T>({ pattern, on, budget }: Match, task: () => T): T {
  if (budget.patternMs <= 0) throw new TemplateError("its regular expressions take too long");
  const started = performance.now();
  try {
    return isQuick(pattern.source, on.length) ? task() : runWithin(budget.patternMs, task);
  } finally {
    budget.patternMs -= performance.now() - started;
  }
}

/** How long one pattern may take over what a client sent. */
export const clientPatternMs = 1_000;

/** Whether a pattern fits what a client sent. It does not where that cannot be said in time. */
export function fitsInTime(pattern: RegExp, on: string): boolean {
  try {
    return matchWithin({ pattern, on, budget: { patternMs: clientPatternMs } }, () => pattern.test(on));
  } catch (error) {
    if (error instanceof TemplateError) return false;
    throw error;
  }
}

/** Nothing in such a pattern can be tried in more than one way. */
const plain = /^(?:[^\\*+?{(|]|\\.)*$/;
/** A text over which a pattern with two repetitions is done in no time. */
const quickLength = 500;

/** Tries at most the square of the text's length, times a few alternatives; no repetition is one of a group. */
function isQuick(source: string, length: number): boolean {
  if (plain.test(source)) return true;
  if (length > quickLength || /\)[*+?{]/.test(source)) return false;
  const count = (letters: RegExp): number => source.match(letters)?.length ?? 0;
  return count(/[*+?{]/g) <= 2 && count(/\|/g) <= 4;
}

let room: (Context & { task?: () => unknown }) | undefined;
let script: Script | undefined;

/**
 * Runs something for at most `ms` milliseconds, which costs a tenth of one.
 *
 * @throws TemplateError when the time is over.
 */
export function runWithin<T>(ms: number, task: () => T): T {
  room ??= createContext(Object.create(null) as Context);
  script ??= new Script("task()");
  let result: { readonly value: T } | undefined;
  room.task = () => {
    result = { value: task() };
  };
  try {
    script.runInContext(room, { timeout: Math.max(1, Math.ceil(ms)) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error; // our own task threw
    throw new TemplateError("it takes too long", { cause: error });
  } finally {
    delete room.task;
  }
  if (!result) throw new TemplateError("it did not end");
  return result.value;
}
