// What a JSONPath is made of, once parsed.

/** One step down; `deep` takes it from every place below. */
export interface Segment {
  readonly deep: boolean;
  readonly select: Selector;
}

export type Selector =
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | { readonly kind: "slice"; readonly from?: number; readonly to?: number; readonly step: number }
  | { readonly kind: "all" }
  | { readonly kind: "filter"; readonly test: Test }
  /** `.length()` and the like, at the end of a path. */
  | { readonly kind: "function"; readonly name: string };

/** What stands in `[?(…)]`. */
export type Test =
  | { readonly kind: "and" | "or"; readonly left: Test; readonly right: Test }
  | { readonly kind: "not"; readonly test: Test }
  | { readonly kind: "exists"; readonly path: Path }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Operand; readonly right: Operand };

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  | { readonly kind: "list"; readonly items: readonly Operand[] }
  | { readonly kind: "pattern"; readonly pattern: RegExp };

/** A whole path. */
export interface Path {
  /** `@` in a filter is the item at hand, `$` the whole document. */
  readonly from: "$" | "@";
  readonly segments: readonly Segment[];
  /** Leads to one place at most; other paths give lists. */
  readonly definite: boolean;
}
