// How callers of a running gateway prove who they are: local identities, and the keys of token issuers.
import type { Credentials } from "@gatewright/signature";
import type { DataFolder } from "./data-folder.ts";
import { createIdentities } from "./identities/identities.ts";
import type { Access } from "./invoke/ask-authorizer.ts";
import type { LocalIdentity } from "./model/identity.ts";
import type { Service } from "./model/service.ts";
import type { Clock, Log } from "./ports.ts";
import { createTokenChecker } from "./tokens/check-token.ts";
import { createAddressOf } from "./tokens/issuer-addresses.ts";
import { createIssuerKeys } from "./tokens/issuer-keys.ts";

/** What access is made of. */
export interface AccessSources {
  readonly service: Service;
  readonly data: Pick<DataFolder, "credentials" | "identityKeys">;
  readonly clock: Clock;
  readonly log: Log;
  /** Address of the embedded token issuer, where one runs. */
  readonly issuer: string | undefined;
}

/**
 * Joins the identities of a service with the account's own credentials, and the issuers with the embedded one.
 *
 * Condition keys that API Gateway does not know are named in the log.
 *
 * @throws failures `IDENTITY_INVALID`, `POLICY_UNREADABLE`.
 */
export function createAccess({ service, data, clock, log, issuer }: AccessSources): Access {
  const { accountId, region, userPools } = service;
  const identities = createIdentities({
    account: { accountId, credentials: data.credentials },
    identities: service.identities ?? [],
    made: data.identityKeys,
    warn: (line) => log.warn(line),
  });
  const poolIds = userPools.map(({ id }) => id);
  const keys = createIssuerKeys(clock, createAddressOf(region, poolIds, issuer));
  return { identities, tokens: createTokenChecker(keys, clock) };
}

/** The access keys of identities by name: as declared, otherwise as made. */
export function toCredentials(
  identities: readonly LocalIdentity[],
  made: ReadonlyMap<string, Credentials>,
): ReadonlyMap<string, Credentials> {
  return new Map(
    identities.flatMap(({ name, accessKeyId, secretAccessKey, sessionToken }) => {
      if (accessKeyId === undefined || secretAccessKey === undefined) {
        const credentials = made.get(name);
        return credentials ? [[name, credentials] as const] : [];
      }
      const token = sessionToken === undefined ? {} : { sessionToken };
      return [[name, { accessKeyId, secretAccessKey, ...token }] as const];
    }),
  );
}
