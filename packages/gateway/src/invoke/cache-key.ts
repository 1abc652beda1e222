// The key under which an answer is kept: what makes two requests the same to a stage's cache.
import type { CacheKeyPart, CachePlan } from "../deploy/cache-plan.ts";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { Routed } from "./exchange.ts";
import { headerValues } from "./headers.ts";
import { readQuery } from "./query.ts";

/**
 * Writes the key: deployment, namespace, verb and the values of the declared parameters. What is not declared, path
 * parameters included, does not tell requests apart; a parameter that is missing is not the same as an empty one.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function toCacheKey(
  routed: Pick<Routed, "http" | "route">,
  plan: Pick<RestPlan, "api" | "isCanary">,
  { namespace, parts }: Pick<CachePlan, "namespace" | "parts">,
): string {
  const query = parts.some(({ from }) => from.endsWith("querystring"))
    ? readQuery(routed.http.query, "&;")
    : [];
  const values = parts.map((part) => [part.name, readPart(part, routed, query)]);
  return JSON.stringify([plan.api.deploymentId, namespace, routed.http.method, values]);
}

/** A single value is the last; `null` where there is none. */
function readPart(
  { from, of }: CacheKeyPart,
  { http, route }: Pick<Routed, "http" | "route">,
  query: readonly (readonly [string, string])[],
): string | readonly string[] | null {
  switch (from) {
    case "path":
      return route.pathParameters?.[of] ?? null;
    case "header":
      return headerValues(http.headers, of.toLowerCase()).at(-1) ?? null;
    case "multivalueheader":
      return headerValues(http.headers, of.toLowerCase());
    case "querystring":
      return query.findLast(([name]) => name === of)?.[1] ?? null;
    default:
      return query.filter(([name]) => name === of).map(([, value]) => value);
  }
}
