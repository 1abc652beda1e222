// A route as it is written: "GET /rooms/{room}", its types and its parts.
import { failures } from "./failures.ts";

/** Methods that a route can have; `ANY` stands for each that has no route of its own on the path. */
export type RouteMethod = "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE" | "OPTIONS" | "ANY";

/** A method and a path template: `GET /rooms/{room}`, `ANY /files/{path+}`. */
export type RouteKey = `${RouteMethod} /${string}`;

type NameOf<Text extends string> = Text extends `${infer Name}+` ? Name : Text;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? NameOf<Name> | Names<Rest>
  : never;

/** The path parameters that a route names: `"GET /rooms/{room}"` → `{ room: string }`. */
export type PathParameters<Key extends string> = string extends Key
  ? Readonly<Record<string, string>>
  : { readonly [Name in Names<Key>]: string };

/** One part of a path template. */
export type Segment =
  | { readonly kind: "static"; readonly text: string }
  | { readonly kind: "parameter" | "greedy"; readonly name: string };

/** A route key taken apart. */
export interface ParsedRoute {
  readonly method: RouteMethod;
  /** The path template as it was written. */
  readonly template: string;
  readonly segments: readonly Segment[];
  /** Names of the parameters in their order. */
  readonly names: readonly string[];
}

const methods: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "PATCH",
  "DELETE",
  "OPTIONS",
  "ANY",
]);

/**
 * Takes a route key apart.
 *
 * @throws `ROUTE_INVALID` saying why.
 */
export function parseRoute(key: string): ParsedRoute {
  const space = key.indexOf(" ");
  const method = key.slice(0, space);
  const template = key.slice(space + 1);
  const invalid = (why: string): Error => failures.create("ROUTE_INVALID", { route: key, why });
  if (!methods.has(method)) throw invalid("it does not begin with one of the methods in upper case");
  if (!template.startsWith("/")) throw invalid("its path does not begin with a slash");
  const segments = splitPath(template).map((text) => parseSegment(text, invalid));
  const names = segments.flatMap((segment) => (segment.kind === "static" ? [] : [segment.name]));
  if (new Set(names).size !== names.length) throw invalid("a parameter is named twice");
  if (
    segments.findIndex((segment) => segment.kind === "greedy") < segments.length - 1 &&
    hasGreedy(segments)
  ) {
    throw invalid("a greedy parameter must be the last part");
  }
  return { method: method as RouteMethod, template, segments, names }; // checked against the set above
}

function hasGreedy(segments: readonly Segment[]): boolean {
  return segments.some((segment) => segment.kind === "greedy");
}

function parseSegment(text: string, invalid: (why: string) => Error): Segment {
  const parameter = /^\{([A-Za-z0-9._-]+)(\+?)\}$/.exec(text);
  const name = parameter?.[1];
  if (name !== undefined) {
    if (name === "__proto__") throw invalid("__proto__ cannot be the name of a parameter");
    return { kind: parameter?.[2] === "+" ? "greedy" : "parameter", name };
  }
  if (text === "") throw invalid("it has an empty part");
  if (/[{}]/.test(text)) throw invalid(`the part "${text}" mixes a parameter and text`);
  return { kind: "static", text };
}

/** The parts of a path; a trailing slash makes none. */
export function splitPath(path: string): string[] {
  if (path === "/" || path === "") return [];
  const end = path.endsWith("/") ? path.length - 1 : path.length;
  return path.slice(path.startsWith("/") ? 1 : 0, end).split("/");
}
