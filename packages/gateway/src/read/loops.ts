// Fn::ForEach: what stands in a loop becomes one member for each value, before anything else is read.
import { failures } from "../failures.ts";
import type { Evaluation } from "./intrinsics.ts";
import { isList, isMap, maximumDepth, toMap, toPath, Unresolved, type Tree, type TreeMap } from "./tree.ts";

const prefix = "Fn::ForEach::";

/** What loops are unrolled with. */
export interface LoopContext {
  /** Gives the values of a loop's list. */
  readonly evaluation: Evaluation;
  /** Whether the definition asks for `AWS::LanguageExtensions`, without which AWS knows no loops. */
  readonly isAllowed: boolean;
  readonly lineOf: (path: string) => number | undefined;
}

/**
 * Unrolls every loop of a tree; one without loops is given back as it is.
 *
 * @throws `REFERENCE_UNRESOLVED` for a loop whose values are not known, or that AWS would not take
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
export function unroll(tree: Tree, context: LoopContext): Tree {
  return visit(tree, "", 0);

  function visit(value: Tree, path: string, depth: number): Tree {
    if (depth > maximumDepth) return value;
    if (isList(value)) {
      const items = value.map((item, index) => visit(item, toPath(path, index), depth + 1));
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    if (!isMap(value)) return value;
    const before = Object.entries(value);
    const entries = before.flatMap(([key, item]): [string, Tree][] => {
      const place = toPath(path, key);
      if (!key.startsWith(prefix)) return [[key, visit(item, place, depth + 1)]];
      const bodies = bodiesOf(item, { path: place, reference: key, ...context });
      return bodies.flatMap((body) => Object.entries(visit(body, path, depth + 1) as TreeMap)); // a map stays a map
    });
    const isSame = entries.every(
      ([key, item], index) => key === before[index]?.[0] && item === before[index]?.[1],
    );
    return isSame && entries.length === before.length ? value : toMap(entries);
  }
}

interface Loop extends LoopContext {
  readonly path: string;
  readonly reference: string;
}

/** The body of a loop once for each value; loops within may have the same name each time. */
function bodiesOf(loop: Tree, at: Loop): readonly Tree[] {
  const [identifier, list, body] = isList(loop) && loop.length === 3 ? loop : [];
  if (typeof identifier !== "string" || !isMap(body)) {
    throw unresolved(at, "it needs a list of a name, the values, and a map");
  }
  if (!at.isAllowed) throw unresolved(at, "loops need Transform: AWS::LanguageExtensions");
  const values = at.evaluation.evaluate(list ?? null, toPath(at.path, 1));
  if (values instanceof Unresolved) throw values.failure;
  if (!isList(values)) throw unresolved(at, "its values are no list");
  return values.map((value) => {
    if (typeof value === "string" || typeof value === "number") return put(body, identifier, String(value));
    throw unresolved(at, "a value is no text");
  });
}

/** The body of a loop with one value in place of `${Name}`, `&{Name}` and references to the name. */
function put(tree: Tree, name: string, value: string): Tree {
  if (typeof tree === "string") return putText(tree, name, value);
  if (isList(tree)) return tree.map((item) => put(item, name, value));
  if (!isMap(tree)) return tree;
  const entries = Object.entries(tree);
  if (entries.length === 1 && tree["Ref"] === name) return value;
  return toMap(entries.map(([key, item]) => [putText(key, name, value), put(item, name, value)]));
}

function putText(text: string, name: string, value: string): string {
  return text
    .replaceAll(`\${${name}}`, () => value)
    .replaceAll(`&{${name}}`, () => value.replaceAll(/[^a-zA-Z0-9]/g, ""));
}

function unresolved({ path, reference, lineOf }: Loop, why: string): Error {
  return failures.create("REFERENCE_UNRESOLVED", { path, line: lineOf(path), reference, why });
}
