// The house's one shape of failure: a code, the facts, and what to do about it.

/** What a package says about one of its failures. */
export interface FailureRow<Facts extends object = never> {
  /** What happened, in a sentence. */
  readonly says: (facts: Facts) => string;
  /** What the reader should do about it, as an instruction. */
  readonly fix: string;
  /** Who can mend it: the person who wrote the input, or the maintainers of this package. */
  readonly blame: "user" | "system";
}

/** A package's failures by code. Write it `as const satisfies FailureTable`. */
export type FailureTable = { readonly [code: string]: FailureRow };

/** The facts that a code of a table carries. */
export type FactsOf<Table extends FailureTable, Code extends keyof Table> = Parameters<
  Table[Code]["says"]
>[0];

/** An error thrown on purpose by one of the house's packages. */
export interface Failure<
  Table extends FailureTable = FailureTable,
  Code extends keyof Table = keyof Table,
> extends Error {
  readonly package: string;
  readonly code: Code & string;
  readonly facts: Readonly<FactsOf<Table, Code>>;
  readonly fix: string;
  readonly blame: "user" | "system";
}

/** Makes and recognises the failures of one package. */
export interface Failures<Table extends FailureTable> {
  /** A failure ready to be thrown. Its message is what happened and what to do. */
  create<Code extends keyof Table & string>(
    code: Code,
    facts: FactsOf<Table, Code>,
    options?: { readonly cause?: unknown },
  ): Failure<Table, Code>;
  /** Whether a caught value is a failure of this package, also when two copies are installed. */
  is(value: unknown): value is { [Code in keyof Table & string]: Failure<Table, Code> }[keyof Table & string];
}

const brand = Symbol.for("gatewright.failure");

/**
 * Defines the failures of a package from one table of codes.
 *
 * The table is the documentation: every code has a sentence, a fix, and who can mend it.
 * Facts must hold no secret and no body.
 *
 * @example
 * const failures = defineFailures("gateway", {
 *   PORT_TAKEN: {
 *     says: (at: { port: number }) => `Port ${at.port} is already in use.`,
 *     fix: "Choose another port, or 0 for any free one.",
 *     blame: "user",
 *   },
 * });
 * throw failures.create("PORT_TAKEN", { port: 4000 });
 */
export function defineFailures<const Table extends FailureTable>(
  packageName: string,
  table: Table,
): Failures<Table> {
  return {
    create(code, facts, options) {
      const row = table[code] as FailureRow<typeof facts>; // the key came from the same table
      const error = new Error(`${row.says(facts)} ${row.fix}`, options);
      error.name = `${packageName}:${code}`;
      return Object.assign(error, {
        [brand]: packageName,
        package: packageName,
        code,
        facts,
        fix: row.fix,
        blame: row.blame,
      });
    },
    is(value): value is never {
      return isFailure(value) && value.package === packageName;
    },
  };
}

/** Whether a caught value is a failure of any of the house's packages. */
export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && brand in value;
}
