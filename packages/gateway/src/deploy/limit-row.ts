// One limit on a definition: its number, its page, and what is measured.
import type { Measure } from "./measures.ts";

/** One limit. */
export interface DefinitionLimit {
  /** As in `resources per API`. */
  readonly name: string;
  readonly least?: number;
  readonly most: number;
  /** Whether AWS raises it on request. */
  readonly isAdjustable: boolean;
  readonly source: string;
  readonly measure: Measure;
}

/** A least and a most, or only a most. */
type Range = number | readonly [least: number, most: number];

/** A limit that AWS raises on request. */
export function row(name: string, range: Range, source: string, measure: Measure): DefinitionLimit {
  const [least, most] = typeof range === "number" ? [undefined, range] : range;
  return { name, most, isAdjustable: true, source, measure, ...(least !== undefined && { least }) };
}

/** A limit that AWS raises for nobody. */
export function fixed(name: string, range: Range, source: string, measure: Measure): DefinitionLimit {
  return { ...row(name, range, source, measure), isAdjustable: false };
}
