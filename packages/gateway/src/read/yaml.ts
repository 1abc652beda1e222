// YAML text to a tree: CloudFormation's short tags become their long forms, and every value keeps its line.
import { isAlias, isMap as isYamlMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, ErrorCode, Node, Pair, YAMLMap } from "yaml";
import { failures } from "../failures.ts";
import { isList, isMap, maximumDepth, toMap, toPath, type Tree } from "./tree.ts";

/** A parsed file. */
export interface Parsed {
  readonly tree: Tree;
  /** The line of a place, or of the nearest place around it. */
  readonly lineOf: (path: string) => number | undefined;
}

const tagged = new Set(
  "And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform"
    .split(" ")
    .map((name) => `!${name}`),
);

/** In our words: the parser's own may quote the file, which may hold secrets. */
const problems: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "an alias (*name) that no anchor (&name) stands for",
  BAD_DQ_ESCAPE: "an escape in double quotes that does not exist; use single quotes for backslashes",
  BAD_INDENT: "the indentation does not fit the lines before",
  BAD_SCALAR_START: "text that starts with a special character needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "a map begins on the line of another key; put it on its own line",
  DUPLICATE_KEY: "the same key is given twice in one map",
  MISSING_CHAR: "a quote, a comma, a colon or a closing bracket is missing",
  MULTILINE_IMPLICIT_KEY: "a key runs over several lines; a colon may be missing",
  MULTIPLE_DOCS: "the file holds more than one document (---)",
  TAB_AS_INDENT: "a tab is used to indent; YAML wants spaces",
  UNEXPECTED_TOKEN: "something stands where it cannot be",
};

/** No definition that a person wrote holds more values; aliases can multiply them without bound. */
const maximumValues = 200_000;

interface Walk {
  readonly document: Document;
  readonly lines: Map<string, number>;
  lineAt(node: Node): { line: number; column: number };
  unreadable(node: Node, why: string): Error;
  left: number;
}

/**
 * Reads YAML as the deployment framework does.
 *
 * @throws `DEFINITION_UNREADABLE` with line and column; never quotes the text.
 */
export function readYaml(text: string, file: string): Parsed {
  const counter = new LineCounter();
  const fail = (at: number, why: string, cause?: unknown): Error => {
    const { line, col } = counter.linePos(at);
    return failures.create("DEFINITION_UNREADABLE", { file, line, column: Math.max(col, 1), why }, { cause });
  };
  const lines = new Map<string, number>();
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: "error" });
    const [error] = document.errors;
    if (error !== undefined) throw fail(error.pos[0], problems[error.code] ?? "it is not YAML");
    const tree = toTreeOf(document.contents, "", {
      document,
      lines,
      lineAt: (node) => {
        const { line, col } = counter.linePos(node.range?.[0] ?? 0);
        return { line, column: col };
      },
      unreadable: (node, why) => fail(node.range?.[0] ?? 0, why),
      left: maximumValues,
    });
    return { tree, lineOf: (path) => nearest(lines, path) };
  } catch (error) {
    if (failures.is(error)) throw error;
    throw fail(0, "it is nested too deeply", error); // the parser recurses, so depth ends in a RangeError
  }
}

function nearest(lines: ReadonlyMap<string, number>, path: string): number | undefined {
  for (let at = path; ; at = at.replace(/(?:\.?[\w$-]+|\[[^[\]]*\]|.)$/s, "")) {
    const line = lines.get(at);
    if (line !== undefined || at === "") return line;
  }
}

function toTreeOf(node: Node | null, path: string, walk: Walk, depth = 0): Tree {
  if (node === null) return null;
  if (--walk.left < 0) throw walk.unreadable(node, "its aliases expand to too many values");
  if (depth > maximumDepth) throw walk.unreadable(node, "it is nested too deeply, or an alias holds itself");
  if (!walk.lines.has(path)) walk.lines.set(path, walk.lineAt(node).line);
  if (isAlias(node)) {
    const target = node.resolve(walk.document);
    if (target === undefined) throw walk.unreadable(node, problems.BAD_ALIAS ?? "");
    return toTreeOf(target, path, walk, depth + 1);
  }
  const value = toPlain(node, path, walk, depth);
  return withTag(node, value, walk);
}

function toPlain(node: Node, path: string, walk: Walk, depth: number): Tree {
  if (isSeq<Node>(node)) {
    return node.items.map((item, index) => toTreeOf(item, toPath(path, index), walk, depth + 1));
  }
  if (isYamlMap<Node, Node | null>(node)) return toMap(entriesOf(node, path, walk, depth));
  if (!isScalar(node)) return null;
  const value: unknown = node.value;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

function entriesOf(
  map: YAMLMap<Node, Node | null>,
  path: string,
  walk: Walk,
  depth: number,
): (readonly [string, Tree])[] {
  const merged: (readonly [string, Tree])[] = [];
  const own: (readonly [string, Tree])[] = [];
  for (const pair of map.items) {
    const key = keyOf(pair, walk);
    const place = key === "<<" ? path : toPath(path, key);
    if (key !== "<<") walk.lines.set(place, walk.lineAt(pair.key).line);
    const value = toTreeOf(pair.value, place, walk, depth + 1);
    if (key === "<<") merged.unshift(...mergeable(value));
    else own.push([key, value]);
  }
  return [...merged, ...own];
}

function keyOf(pair: Pair<Node, Node | null>, walk: Walk): string {
  const key = isAlias(pair.key) ? pair.key.resolve(walk.document) : pair.key;
  if (!isScalar(key)) throw walk.unreadable(pair.key, "a key must be plain text");
  return String(key.value);
}

/** A merge key takes one map or several, of which the first wins. */
function mergeable(value: Tree): (readonly [string, Tree])[] {
  const sources = isList(value) ? value.toReversed() : [value];
  return sources.flatMap((source: Tree) => (isMap(source) ? Object.entries(source) : []));
}

function withTag(node: Node, value: Tree, walk: Walk): Tree {
  const tag = "tag" in node ? node.tag : undefined;
  if (typeof tag !== "string" || !tag.startsWith("!") || tag === "!") return value;
  if (tag === "!Ref" || tag === "!Condition") return toMap([[tag.slice(1), value]]);
  if (!tagged.has(tag))
    throw walk.unreadable(node, `the tag ${tag.slice(0, 40)} is not one of CloudFormation's`);
  return toMap([[`Fn::${tag.slice(1)}`, tag === "!GetAtt" ? dotted(value) : value]]);
}

function dotted(value: Tree): Tree {
  if (typeof value !== "string") return value;
  const dot = value.indexOf(".");
  return dot < 0 ? [value] : [value.slice(0, dot), value.slice(dot + 1)];
}
