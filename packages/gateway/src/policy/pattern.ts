// IAM's texts with wildcards and variables: compiled once, matched in bounded time.
import type { ConditionKeys } from "./condition-keys.ts";

/** Whether a text fits; the keys fill the pattern's variables. */
export type Pattern = (text: string, keys: ConditionKeys) => boolean;

/** What in a text stands for something else. */
export interface PatternKind {
  /** `*` for any characters and `?` for one. */
  readonly wildcards: boolean;
  /** `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`; policies of 2008 have none. */
  readonly variables: boolean;
}

/** Stand for the wildcards in a compiled text, so that a star in a variable's value stays a star. */
const any = "\u0000";
const one = "\u0001";

/** Whether a text holds what compiled patterns keep for themselves. */
export function holdsControls(text: string): boolean {
  return text.includes(any) || text.includes(one);
}

/** A variable, with what it is where the request says nothing. */
interface Variable {
  readonly name: string;
  readonly otherwise?: string;
}

type Template = readonly (string | Variable)[];

/** Compiles a text. */
export function compilePattern(text: string, kind: PatternKind): Pattern {
  return compileTemplate(readTemplate(text, kind));
}

/**
 * Compiles an ARN: each of its six parts is matched by itself, so that a star does not reach past a colon.
 * `undefined` where the text has no six parts.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function compileArn(text: string, variables: boolean): Pattern | undefined {
  const parts = splitArn(readTemplate(text, { wildcards: true, variables }));
  if (parts.length !== arnParts) return undefined;
  const patterns = parts.map(compileTemplate);
  return (arn, keys) => {
    const given = arn.split(":");
    if (given.length < arnParts) return false;
    const last = given.slice(arnParts - 1).join(":");
    return patterns.every((fits, at) => fits(at === arnParts - 1 ? last : (given[at] ?? ""), keys));
  };
}

const arnParts = 6;

function splitArn(template: Template): readonly Template[] {
  const parts: (string | Variable)[][] = [[]];
  for (const piece of template) {
    if (typeof piece !== "string") {
      parts.at(-1)?.push(piece);
      continue;
    }
    let rest = piece;
    while (parts.length < arnParts && rest.includes(":")) {
      const colon = rest.indexOf(":");
      parts.at(-1)?.push(rest.slice(0, colon));
      parts.push([]);
      rest = rest.slice(colon + 1);
    }
    parts.at(-1)?.push(rest);
  }
  return parts;
}

function readTemplate(text: string, { wildcards, variables }: PatternKind): Template {
  const mark = (part: string) => (wildcards ? part.replaceAll("*", any).replaceAll("?", one) : part);
  if (!variables) return [mark(text)];
  const pieces = text.split(/\$\{([^}]*)\}/);
  return pieces.map((piece, at) => (at % 2 === 0 ? mark(piece) : readVariable(piece)));
}

/** `${*}`, `${?}` and `${$}` are the signs themselves. */
function readVariable(inner: string): string | Variable {
  if (inner === "*" || inner === "?" || inner === "$") return inner;
  const [, name = "", otherwise] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(inner) ?? [];
  const lower = name.toLowerCase();
  return otherwise === undefined ? { name: lower } : { name: lower, otherwise };
}

function compileTemplate(template: Template): Pattern {
  if (template.every((piece) => typeof piece === "string")) return compileText(template.join(""));
  return (text, keys) => {
    const filled = fill(template, keys);
    return filled !== undefined && matches(filled, text);
  };
}

/** The text with its variables filled in; `undefined` where one has no value: such a pattern fits nothing. */
function fill(template: Template, keys: ConditionKeys): string | undefined {
  let text = "";
  for (const piece of template) {
    const value = typeof piece === "string" ? piece : valueOf(piece, keys);
    if (value === undefined) return undefined;
    text += value;
  }
  return text;
}

function valueOf({ name, otherwise }: Variable, keys: ConditionKeys): string | undefined {
  const values = keys(name);
  const value = values?.length === 1 ? values[0] : otherwise;
  return value === undefined || holdsControls(value) ? undefined : value;
}

function compileText(pattern: string): Pattern {
  if (pattern === any) return () => true;
  if (!holdsControls(pattern)) return (text) => text === pattern;
  return pattern.includes(one) ? (text) => matches(pattern, text) : compileStars(pattern);
}

/** Texts between stars: the first begins, the last ends, the others come in their order between them. */
function compileStars(pattern: string): Pattern {
  const parts = pattern.split(any);
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  const between = parts.slice(1, -1).filter((part) => part !== "");
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of between) {
      const found = text.indexOf(part, at);
      if (found < 0 || found + part.length > end) return false;
      at = found + part.length;
    }
    return true;
  };
}

/** At most `pattern × text` steps, so that no pattern can make it hang. */
function matches(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    if (pattern[p] === any) {
      star = p;
      p += 1;
      resume = t;
    } else if (p < pattern.length && (pattern[p] === one || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === any) p += 1;
  return p === pattern.length;
}
