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
  #lowered: Map<string, readonly string[]> | undefined;

  constructor(single: Single, multi: Multi) {
    this.#single = single;
    this.#multi = multi;
  }

  get(name: string): string | undefined {
    return this.#values().get(name.toLowerCase())?.join(", ");
  }

  all(name: string): readonly string[] {
    return this.#values().get(name.toLowerCase()) ?? [];
  }

  has(name: string): boolean {
    return this.#values().has(name.toLowerCase());
  }

  toObject(): Record<string, string> {
    return Object.fromEntries([...this.#values()].map(([name, values]) => [name, values.join(", ")]));
  }

  #values(): Map<string, readonly string[]> {
    return (this.#lowered ??= lower(this.#single, this.#multi));
  }
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
