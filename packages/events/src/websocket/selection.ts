// Which route a message names: the API's own route selection expression, compiled once.
import { failures } from "./failures.ts";

/** A message as a JSON object. */
type Said = Readonly<Record<string, unknown>>;

/** A compiled selection. */
export interface Selection {
  /** The route that a message names; `undefined` when it names none. */
  routeOf(said: Said): string | undefined;
  /** The field that is nothing but the route, and no part of what is said. */
  readonly field: string | undefined;
}

type Piece = (said: Said) => string;

const pieces = /\\\$|\$\{request\.body\.([\w.-]+)\}|\$request\.body\.([\w.-]+)|[^$\\{}]+/y;

/**
 * Compiles an expression such as `$request.body.action` or `${request.body.area}/${request.body.verb}`.
 *
 * @throws `SELECTION_INVALID`
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-selection-expressions.html
 */
export function compileSelection(expression: string): Selection {
  const found: Piece[] = [];
  pieces.lastIndex = 0;
  for (let end = 0; end < expression.length; end = pieces.lastIndex) {
    const match = pieces.exec(expression);
    if (match === null) throw failures.create("SELECTION_INVALID", { expression });
    found.push(toPiece(match));
  }
  return {
    routeOf: (said) => found.map((piece) => piece(said)).join("") || undefined,
    field: /^\$\{?request\.body\.([\w-]+)\}?$/.exec(expression)?.[1],
  };
}

function toPiece([all, braced, plain]: RegExpExecArray): Piece {
  const path = (braced ?? plain)?.split(".");
  if (path === undefined) return () => (all === String.raw`\$` ? "$" : all);
  return (said) => toText(path.reduce<unknown>(child, said));
}

function child(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, key)
    ? (value as Said)[key]
    : undefined;
}

/** What is missing is no text; what is no text is written as JSON. */
function toText(value: unknown): string {
  return typeof value === "string"
    ? value
    : value === undefined || value === null
      ? ""
      : JSON.stringify(value);
}
