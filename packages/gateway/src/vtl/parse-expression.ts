// What stands in the parentheses of directives and methods, from text to tree.
import type { Scanner } from "./scanner.ts";
import type { BinaryOperator, Expression, Node, Reference, Step } from "./tree.ts";

/** Parses the inside of a text in double quotes. */
export type ParseText = (text: string, depth: number) => readonly Node[];

/** Weakest first; the words are other spellings. */
const levels: readonly (readonly (readonly [spelling: string, operator: BinaryOperator])[])[] = [
  [
    ["||", "||"],
    ["or", "||"],
  ],
  [
    ["&&", "&&"],
    ["and", "&&"],
  ],
  [
    ["==", "=="],
    ["!=", "!="],
    ["eq", "=="],
    ["ne", "!="],
  ],
  [
    ["<=", "<="],
    [">=", ">="],
    ["<", "<"],
    [">", ">"],
    ["le", "<="],
    ["ge", ">="],
    ["lt", "<"],
    ["gt", ">"],
  ],
  [
    ["+", "+"],
    ["-", "-"],
  ],
  [
    ["*", "*"],
    ["/", "/"],
    ["%", "%"],
  ],
];

/** Reads an expression. @throws TemplateError where there is none. */
export function parseExpression(scanner: Scanner, parseText: ParseText, level = 0): Expression {
  const operators = levels[level];
  if (!operators) return scanner.nested(() => parseUnary(scanner, parseText));
  let left = parseExpression(scanner, parseText, level + 1);
  for (;;) {
    scanner.skipBlanks();
    const operator = takeOperator(scanner, operators);
    if (operator === undefined) return left;
    const right = parseExpression(scanner, parseText, level + 1);
    left = { kind: "binary", operator, left, right };
  }
}

function takeOperator(
  scanner: Scanner,
  operators: readonly (readonly [string, BinaryOperator])[],
): BinaryOperator | undefined {
  for (const [spelling, operator] of operators) {
    const next = scanner.text[scanner.at + spelling.length] ?? "";
    if (/^[a-z]/.test(spelling) && /[\w-]/.test(next)) continue;
    if (scanner.takes(spelling)) return operator;
  }
  return undefined;
}

function parseUnary(scanner: Scanner, parseText: ParseText): Expression {
  scanner.skipBlanks();
  if (!scanner.sees("!=") && scanner.match(/!|not(?![\w-])/y) !== undefined) {
    return { kind: "not", operand: scanner.nested(() => parseUnary(scanner, parseText)) };
  }
  const number = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: "literal", value: Number(number) };
  if (scanner.takes("-")) {
    return { kind: "negative", operand: scanner.nested(() => parseUnary(scanner, parseText)) };
  }
  return parsePrimary(scanner, parseText);
}

function parsePrimary(scanner: Scanner, parseText: ParseText): Expression {
  if (scanner.sees("$")) {
    const reference = parseReference(scanner, parseText);
    return reference ? { kind: "value", reference } : scanner.fail("expected a reference");
  }
  if (scanner.sees('"') || scanner.sees("'")) return parseString(scanner, parseText);
  if (scanner.takes("[")) return parseList(scanner, parseText);
  if (scanner.takes("{")) return parseMap(scanner, parseText);
  if (scanner.takes("(")) {
    const inner = parseExpression(scanner, parseText);
    scanner.skipBlanks();
    scanner.expect(")");
    return inner;
  }
  const word = scanner.match(/true|false|null/y);
  if (word === undefined) return scanner.fail("expected a value");
  return { kind: "literal", value: word === "null" ? null : word === "true" };
}

/** A doubled quote, or one behind a backslash, is part of the text; other backslashes stay as they are. */
function parseString(scanner: Scanner, parseText: ParseText): Expression {
  const quote = scanner.text[scanner.at];
  const whole = scanner.match(
    quote === '"' ? /"(?:[^"\\]|\\[^]|"")*"/y : /'(?:[^']|'')*'/y, // no backslash escapes between single quotes
  );
  if (whole === undefined) return scanner.fail("a text is not closed");
  const inner = whole.slice(1, -1);
  if (quote === "'") return { kind: "literal", value: inner.replaceAll("''", "'") };
  const text = inner.replaceAll(/""|\\"/g, '"');
  if (!/[$#]/.test(text)) return { kind: "literal", value: text };
  return { kind: "interpolated", nodes: parseText(text, scanner.depth) };
}

function parseList(scanner: Scanner, parseText: ParseText): Expression {
  const items: Expression[] = [];
  scanner.skipBlanks();
  if (scanner.takes("]")) return { kind: "list", items };
  for (;;) {
    items.push(parseExpression(scanner, parseText));
    scanner.skipBlanks();
    const [from] = items;
    if (items.length === 1 && from && scanner.takes("..")) {
      const to = parseExpression(scanner, parseText);
      scanner.skipBlanks();
      scanner.expect("]");
      return { kind: "range", from, to };
    }
    if (scanner.takes("]")) return { kind: "list", items };
    scanner.expect(",");
  }
}

function parseMap(scanner: Scanner, parseText: ParseText): Expression {
  const entries: (readonly [Expression, Expression])[] = [];
  scanner.skipBlanks();
  if (scanner.takes("}")) return { kind: "map", entries };
  for (;;) {
    const key = parseExpression(scanner, parseText);
    scanner.skipBlanks();
    scanner.expect(":");
    entries.push([key, parseExpression(scanner, parseText)]);
    scanner.skipBlanks();
    if (scanner.takes("}")) return { kind: "map", entries };
    scanner.expect(",");
  }
}

/** The expressions up to the closing parenthesis, whose opening one was read. */
export function parseArguments(scanner: Scanner, parseText: ParseText): readonly Expression[] {
  const args: Expression[] = [];
  scanner.skipBlanks();
  while (!scanner.takes(")")) {
    args.push(parseExpression(scanner, parseText));
    scanner.skipBlanks();
    scanner.takes(","); // macros separate with blanks alone
    scanner.skipBlanks();
  }
  return args;
}

/** Reads `$name…`; moves nowhere and gives `undefined` where the dollar is just text. */
export function parseReference(scanner: Scanner, parseText: ParseText): Reference | undefined {
  const start = scanner.at;
  scanner.expect("$");
  const quiet = scanner.takes("!");
  const braced = scanner.takes("{");
  const name = scanner.match(/[A-Za-z_][\w-]*/y);
  const steps = name === undefined ? [] : scanner.nested(() => parseSteps(scanner, parseText));
  if (name === undefined || (braced && !scanner.takes("}"))) {
    scanner.at = start;
    return undefined;
  }
  return { source: scanner.text.slice(start, scanner.at), quiet, name, steps };
}

function parseSteps(scanner: Scanner, parseText: ParseText): readonly Step[] {
  const steps: Step[] = [];
  for (;;) {
    const before = scanner.at;
    if (scanner.takes("[")) {
      const at = parseExpression(scanner, parseText);
      scanner.skipBlanks();
      scanner.expect("]");
      steps.push({ kind: "index", at });
      continue;
    }
    const name = scanner.takes(".") ? scanner.match(/[A-Za-z_][\w-]*/y) : undefined;
    if (name === undefined) {
      scanner.at = before;
      return steps;
    }
    if (scanner.takes("(")) {
      steps.push({ kind: "method", name, args: parseArguments(scanner, parseText) });
    } else steps.push({ kind: "property", name });
  }
}
