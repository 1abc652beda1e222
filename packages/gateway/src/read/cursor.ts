// A place in a definition: reads values by their kind, says exactly what is wrong, and remembers what was read.
import { failures } from "../failures.ts";
import type { Notice } from "../model/service.ts";
import { closest } from "./closest.ts";
import type { Place } from "./failure-rows.ts";
import { describe, isList, isMap, toMap, toPath, Unresolved, type Tree } from "./tree.ts";

/** What all cursors of one definition share. */
export interface Reading {
  readonly lineOf: (path: string) => number | undefined;
  /** Keys asked for, by the path of their map; `"whole"` where nothing within needs a notice. */
  readonly asked: Map<string, Set<string> | "whole">;
  /** How the definition spells the keys that readers ask for. @default as they are */
  readonly spell?: (key: string) => string;
  /** What readers told on their way. */
  readonly told: Notice[];
}

/** Bounds of a number. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
  /** @default true */
  readonly whole?: boolean;
}

/** What is said of a place beside what is written there. */
export type Additions = Readonly<Record<string, Tree | Cursor | undefined>>;

/**
 * A place in a definition.
 *
 * Every reader of a kind throws `DEFINITION_INVALID` with path, line, what was expected and what was found,
 * or the failure of the variable or reference that should have given the value.
 */
export class Cursor {
  readonly path: string;
  readonly #value: Tree | undefined;
  readonly #reading: Reading;

  constructor(value: Tree | undefined, path: string, reading: Reading) {
    this.#value = value;
    this.path = path;
    this.#reading = reading;
  }

