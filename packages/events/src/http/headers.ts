// Headers of a request, whatever the case of their names.

type Single = Readonly<Record<string, unknown>> | null | undefined;
type Multi = Readonly<Record<string, unknown>> | null | undefined;

/** The headers of a request. Names are case-blind. */
export interface HeaderView {
  /** The value; several values are joined with `, `. */
  get(name: string): string | undefined;
  /** Every value on its own line, in the order of arrival. */
  all(name: string): readonly string[];
  has(name: string): boolean;
  /** All headers as a plain object with lower-case names; what a schema for `headers` is given. */
  toObject(): Record<string, string>;
}

/** Headers of events that keep the sender's case and have repeated headers in a map of lists. */
export class SentHeaders implements HeaderView {
  readonly #single: Single;
  readonly #multi: Multi;

  constructor(single: Single, multi: Multi) {
    this.#single = single;
    this.#multi = multi;
  }

  get(name: string): string | undefined {
    const values = this.#find(name);
    return values.length < 2 ? values[0] : values.join(", ");
  }

  all(name: string): readonly string[] {
    return this.#find(name);
  }

  has(name: string): boolean {
    return this.#find(name).length > 0;
  }

  toObject(): Record<string, string> {
    const lowered = lower(this.#single, this.#multi);
    return Object.fromEntries([...lowered].map(([name, values]) => [name, values.join(", ")]));
  }

  /** Looks through the maps instead of lowering them: few headers are ever asked for. */
  #find(name: string): readonly string[] {
    const lowered = name.toLowerCase();
    const multi = this.#multi;
    if (multi) {
      const values = multi[keyOf(multi, lowered) ?? ""];
      if (Array.isArray(values)) return values.every(isString) ? values : values.filter(isString);
    }
    const single = this.#single;
    const value = single ? single[keyOf(single, lowered) ?? ""] : undefined;
    return typeof value === "string" ? [value] : [];
  }
}

/** The last own key that is this name in some case. */
function keyOf(map: Readonly<Record<string, unknown>>, lowered: string): string | undefined {
  let found: string | undefined;
  const first = lowered.charCodeAt(0) | 32; // in either case of a letter
  for (const key in map) {
    if (key.length !== lowered.length || (key.charCodeAt(0) | 32) !== first) continue;
    if (key.toLowerCase() === lowered && Object.hasOwn(map, key)) found = key;
  }
  return found;
}

function lower(single: Single, multi: Multi): Map<string, readonly string[]> {
  const lowered = new Map<string, readonly string[]>();
  for (const name in single) {
    const value = single[name];
    if (typeof value === "string") lowered.set(name.toLowerCase(), [value]);
  }
  for (const name in multi) {
    const values = multi[name];
    if (Array.isArray(values)) lowered.set(name.toLowerCase(), values.filter(isString));
  }
  return lowered;
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

/** Headers of events whose names are lower-case already and whose repeats are joined. Nothing is copied. */
export class LoweredHeaders implements HeaderView {
  readonly #headers: Readonly<Record<string, unknown>>;

  constructor(headers: Readonly<Record<string, unknown>> | null | undefined) {
    this.#headers = headers ?? {};
  }

  get(name: string): string | undefined {
    const key = name.toLowerCase();
    const value = Object.hasOwn(this.#headers, key) ? this.#headers[key] : undefined;
    return typeof value === "string" ? value : undefined;
  }

  all(name: string): readonly string[] {
    const value = this.get(name);
    return value === undefined ? [] : [value];
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  toObject(): Record<string, string> {
    return Object.fromEntries(
      Object.entries(this.#headers).filter((entry): entry is [string, string] => isString(entry[1])),
    );
  }
}
