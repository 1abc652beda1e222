// Which custom domain is meant by a host's name, and which of its mappings a request is let into.
import type { ClientCertificate } from "../invoke/application.ts";
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

/** What of a request tells where it may go. */
export interface Visit {
  readonly host: string;
  readonly path: string;
  /** The name that it asked for in the TLS handshake. */
  readonly serverName: string | undefined;
  readonly clientCert: ClientCertificate | undefined;
}

/** A mapping with its domain. */
export interface FoundMapping {
  readonly domain: CustomDomain;
  readonly mapping: BasePathMapping;
}

/**
 * Indexes the mappings of domains: the longest base path wins, whole segments only; the empty one takes the rest. A
 * domain with mutual TLS is found only by those who showed a trusted certificate to that very domain.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
 */
export function createFindMapping(
  domains: readonly CustomDomain[],
): (visit: Visit) => FoundMapping | undefined {
  const findDomain = createFindDomain(domains);
  const byLength = new Map(
    domains.map((domain) => [domain, domain.mappings.toSorted((a, b) => b.path.length - a.path.length)]),
  );
  return ({ host, path, serverName = "", clientCert }) => {
    const domain = findDomain(host);
    const mapping = domain && byLength.get(domain)?.find(({ path: base }) => isUnder(base, path));
    if (!domain || !mapping) return undefined;
    const isTrusted = clientCert !== undefined && findDomain(serverName) === domain;
    return domain.mutualTls && !isTrusted ? undefined : { domain, mapping };
  };
}

const isUnder = (base: string, path: string): boolean =>
  base === "" || path === `/${base}` || path.startsWith(`/${base}/`);
