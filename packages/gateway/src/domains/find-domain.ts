// Which custom domain is meant by a host's name, and which mapping by a path.
import type { BasePathMapping, CustomDomain } from "../model/domain.ts";

/** Finds the domain of a name, with or without a port. */
export type FindDomain = (host: string) => CustomDomain | undefined;

/** Indexes domains: the exact name wins over a wildcard, which stands for one label. */
export function createFindDomain(domains: readonly CustomDomain[]): FindDomain {
  const byName = new Map(domains.map((domain) => [domain.domainName.toLowerCase(), domain]));
  return (host) => {
    const name = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
    return byName.get(name) ?? byName.get(name.replace(/^[^.]+/, "*"));
  };
}

/** Finds the mapping that a path meets. */
export type FindMapping = (path: string) => BasePathMapping | undefined;

/**
 * Indexes the mappings of a domain: the longest base path wins, whole segments only; the empty one takes the rest.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function createFindMapping({ mappings }: CustomDomain): FindMapping {
  const byLength = mappings.toSorted((a, b) => b.path.length - a.path.length);
  return (path) =>
    byLength.find(({ path: base }) => base === "" || path === `/${base}` || path.startsWith(`/${base}/`));
}
