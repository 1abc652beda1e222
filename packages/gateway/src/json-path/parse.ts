// A JSONPath, from text to tree.
import type { Path, Segment, Selector } from "./tree.ts";
import { compileJavaPattern } from "../vtl/java-pattern.ts";
import { Scanner } from "../vtl/scanner.ts";
import { TemplateError } from "../vtl/template-error.ts";
import type { Operand, Test } from "./tree.ts";

/**
 * Parses a path of the dialect that API Gateway's templates use; a path that does not start with `$` starts below it.
 *
 * @throws TemplateError where it cannot be read.
 * @see https://github.com/json-path/JsonPath
 */
export function parsePath(text: string): Path {
  if (text.length > longestPath) throw new TemplateError("a JSON path is too long");
  const trimmed = text.trim();
  const scanner = new Scanner(trimmed.startsWith("$") ? trimmed : `$.${trimmed}`);
  scanner.takes("$");
  const path = readPath(scanner, "$");
  if (!scanner.done) scanner.fail("the JSON path has something behind its end");
  return path;
}

/** Longer ones are made by templates that mean no good. */
const longestPath = 10_000;

function readPath(scanner: Scanner, from: "$" | "@"): Path {
  const segments: Segment[] = [];
  for (let segment = readSegment(scanner); segment; segment = readSegment(scanner)) segments.push(segment);
  const definite = segments.every(
    ({ deep, select }) =>
      !deep &&
      ((select.kind === "names" && select.names.length === 1) ||
        (select.kind === "indexes" && select.indexes.length === 1)),
  );
  return { from, segments, definite };
}

function readSegment(scanner: Scanner): Segment | undefined {
  const deep = scanner.takes("..");
  if (!deep && !scanner.sees("[") && !scanner.takes(".")) return undefined;
  if (scanner.takes("[")) return { deep, select: scanner.nested(() => readBrackets(scanner)) };
  if (scanner.takes("*")) return { deep, select: { kind: "all" } };
  const name = scanner.match(/[^.[\]()\s,=!<>&|]+/y);
  if (name === undefined) return scanner.fail("the JSON path names nothing after a dot");
  if (scanner.takes("()")) return { deep, select: { kind: "function", name } };
  return { deep, select: { kind: "names", names: [name] } };
}

function readBrackets(scanner: Scanner): Selector {
  scanner.skipBlanks();
  if (scanner.takes("?")) return readFilter(scanner);
  const select = readSelector(scanner);
  scanner.skipBlanks();
  scanner.expect("]");
  return select;
}

function readSelector(scanner: Scanner): Selector {
  if (scanner.takes("*")) return { kind: "all" };
  if (scanner.sees("'") || scanner.sees('"')) return { kind: "names", names: readList(scanner, readQuoted) };
  const slice = scanner.match(/(-?\d+)?\s*:\s*(-?\d+)?(?:\s*:\s*(\d+))?/y);
  if (slice !== undefined) {
    const [from, to, step] = slice.split(":").map((part) => (part.trim() === "" ? undefined : Number(part)));
    return {
      kind: "slice",
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      step: Math.max(1, step ?? 1),
    };
  }
  return { kind: "indexes", indexes: readList(scanner, readIndex) };
}

function readList<T>(scanner: Scanner, read: (scanner: Scanner) => T): T[] {
  const items: T[] = [];
  do {
    scanner.skipBlanks();
    items.push(read(scanner));
    scanner.skipBlanks();
  } while (scanner.takes(","));
  return items;
}

function readIndex(scanner: Scanner): number {
  const digits = scanner.match(/-?\d{1,9}/y);
  return digits === undefined ? scanner.fail("the JSON path has no index in its brackets") : Number(digits);
}

function readQuoted(scanner: Scanner): string {
  const quoted = scanner.match(/'(?:[^'\\]|\\[^])*'|"(?:[^"\\]|\\[^])*"/y);
  if (quoted === undefined) return scanner.fail("the JSON path has a text that is not closed");
  return quoted.slice(1, -1).replaceAll(/\\([^])/g, "$1");
}

function readFilter(scanner: Scanner): Selector {
  scanner.skipBlanks();
  scanner.expect("(");
  const test = readOr(scanner);
  scanner.skipBlanks();
  scanner.expect(")");
  scanner.skipBlanks();
  scanner.expect("]");
  return { kind: "filter", test };
}

function readOr(scanner: Scanner): Test {
  let left = readAnd(scanner);
  for (scanner.skipBlanks(); scanner.takes("||"); scanner.skipBlanks()) {
    left = { kind: "or", left, right: readAnd(scanner) };
  }
  return left;
}

function readAnd(scanner: Scanner): Test {
  let left = readTest(scanner);
  for (scanner.skipBlanks(); scanner.takes("&&"); scanner.skipBlanks()) {
    left = { kind: "and", left, right: readTest(scanner) };
  }
  return left;
}

function readTest(scanner: Scanner): Test {
  scanner.skipBlanks();
  if (!scanner.sees("!=") && scanner.takes("!")) {
    return { kind: "not", test: scanner.nested(() => readTest(scanner)) };
  }
  if (scanner.takes("(")) {
    const test = scanner.nested(() => readOr(scanner));
    scanner.skipBlanks();
    scanner.expect(")");
    return test;
  }
  const left = readOperand(scanner);
  scanner.skipBlanks();
  const operator = scanner.match(/==|!=|<=|>=|=~|<|>|in\b|nin\b/y);
  if (operator !== undefined) return { kind: "compare", operator, left, right: readOperand(scanner) };
  return left.kind === "path"
    ? { kind: "exists", path: left.path }
    : scanner.fail("the filter of the JSON path compares nothing");
}

function readOperand(scanner: Scanner): Operand {
  scanner.skipBlanks();
  if (scanner.sees("'") || scanner.sees('"')) return { kind: "literal", value: readQuoted(scanner) };
  if (scanner.takes("@")) return { kind: "path", path: scanner.nested(() => readPath(scanner, "@")) };
  if (scanner.takes("$")) return { kind: "path", path: scanner.nested(() => readPath(scanner, "$")) };
  if (scanner.takes("[")) {
    const items = scanner.nested(() => readList(scanner, readOperand));
    scanner.expect("]");
    return { kind: "list", items };
  }
  const regex = scanner.match(/\/(?:[^/\\]|\\[^])+\/i?/y);
  if (regex !== undefined) {
    const end = regex.lastIndexOf("/");
    const source = regex.slice(1, end).replaceAll("\\/", "/");
    return { kind: "pattern", pattern: compileJavaPattern(`^(?:${source})$`, regex.slice(end + 1)) };
  }
  const number = scanner.match(/-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
  if (number !== undefined) return { kind: "literal", value: Number(number) };
  const word = scanner.match(/true|false|null/y);
  if (word === undefined) return scanner.fail("the filter of the JSON path cannot be read");
  return { kind: "literal", value: word === "null" ? null : word === "true" };
}
