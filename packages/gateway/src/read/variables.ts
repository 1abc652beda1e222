// Gives every ${…} of a definition its value, in place; what has none becomes a marker that carries the failure.
import { failures } from "../failures.ts";
import { closest } from "./closest.ts";
import { isList, isMap, maximumDepth, toMap, toPath, Unresolved, type Tree } from "./tree.ts";
import { hasVariables, parseText, VariableSyntaxError } from "./variable-text.ts";
import type { Alternative, Text, Variable } from "./variable-text.ts";

/** A parsed file that variables may point into. */
export interface Source {
  /** Empty for the definition itself, else the file's name; begins the paths in failures. */
  readonly name: string;
  readonly tree: Tree;
  readonly lineOf: (path: string) => number | undefined;
}

/** A value, or why there is none. */
export type Found = { readonly value: Tree } | { readonly missing: string };

/** What `${source(argument):address}` stands for. */
export type Lookup = (
  source: string,
  at: { readonly argument: Tree | undefined; readonly address: string | undefined },
  variables: Variables,
) => Found;

/** The values of a definition as they become known. */
export interface Variables {
  /** The value at `keys`, every variable on the way and within it resolved. */
  find(source: Source, keys: readonly string[]): Found;
  /** Failures met so far; each also stands as a marker where its value is missing. */
  readonly unresolved: readonly Error[];
}

const maximumChain = 100;
const maximumText = 1_000_000;

/** Where a text stands that is being resolved. */
interface Here {
  readonly source: Source;
  readonly path: string;
}

/** Begins to resolve. Nothing is looked up before it is asked for, and nothing twice. */
export function createVariables(lookup: Lookup): Variables {
  return new Resolver(lookup);
}

class Resolver implements Variables {
  readonly unresolved: Error[] = [];
  readonly #lookup: Lookup;
  readonly #known = new Map<string, Tree>();
  /** Places whose text is being resolved, outermost first. */
  readonly #open: string[] = [];

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  find(source: Source, keys: readonly string[]): Found {
    let value = source.tree;
    let path = "";
    for (const key of keys) {
      if (typeof value === "string") value = this.#settle(value, { source, path });
      if (value instanceof Unresolved) throw value.failure;
      const inside = member(value, key);
      if (inside === undefined) return { missing: missing(source, keys, closestIn(value, key)) };
      path = toPath(path, isList(value) ? Number(key) : key);
      value = inside;
    }
    return { value: this.#settle(value, { source, path }) };
  }

  /** The value with all its variables resolved, once per place. */
  #settle(value: Tree, here: Here, depth = 0): Tree {
    if (typeof value === "string" ? !hasVariables(value) : typeof value !== "object") return value;
    if (value === null || value instanceof Unresolved || depth > maximumDepth) return value;
    const id = `${here.source.name}#${here.path}`;
    const before = this.#known.get(id);
    if (before !== undefined) return before;
    const settled = this.#settleNew(value, here, depth);
    this.#known.set(id, settled);
    return settled;
  }

  #settleNew(value: Tree, here: Here, depth: number): Tree {
    const settle = (item: Tree, key: string | number): Tree =>
      this.#settle(item, { ...here, path: toPath(here.path, key) }, depth + 1);
    if (isList(value)) return value.map(settle);
    if (isMap(value)) return toMap(Object.entries(value).map(([key, item]) => [key, settle(item, key)]));
    return typeof value === "string" ? this.#settleText(value, here) : value;
  }

  #settleText(text: string, here: Here): Tree {
    const id = placeOf(here);
    const at = { path: id, line: here.source.lineOf(here.path) };
    const cycle = this.#open.indexOf(id);
    if (cycle >= 0) {
      throw failures.create("VARIABLE_CYCLE", { ...at, through: [...this.#open.slice(cycle), id] });
    }
    this.#open.push(id);
    try {
      if (this.#open.length > maximumChain) {
        throw unknown(at, text, "it leads through too many other variables");
      }
      return this.#fill(parseText(text), at);
    } catch (error) {
      const failure = error instanceof VariableSyntaxError ? unknown(at, text, error.message) : error;
      if (!failures.is(failure)) throw error;
      this.unresolved.push(failure);
      return new Unresolved(failure);
    } finally {
      this.#open.pop();
    }
  }

  #fill(text: Text, at: At): Tree {
    const [only] = text;
    if (text.length === 1 && only !== undefined) {
      return typeof only === "string" ? only : this.#valueOf(only, at);
    }
    let filled = "";
    for (const part of text) {
      filled += typeof part === "string" ? part : this.#textOf(part, at);
      if (filled.length > maximumText) throw unknown(at, "variables", "the text grows without bound");
    }
    return filled;
  }

  #textOf(variable: Variable, at: At): string {
    const value = this.#valueOf(variable, at);
    if (typeof value !== "object") return String(value);
    throw unknown(at, variable.written, "inside of text only text, numbers and true or false can stand");
  }

  #valueOf(variable: Variable, at: At): Tree {
    const reasons: string[] = [];
    for (const alternative of variable.alternatives) {
      if (alternative.kind === "literal") return alternative.value;
      const found = this.#foundBy(alternative, at);
      if ("missing" in found) reasons.push(found.missing);
      else if (found.value instanceof Unresolved) throw found.value.failure;
      else if (found.value !== null) return found.value;
    }
    throw unknown(at, variable.written, reasons.join("; ") || "it is empty");
  }

  #foundBy(alternative: Exclude<Alternative, { kind: "literal" }>, at: At): Found {
    if (alternative.kind === "text") return { value: this.#fill(alternative.text, at) };
    const argument = alternative.argument && this.#fill(alternative.argument, at);
    const address = alternative.address && this.#fill(alternative.address, at);
    return this.#lookup(
      alternative.source,
      { argument, address: typeof address === "string" ? address.trim() : undefined },
      this,
    );
  }
}

interface At {
  readonly path: string;
  readonly line: number | undefined;
}

function placeOf(here: Here): string {
  return here.source.name === "" ? here.path : `${here.source.name}: ${here.path}`;
}

function unknown(at: At, variable: string, why: string): Error {
  const short = variable.length > 120 ? `${variable.slice(0, 120)}…` : variable;
  return failures.create("VARIABLE_UNRESOLVED", { ...at, variable: short, why });
}

function member(value: Tree, key: string): Tree | undefined {
  if (isMap(value)) return value[key];
  return isList(value) && /^\d+$/.test(key) ? value[Number(key)] : undefined;
}

function closestIn(value: Tree, key: string): string | undefined {
  return isMap(value) ? closest(key, Object.keys(value)) : undefined;
}

function missing(source: Source, keys: readonly string[], near: string | undefined): string {
  const hint = near === undefined ? "" : ` (there is ${near})`;
  return `there is no ${keys.join(".").slice(0, 80)} in ${source.name === "" ? "the definition" : source.name}${hint}`;
}
