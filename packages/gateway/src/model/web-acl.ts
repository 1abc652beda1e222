// A web access control list in front of a stage: the part of AWS WAF that can be tried locally.

/** Rules, lowest priority number first; the first that ends the matter does. */
export interface WebAcl {
  readonly name: string;
  readonly defaultAction: WafAction;
  readonly rules: readonly WafRule[];
  /** Stages of the REST API that it protects. */
  readonly stages: readonly string[];
}

export interface WafAction {
  readonly kind: "allow" | "block" | "count";
  readonly response?: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly contentType?: string;
  };
}

export interface WafRule {
  readonly name: string;
  readonly priority: number;
  readonly action: WafAction;
  readonly statement: WafStatement;
}

export type WafStatement =
  | { readonly kind: "ip-set"; readonly addresses: readonly string[] }
  | {
      readonly kind: "rate";
      readonly limit: number;
      readonly windowSeconds: number;
      readonly scopeDown?: WafStatement;
    }
  | { readonly kind: "size"; readonly field: WafField; readonly comparison: string; readonly size: number }
  | {
      readonly kind: "bytes";
      readonly field: WafField;
      readonly position: string;
      readonly search: string;
      readonly lowercase: boolean;
    }
  | { readonly kind: "regex"; readonly field: WafField; readonly pattern: string }
  /** The size rules of `AWSManagedRulesCommonRuleSet`, without those that are only counted. */
  | { readonly kind: "managed"; readonly name: string; readonly counted: readonly string[] }
  | { readonly kind: "and" | "or"; readonly statements: readonly WafStatement[] }
  | { readonly kind: "not"; readonly statement: WafStatement };

export type WafField =
  | { readonly of: "path" | "query" | "body" | "method" }
  | { readonly of: "header" | "argument"; readonly name: string };
