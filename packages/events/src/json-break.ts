// Where a text stops being JSON: the engine's own message does not always say.

const simple = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escape = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;

/** What may come next. */
type Expected = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end";

/**
 * Finds where a text stops being JSON.
 *
 * Runs only after a parse has failed. Offsets are those of the token that cannot be there,
 * or the length of the text when it ends too early.
 */
export function findJsonBreak(text: string): number {
  const open: string[] = [];
  let expected: Expected = "value";
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const end = tokenEnd(text, at);
    const next = follow(expected, text.charAt(at), open);
    if (end === undefined || next === undefined) return at;
    expected = next;
    at = skipSpace(text, end);
  }
  return at;
}

/** What may follow a token that starts with `first`, or `undefined` when that token cannot be there. */
function follow(expected: Expected, first: string, open: string[]): Expected | undefined {
  const inside = open.at(-1);
  if (first === "}" || first === "]") {
    const matches = inside === (first === "}" ? "{" : "[");
    const mayEnd =
      expected === "comma-or-end" || expected === (first === "}" ? "key-or-end" : "value-or-end");
    if (!matches || !mayEnd) return undefined;
    open.pop();
    return "comma-or-end";
  }
  if (first === ":") return expected === "colon" ? "value" : undefined;
  if (first === ",") {
    if (expected !== "comma-or-end" || inside === undefined) return undefined;
    return inside === "{" ? "key" : "value";
  }
  if (expected === "key" || expected === "key-or-end") return first === '"' ? "colon" : undefined;
  if (expected !== "value" && expected !== "value-or-end") return undefined;
  if (first !== "{" && first !== "[") return "comma-or-end";
  open.push(first);
  return first === "{" ? "key-or-end" : "value-or-end";
}

/** Where the token at `at` ends, or `undefined` when no token starts there. */
function tokenEnd(text: string, at: number): number | undefined {
  const first = text.charAt(at);
  if ("{}[]:,".includes(first)) return at + 1;
  if (first === '"') return stringEnd(text, at + 1);
  simple.lastIndex = at;
  return simple.test(text) ? simple.lastIndex : undefined;
}

function stringEnd(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code < 0x20) return undefined;
    if (code !== 0x5c) continue;
    escape.lastIndex = at + 1;
    if (!escape.test(text)) return undefined;
    at = escape.lastIndex - 1;
  }
  return undefined;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (" \t\n\r".includes(text.charAt(at)) && at < text.length) at += 1;
  return at;
}
