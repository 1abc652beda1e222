// Parameters of an integration request: mapped, then overridden by the template.
import type { DeployedIntegration } from "../deploy/mapped-integration.ts";
import type { HeaderPair } from "../invoke/application.ts";
import { isHeaderName, replaceHeaders } from "../invoke/headers.ts";
import { createBudget } from "../vtl/budget.ts";
import { TemplateError } from "../vtl/template-error.ts";
import { toText, type Value } from "../vtl/values.ts";
import type { Overrides } from "./context.ts";
import type { MappingScope } from "./mapping-source.ts";

/** What mappings gave an integration request. */
export interface MappedParameters {
  readonly header: readonly HeaderPair[];
  readonly querystring: readonly HeaderPair[];
  readonly path: ReadonlyMap<string, string>;
}

/** Takes the values of all mappings; what a template overrides comes in place of what is mapped. Only header names have no case. */
export function mapParameters(
  { parameters }: DeployedIntegration,
  scope: MappingScope,
  overrides: Overrides,
): MappedParameters {
  const pairs = (place: "header" | "querystring" | "path"): readonly HeaderPair[] => {
    const own = parameters.filter((parameter) => parameter.place === place);
    const mapped = own.flatMap(({ name, source }) =>
      (source(scope) ?? []).map((value): HeaderPair => [name, value]),
    );
    const overriding = toPairs(overrides[place]);
    if (place === "header") return replaceHeaders(mapped, overriding);
    const replaced = new Set(overriding.map(([name]) => name));
    return [...mapped.filter(([name]) => !replaced.has(name)), ...overriding];
  };
  return {
    header: pairs("header").map(toSafeHeader),
    querystring: pairs("querystring"),
    path: new Map(pairs("path")),
  };
}

/** What a template put into a map, as text; a list gives a value for each item. */
export function toPairs(map: ReadonlyMap<Value, Value>): readonly HeaderPair[] {
  const budget = createBudget();
  return [...map].flatMap(([name, value]) => {
    const values: readonly Value[] = Array.isArray(value) ? (value as readonly Value[]) : [value]; // an array among values holds values
    return values.map((one): HeaderPair => [toText(name, budget), toText(one, budget)]);
  });
}

/**
 * A header that can go out: line ends and other control characters in its value become blanks.
 *
 * @throws TemplateError for a name that HTTP does not allow.
 */
export function toSafeHeader([name, value]: HeaderPair): HeaderPair {
  if (!isHeaderName(name)) {
    throw new TemplateError("a header has a name that HTTP does not allow");
  }
  // oxlint-disable-next-line no-control-regex -- control characters are what must not pass
  return [name, value.replaceAll(/[\0-\x08\x0a-\x1f\x7f]+/g, " ")];
}

/** Writes a query string. */
export function toQueryText(pairs: readonly HeaderPair[]): string {
  return pairs
    .map(
      ([name, value]) =>
        `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(value.toWellFormed())}`,
    )
    .join("&");
}