  get place(): Place {
    return { path: this.path, line: this.#reading.lineOf(this.path) };
  }

  /** Tells the developer something about this place that is no reason not to start. */
  tell(says: string): void {
    this.#reading.told.push({ path: this.path, says });
  }

  /** Whether there is a value; a key with nothing after it has none. */
  get isGiven(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** Whether the key is there, be it empty. */
  get isWritten(): boolean {
    return this.#value !== undefined;
  }

  /** Why there is no value, where a variable or reference should have given it. */
  get failure(): Error | undefined {
    return this.#value instanceof Unresolved ? this.#value.failure : undefined;
  }

  get isText(): boolean {
    return typeof this.#value === "string";
  }

  get isList(): boolean {
    return isList(this.#value);
  }

  get isMap(): boolean {
    return isMap(this.#value);
  }

  get isFlag(): boolean {
    return typeof this.#value === "boolean";
  }

  /** The value under a key, whether or not there is one. This place must be a map. */
  at(key: string): Cursor {
    return this.#member(this.#reading.spell?.(key) ?? key);
  }

  #member(key: string): Cursor {
    const map = this.#map();
    this.#asked().add(key);
    return new Cursor(map[key], toPath(this.path, key), this.#reading);
  }

  /** This map, or an empty one where nothing is given, with more in it than was written. */
  with(more: Additions): Cursor {
    const own = this.isGiven ? Object.entries(this.#map()) : [];
    return this.#holding([...own, ...Object.entries(more)]);
  }

  /** What was written in short, written out. */
  writtenOut(whole: Additions | readonly Cursor[]): Cursor {
    if (Array.isArray(whole)) return this.#placed(whole.map((one: Cursor) => one.#value ?? null));
    return this.#holding(Object.entries(whole));
  }

  #holding(entries: readonly (readonly [string, Tree | Cursor | undefined])[]): Cursor {
    const values = entries.map(
      ([key, value]) => [key, value instanceof Cursor ? value.#value : value] as const,
    );
    return this.#placed(toMap(values.filter((entry): entry is [string, Tree] => entry[1] !== undefined)));
  }

  #placed(value: Tree): Cursor {
    return new Cursor(value, this.path, this.#reading);
  }

  /** The value under a key, or nothing where it is missing or empty. */
  optional(key: string): Cursor | undefined {
    const value = this.at(key);
    return value.isGiven ? value : undefined;
  }

  entries(): (readonly [string, Cursor])[] {
    const keys = Object.keys(this.#map());
    this.#asked();
    return keys.map((key) => [key, this.#member(key)]);
  }

  items(): Cursor[] {
    const list = this.#known();
    if (!isList(list)) return this.refuse("a list");
    this.#asked();
    return list.map((item, index) => new Cursor(item, toPath(this.path, index), this.#reading));
  }

  /** Text; a number stands for its digits. A `secret` is never shown in an error. */
  text(options: { readonly secret?: boolean; readonly expected?: string } = {}): string {
    const value = this.#known();
    this.skip();
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number" && options.secret !== true) return String(value);
    const hint = typeof value === "number" ? "Put it in quotes." : undefined;
    return this.refuse(options.expected ?? "text", { hint, secret: options.secret });
  }

  /** Text, also empty text: templates and selection patterns may be. */
  textOrEmpty(): string {
    return this.#value === "" ? (this.skip(), "") : this.text();
  }

  /** A map from names to text. */
  record(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.entries().map(([name, value]) => [name, value.textOrEmpty()]));
  }

  /** Text of a given form. */
  matching(pattern: RegExp, expected: string): string {
    const text = this.text({ expected });
    return pattern.test(text) ? text : this.refuse(expected);
  }

  /** A list of text; a single text stands for a list of one. */
  texts(): string[] {
    return this.isList
      ? this.items().map((item) => item.text())
      : [this.text({ expected: "a list of text" })];
  }

  /** True or false, also as text, as environment variables give them. */
  flag(): boolean {
    const value = this.#known();
    this.skip();
    if (typeof value === "boolean") return value;
    if (value === "true" || value === "false") return value === "true";
    return this.refuse("true or false");
  }

  /** A number, also as text, as environment variables give them. */
  number({ min, max, whole = true }: Bounds): number {
    const value = this.#known();
    this.skip();
    const number = typeof value === "string" && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
    const fits = typeof number === "number" && number >= min && number <= max;
    if (fits && (!whole || Number.isInteger(number))) return number;
    const kind = whole ? "a whole number" : "a number";
    return this.refuse(max === Infinity ? `${kind} of at least ${min}` : `${kind} from ${min} to ${max}`);
  }

  /** One of some words, in any case. */
  oneOf<const Word extends string>(words: readonly Word[]): Word {
    const text = this.text({ expected: `one of ${words.join(", ")}` });
    const word = words.find((word) => word.toLowerCase() === text.toLowerCase());
    if (word !== undefined) return word;
    const near = closest(text, words);
    const hint = typeof this.#value === "number" ? "Put it in quotes." : near && `Did you mean "${near}"?`;
    return this.refuse(`one of ${words.join(", ")}`, { hint });
  }

  /** Plain JSON data, everything within resolved. */
  json(): unknown {
    this.skip();
    return toJson(this.#known());
  }

  /** Everything here is known, and none of it needs a word to the developer. */
  skip(): this {
    this.#reading.asked.set(this.path, "whole");
    return this;
  }

  /** Ends the reading: this place is not what it must be. */
  refuse(
    expected: string,
    options: { readonly hint?: string | undefined; readonly secret?: boolean | undefined } = {},
  ): never {
    const found = describe(this.#known(), options.secret);
    throw failures.create("DEFINITION_INVALID", { ...this.place, expected, found, hint: options.hint });
  }

  /** Ends the reading: AWS would do it, this machine cannot yet. */
  notSupported(what: string): never {
    throw failures.create("NOT_SUPPORTED", { ...this.place, what });
  }

  #known(): Tree | undefined {
    if (this.#value instanceof Unresolved) throw this.#value.failure;
    return this.#value;
  }

  #map(): Readonly<Record<string, Tree>> {
    const value = this.#known();
    return isMap(value) ? value : this.refuse("a map");
  }

  #asked(): Set<string> {
    const asked = this.#reading.asked.get(this.path);
    if (asked instanceof Set) return asked;
    const keys = new Set<string>();
    if (asked === undefined) this.#reading.asked.set(this.path, keys);
    return keys;
  }
}

function toJson(value: Tree | undefined): unknown {
  if (value instanceof Unresolved) throw value.failure;
  if (isList(value)) return value.map(toJson);
  if (isMap(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return value;
}
