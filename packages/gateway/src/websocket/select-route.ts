// Which route a message takes: the route selection expression, compiled once, evaluated for every message.
import { failures } from "../failures.ts";

type Part = { readonly text: string } | { readonly path: readonly string[] };

/**
 * Compiles a route selection expression into a function from a message to a route key.
 *
 * `$request.body.x.y`, `${request.body.a}/${request.body.b}` and plain text are understood; `\$` is a dollar.
 * A missing path gives an empty string, other values than strings are written as JSON.
 * The function gives `undefined` where the expression asks for a body that is not JSON. It never throws.
 *
 * @example
 * const keyOf = compileSelection("$request.body.action");
 * keyOf('{"action":"send"}'); // "send"
 *
 * @throws failure `ROUTE_SELECTION_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function compileSelection(expression: string): (message: string) => string | undefined {
  const parts = readParts(expression);
  if (parts.every((part) => "text" in part)) {
    const key = parts.map((part) => part.text).join("");
    return () => key;
  }
  return (message) => {
    try {
      const body: unknown = JSON.parse(message);
      return parts.map((part) => ("text" in part ? part.text : toKey(follow(body, part.path)))).join("");
    } catch {
      return undefined; // not JSON, or nested deeper than can be written out again
    }
  };
}

const pieces = /\\\$|\$\{([^}]*)\}|\$([A-Za-z](?:[\w.-]|\[[^\]]*\])*)|\$|[^\\$]+|\\/g;

function readParts(expression: string): readonly Part[] {
  const refuse = (why: string) => failures.create("ROUTE_SELECTION_INVALID", { expression, why });
  if (expression === "") throw refuse("it is empty");
  return Array.from(expression.matchAll(pieces), ([piece, braced, bare]): Part => {
    if (piece === "\\$") return { text: "$" };
    if (piece === "$") throw refuse("a $ starts no variable (a dollar of its own is written \\$)");
    const variable = braced ?? bare;
    if (variable === undefined) return { text: piece };
    const path = readPath(variable);
    if (!path) throw refuse(`the variable $${variable} is not a path into the body of a message`);
    return { path };
  });
}

/** Reads `request.body.a.b[0]['c']` as its steps below the body. */
function readPath(variable: string): readonly string[] | undefined {
  const below = /^request\.body(?=$|[.[])(.*)$/s.exec(variable)?.[1];
  if (below === undefined) return undefined;
  if (!/^(?:\.[^.[\]'"]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])*$/.test(below)) return undefined;
  const steps = below.matchAll(/\.([^.[\]'"]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g);
  return Array.from(steps, ([, name, index, single, double]) => name ?? index ?? single ?? double ?? "");
}

function follow(body: unknown, path: readonly string[]): unknown {
  let value = body;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(step)) return undefined; // no `length`
    value = (value as Record<string, unknown>)[step]; // an own property, as just seen
  }
  return value;
}

function toKey(value: unknown): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}
