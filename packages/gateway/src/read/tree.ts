// What a definition is once parsed: plain data, its places, and markers for values that could not be had.

/** A parsed value. Maps have no prototype, so that no key can mean anything but itself. */
export type Tree = null | boolean | number | string | Unresolved | readonly Tree[] | TreeMap;

export interface TreeMap {
  readonly [key: string]: Tree;
}

/** Stands where a value should be; its failure is thrown only if somebody needs the value. */
export class Unresolved {
  readonly failure: Error;

  constructor(failure: Error) {
    this.failure = failure;
  }
}

export function isMap(value: Tree | undefined): value is TreeMap {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unresolved)
  );
}

export function isList(value: Tree | undefined): value is readonly Tree[] {
  return Array.isArray(value);
}

/** A map without a prototype. */
export function toMap(entries: Iterable<readonly [string, Tree]>): TreeMap {
  const map: Record<string, Tree> = Object.create(null) as Record<string, Tree>; // Object.create is typed any
  for (const [key, value] of entries) map[key] = value;
  return map;
}

/** A member's place: `functions.socket`, `events[2]`, `custom["a.b"]`. */
export function toPath(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[\w$-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** Data from elsewhere (JSON) as a tree; functions, dates and the like do not occur there. */
export function toTree(value: unknown, depth = 0): Tree {
  if (depth > maximumDepth) throw new RangeError("nested too deeply");
  if (Array.isArray(value)) return value.map((item) => toTree(item, depth + 1));
  if (typeof value === "object" && value !== null) {
    return toMap(Object.entries(value).map(([key, item]) => [key, toTree(item, depth + 1)]));
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** No definition that a person wrote is deeper. */
export const maximumDepth = 100;

const longest = 40;

/** What was found, in words for an error. Long text is cut; `secret` text is not shown. */
export function describe(value: Tree | undefined, secret = false): string {
  if (value === undefined) return "missing";
  if (value === null) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "string") {
    if (secret) return "text";
    return JSON.stringify(value.length > longest ? `${value.slice(0, longest)}…` : value);
  }
  if (typeof value === "object") return value instanceof Unresolved ? "without a value" : "a map";
  return secret ? `a ${typeof value}` : String(value);
}
