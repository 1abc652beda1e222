// A mapping template, from text to tree.
import { parseArguments, parseExpression, parseReference } from "./parse-expression.ts";
import { Scanner } from "./scanner.ts";
import type { Branch, Node } from "./tree.ts";

/** Directives that reach outside of the template, which API Gateway does not have. */
const refused = new Set(["include", "parse", "evaluate"]);

/**
 * Parses a template.
 *
 * @throws TemplateError with the line where a directive is not closed or an expression cannot be read.
 * @see https://velocity.apache.org/engine/1.7/vtl-reference.html
 */
export function parseTemplate(text: string): readonly Node[] {
  return parseText(text, 0);
}

function parseText(text: string, depth: number): readonly Node[] {
  const scanner = new Scanner(text);
  scanner.depth = depth;
  const { nodes, ended } = parseBody(scanner);
  if (ended !== undefined) scanner.fail(`#${ended} closes nothing`);
  return nodes;
}

/** What ended a body: a directive that belongs to the one around it. */
type End = "else" | "elseif" | "end" | undefined;

/** Reads up to the directive that closes, or divides, what is around; it is moved over. */
function parseBody(scanner: Scanner): { readonly nodes: readonly Node[]; readonly ended: End } {
  const nodes: Node[] = [];
  let text = "";
  const flush = () => {
    if (text !== "") nodes.push({ kind: "text", text });
    text = "";
  };
  while (!scanner.done) {
    text += scanner.match(/[^$#\\]+/y) ?? "";
    if (scanner.done) break;
    if (scanner.sees("\\")) {
      const escaped = parseEscape(scanner);
      text += escaped.text;
      if (escaped.node) {
        flush();
        nodes.push(escaped.node);
      }
      continue;
    }
    const piece = scanner.sees("$") ? parseDollar(scanner) : parseHash(scanner);
    if (typeof piece === "string") text += piece;
    else {
      flush();
      if ("ended" in piece) return { nodes, ended: piece.ended };
      nodes.push(piece);
    }
  }
  flush();
  return { nodes, ended: undefined };
}

/** Backslashes: two before a reference or directive print as one, and a single one takes its meaning away. */
function parseEscape(scanner: Scanner): { readonly text: string; readonly node?: Node } {
  const slashes = scanner.match(/\\+/y) ?? "";
  if (!scanner.sees("$") && !scanner.sees("#")) return { text: slashes };
  const text = "\\".repeat(Math.floor(slashes.length / 2));
  if (slashes.length % 2 === 0) {
    const isDirective =
      scanner.sees("$") || /^#\{?[a-z]+/.test(scanner.text.slice(scanner.at, scanner.at + 12));
    return { text: isDirective ? text : slashes };
  }
  if (scanner.takes("#"))
    return { text: `${/^[a-z{]/.test(scanner.text[scanner.at] ?? "") ? text : slashes}#` };
  const reference = parseReference(scanner, parseText);
  if (reference) return { text, node: { kind: "escaped", reference } };
  scanner.at += 1;
  return { text: `${slashes}$` };
}

function parseDollar(scanner: Scanner): Node | string {
  const reference = parseReference(scanner, parseText);
  if (reference) return { kind: "reference", reference };
  scanner.at += 1;
  return "$";
}

function parseHash(scanner: Scanner): Node | string | { readonly ended: End } {
  if (scanner.match(/##[^\n]*\n?/y) !== undefined) return "";
  if (scanner.sees("#*")) {
    const end = scanner.text.indexOf("*#", scanner.at + 2);
    scanner.at = end < 0 ? scanner.text.length : end + 2;
    return "";
  }
  if (scanner.sees("#[[")) {
    const end = scanner.text.indexOf("]]#", scanner.at + 3);
    if (end < 0) scanner.fail("#[[ is not closed");
    const verbatim = scanner.text.slice(scanner.at + 3, end);
    scanner.at = end + 3;
    return verbatim;
  }
  return parseDirective(scanner);
}

function parseDirective(scanner: Scanner): Node | string | { readonly ended: End } {
  const start = scanner.at;
  const written = scanner.match(/#(?:\{[A-Za-z_][\w-]*\}|[A-Za-z_][\w-]*)/y);
  if (written === undefined) {
    scanner.at += 1;
    return "#";
  }
  const name = written.replaceAll(/[#{}]/g, "");
  // `#endif` and `#elsewhere` are read as #end and #else with text after them
  const closing = /^(?:elseif|else|end)/.exec(name)?.[0] as Exclude<End, undefined> | undefined; // what the pattern lists
  if (closing !== undefined && (closing === name || !scanner.sees("("))) {
    scanner.at = written.startsWith("#{") ? scanner.at : start + 1 + closing.length;
    if (closing !== "elseif") skipLineEnd(scanner);
    return { ended: closing };
  }
  const opened = /[ \t]*\(/y;
  if (name === "break" || name === "stop") return { kind: name };
  if (refused.has(name) && scanner.match(opened) !== undefined) {
    return scanner.fail(`#${name} is not available`);
  }
  if (scanner.match(opened) === undefined) return written;
  return scanner.nested(() => parseOpened(scanner, name));
}

/** A directive whose opening parenthesis was read. */
function parseOpened(scanner: Scanner, name: string): Node {
  switch (name) {
    case "set":
      return parseSet(scanner);
    case "if":
      return parseIf(scanner);
    case "foreach":
      return parseForeach(scanner);
    case "macro":
      return parseMacro(scanner);
    default: {
      const args = parseArguments(scanner, parseText);
      skipLineEnd(scanner);
      return { kind: "call", name, args };
    }
  }
}

function parseSet(scanner: Scanner): Node {
  scanner.skipBlanks();
  const target = scanner.sees("$") ? parseReference(scanner, parseText) : undefined;
  if (!target) return scanner.fail("#set needs a reference");
  scanner.skipBlanks();
  scanner.expect("=");
  const value = parseExpression(scanner, parseText);
  closeParenthesis(scanner);
  return { kind: "set", target, value };
}

function parseIf(scanner: Scanner): Node {
  const branches: Branch[] = [];
  for (;;) {
    const condition = parseExpression(scanner, parseText);
    closeParenthesis(scanner);
    const { nodes: body, ended } = parseBody(scanner);
    branches.push({ condition, body });
    if (ended === "end") return { kind: "if", branches, otherwise: [] };
    if (ended === "else") return { kind: "if", branches, otherwise: parseToEnd(scanner, "#else") };
    if (ended === undefined) return scanner.fail("#if is not closed by #end");
    if (scanner.match(/[ \t]*\(/y) === undefined) return scanner.fail("#elseif needs a condition");
  }
}

function parseForeach(scanner: Scanner): Node {
  scanner.skipBlanks();
  const reference = scanner.sees("$") ? parseReference(scanner, parseText) : undefined;
  if (!reference) return scanner.fail("#foreach needs a reference");
  scanner.skipBlanks();
  scanner.expect("in");
  const list = parseExpression(scanner, parseText);
  closeParenthesis(scanner);
  const { nodes: body, ended } = parseBody(scanner);
  if (ended !== "end" && ended !== "else") return scanner.fail("#foreach is not closed by #end");
  const otherwise = ended === "else" ? parseToEnd(scanner, "#else") : [];
  return { kind: "foreach", variable: reference.name, list, body, otherwise };
}

function parseMacro(scanner: Scanner): Node {
  scanner.skipBlanks();
  const name = scanner.match(/[A-Za-z_][\w-]*/y);
  if (name === undefined) return scanner.fail("#macro needs a name");
  const parameters: string[] = [];
  for (;;) {
    scanner.match(/[ \t\r\n,]*/y);
    if (scanner.takes(")")) break;
    const parameter = scanner.match(/\$!?\{?[A-Za-z_][\w-]*\}?/y);
    if (parameter === undefined) return scanner.fail("#macro takes references");
    parameters.push(parameter.replaceAll(/[$!{}]/g, ""));
  }
  skipLineEnd(scanner);
  return { kind: "macro", macro: { name, parameters, body: parseToEnd(scanner, "#macro") } };
}

function parseToEnd(scanner: Scanner, opened: string): readonly Node[] {
  const { nodes, ended } = parseBody(scanner);
  if (ended !== "end") scanner.fail(`${opened} is not closed by #end`);
  return nodes;
}

function closeParenthesis(scanner: Scanner): void {
  scanner.skipBlanks();
  scanner.expect(")");
  skipLineEnd(scanner);
}

/** A directive takes the line end behind it with it. */
function skipLineEnd(scanner: Scanner): void {
  scanner.match(/[ \t]*\r?\n/y);
}
