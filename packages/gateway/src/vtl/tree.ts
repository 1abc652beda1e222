// What a mapping template is made of, once parsed.

/** A piece of a template, in the order of the text. */
export type Node =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "reference"; readonly reference: Reference }
  /** `\$name`: printed as it stands, without the backslash if the name is known. */
  | { readonly kind: "escaped"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: readonly Node[] }
  | Loop
  | { readonly kind: "macro"; readonly macro: Macro }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "break" }
  | { readonly kind: "stop" };

/** One arm of an `#if`. */
export interface Branch {
  readonly condition: Expression;
  readonly body: readonly Node[];
}

/** A `#foreach`. */
export interface Loop {
  readonly kind: "foreach";
  readonly variable: string;
  readonly list: Expression;
  readonly body: readonly Node[];
  /** What is printed where there is nothing to go through. */
  readonly otherwise: readonly Node[];
}

/** What `#macro` defines. */
export interface Macro {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly body: readonly Node[];
}

/** `$name` and what is asked of it. */
export interface Reference {
  /** As written, which is what an unknown reference prints. */
  readonly source: string;
  /** `$!name` prints nothing where it is unknown. */
  readonly quiet: boolean;
  readonly name: string;
  readonly steps: readonly Step[];
}

/** One step of a reference: `.name`, `.name(…)` or `[…]`. */
export type Step =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "method"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "index"; readonly at: Expression };

/** What has a value. */
export type Expression =
  | { readonly kind: "literal"; readonly value: string | number | boolean | null }
  /** Text in double quotes with references in it. */
  | { readonly kind: "interpolated"; readonly nodes: readonly Node[] }
  | { readonly kind: "value"; readonly reference: Reference }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "negative"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    };

export type BinaryOperator =
  | "||"
  | "&&"
  | "=="
  | "!="
  | "<"
  | ">"
  | "<="
  | ">="
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";
