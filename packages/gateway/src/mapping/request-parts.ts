// A request as mappings see it: parameters by place, and the body.
import type { HeaderPair } from "../invoke/application.ts";
import type { QueryPairs } from "../invoke/query.ts";

/** Values by name, in the order they came; names keep their case and are looked up by it. */
export type Parameters = ReadonlyMap<string, readonly string[]>;

/** Where parameters of a request stand. */
export type ParameterPlace = "header" | "querystring" | "path";

/** What mappings can ask of a request. */
export type RequestParts = Readonly<Record<ParameterPlace, Parameters>> & {
  readonly body: Buffer;
};

/** Collects pairs by name. */
export function toParameters(pairs: readonly HeaderPair[] | QueryPairs): Parameters {
  const byName = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = byName.get(name);
    if (values) values.push(value);
    else byName.set(name, [value]);
  }
  return byName;
}
