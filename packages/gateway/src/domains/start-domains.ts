// The custom domains, running: one TLS door for all of them.
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { startHttpDoor, type HttpDoor } from "../doors/http.ts";
import type { Secure } from "../doors/secure.ts";
import { failures } from "../failures.ts";
import type { CustomDomain } from "../model/domain.ts";
import { createFindDomain } from "./find-domain.ts";
import type { Certificate, LocalAuthority, SharedAuthority } from "./local-authority.ts";
import { createPassage } from "./websocket-passage.ts";
import { type DomainPorts, routeDomains } from "./route-domains.ts";
import { readTruststore, type TruststorePlaces } from "./truststore.ts";

/** What domains are started with. */
export interface DomainOptions extends DomainPorts {
  /** Makes certificates for domains that name none. */
  readonly authority: SharedAuthority;
  readonly truststores: TruststorePlaces;
  /** Port of the WebSocket API, where there is one. */
  readonly websocket?: number;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Serves custom domains over TLS on 127.0.0.1. Which domain is meant is told by the name that the client asks for,
 * so that names need to lead here: by `*.localhost`, `/etc/hosts`, or `curl --resolve`.
 *
 * A trust store in the embedded S3 that is not there yet is looked for again at each new connection; until then
 * nobody is let in.
 *
 * @throws failures `PORT_TAKEN`, `DOMAIN_WITHOUT_API`, `CERTIFICATE_UNREADABLE`, `TRUSTSTORE_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 */
export async function startDomains(options: DomainOptions): Promise<HttpDoor> {
  const { domains, log, port, websocket } = options;
  const application = routeDomains(options);
  const lost = domains.find(({ mappings }) => mappings.some(({ api }) => api === "websocket"));
  if (lost && websocket === undefined) {
    throw failures.create("DOMAIN_WITHOUT_API", { domain: lost.domainName, api: "websocket" });
  }
  const secure = await secureDomains(options);
  const upgrade = websocket === undefined ? {} : { upgrade: createPassage(domains, websocket) };
  const door = await startHttpDoor({ port, for: "the custom domains", application, log, secure, ...upgrade });
  for (const { domainName } of domains) log.info(`Domain https://${domainName}:${door.port}`);
  return door;
}

async function secureDomains(options: DomainOptions): Promise<Secure> {
  const { domains, authority, log } = options;
  const findDomain = createFindDomain(domains);
  let isAsked = false;
  const open = (): Promise<LocalAuthority> => {
    isAsked = true;
    return authority.open();
  };
  const contexts = new Map<CustomDomain, SecureContext>();
  for (const domain of domains) {
    const certificate = await certificateOf(domain, { folder: options.truststores.folder, open });
    const context = await makeContext(domain, certificate, options);
    if (context) contexts.set(domain, context);
  }
  if (isAsked) log.info(`Trust ${authority.caFile} to call local domains.`);
  return {
    asksClients: domains.some(({ mutualTls }) => mutualTls !== undefined),
    async contextFor(serverName) {
      const domain = findDomain(serverName);
      if (!domain) return undefined;
      const kept = contexts.get(domain);
      if (kept) return kept;
      const certificate = await certificateOf(domain, { folder: options.truststores.folder, open });
      const context = await makeContext(domain, certificate, options);
      if (context) contexts.set(domain, context);
      return context;
    },
  };
}

async function certificateOf(
  { domainName, certificate }: CustomDomain,
  from: { readonly folder: string; readonly open: () => Promise<LocalAuthority> },
): Promise<Certificate> {
  if (!certificate) return (await from.open()).certificateFor(domainName);
  const read = (file: string): Promise<string> =>
    readFile(resolve(from.folder, file), "utf8").catch((cause: unknown) => {
      const why = `${file} cannot be read`;
      throw failures.create("CERTIFICATE_UNREADABLE", { domain: domainName, why }, { cause });
    });
  const { certificateFile, keyFile } = certificate;
  return { certificate: await read(certificateFile), key: await read(keyFile) };
}

/** `undefined` where the trust store is an object that is not there yet. */
async function makeContext(
  { domainName: domain, mutualTls }: CustomDomain,
  { certificate: cert, key }: Certificate,
  { truststores, log }: DomainOptions,
): Promise<SecureContext | undefined> {
  const uri = mutualTls?.truststoreUri;
  let ca: readonly string[] | undefined;
  try {
    ca = uri === undefined ? undefined : await readTruststore(uri, domain, truststores);
  } catch (error) {
    if (!failures.is(error) || uri?.startsWith("s3://") !== true) throw error;
    log.warn(error.message);
    return undefined;
  }
  try {
    return createSecureContext({ cert, key, minVersion: "TLSv1.2", ...(ca && { ca: [...ca] }) });
  } catch (cause) {
    const why = "it is no PEM, or the key is another one's";
    throw failures.create("CERTIFICATE_UNREADABLE", { domain, why }, { cause });
  }
}
