// What a bench is, and the tables that it hands back.

/** How much a bench is to do, and where it says what it is at. */
export interface Effort {
  /** Only enough to see that everything works; the figures mean nothing. */
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

/** One thing that is measured. */
export interface Bench {
  /** What is measured, in one sentence. */
  readonly says: string;
  /** Throws where an answer is wrong: nothing that gives wrong answers is timed. */
  run(effort: Effort): Promise<readonly Table[]>;
}

export interface Table {
  readonly title: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  /** The key in each row. */
  readonly key: string;
  readonly head: string;
  /** Digits after the point. @default 0 */
  readonly digits?: number;
}

/** Values by column key; a missing one is printed as nothing. */
export type Row = Readonly<Record<string, string | number | undefined>>;
