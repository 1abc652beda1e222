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

/** Nothing in such a pattern can be tried in more than one way. */
const plain = /^(?:[^\\*+?{(|]|\\.)*$/;

let room: (Context & { task?: () => unknown }) | undefined;
let script: Script | undefined;

/**
 * Runs a match, for at most `ms` milliseconds: a pattern that goes back and forth over a long text would
 * otherwise stop the whole process. Patterns without repetition are simply run.
 *
 * @throws TemplateError when the time is over.
 */
export function withinTime<T>(pattern: RegExp, ms: number, task: () => T): T {
  if (plain.test(pattern.source)) return task();
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
    throw new TemplateError("a regular expression takes too long", { cause: error });
  } finally {
    delete room.task;
  }
  if (!result) throw new TemplateError("a regular expression did not end");
  return result.value;
}
