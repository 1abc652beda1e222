// Who can sign requests on this machine, by access key.
import { createHash } from "node:crypto";
import type { Credentials } from "@gatewright/signature";
import { failures } from "../failures.ts";
import type { LocalIdentity } from "../model/identity.ts";
import { explainUnknownKey } from "../policy/condition-keys.ts";
import { type Policy, readPolicy } from "../policy/policy.ts";
import type { PolicyPrincipal } from "../policy/principal.ts";

/** A caller whose signature was checked. */
export interface IamCaller extends PolicyPrincipal {
  readonly accessKeyId: string;
  /** As IAM makes them: `AIDA…` for a user, `AROA…:session` for a role's session, the account for its root. */
  readonly userId: string;
  /** Users only. */
  readonly userName?: string;
  readonly type: "User" | "AssumedRole" | "Account";
  readonly policy: Policy;
  readonly tags: ReadonlyMap<string, string>;
  readonly organizationId?: string;
  readonly organizationPaths?: readonly string[];
  /** Whether the credentials are temporary. */
  readonly temporary: boolean;
  /** When they were made, in ISO 8601. */
  readonly issuedAt?: string;
  readonly multiFactorAgeSeconds?: number;
}

/** A caller with the secret that proves it. */
export interface KnownIdentity {
  readonly caller: IamCaller;
  readonly credentials: Credentials;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Everybody who can sign. */
export interface Identities {
  find(accessKeyId: string): KnownIdentity | undefined;
}

/** What identities are made of. */
export interface IdentitySources {
  /** Of the account's root, which may do everything that nobody forbids: functions sign with them. */
  readonly account?: { readonly accountId: string; readonly credentials: Credentials } | undefined;
  readonly identities: readonly LocalIdentity[];
  /** Keys of identities that the definition gives none, by name. */
  readonly made: ReadonlyMap<string, Credentials>;
  /** Hears of condition keys that API Gateway does not know. */
  readonly warn?: (line: string) => void;
}

const everything = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "*", Resource: "*" },
};

/**
 * Makes the identities ready: policies compiled, names and ids worked out.
 *
 * @throws failures `IDENTITY_INVALID`, `POLICY_UNREADABLE`.
 */
export function createIdentities({ account, identities, made, warn }: IdentitySources): Identities {
  const all = identities.map((identity) => know(identity, made.get(identity.name)));
  for (const { caller } of all) {
    for (const key of caller.policy.unknownKeys) warn?.(explainUnknownKey(caller.arn, key));
  }
  if (account) {
    const arn = `arn:aws:iam::${account.accountId}:root`;
    all.push(know({ name: "root", arn, policies: [everything], ...account.credentials }, undefined));
  }
  const byKey = new Map<string, KnownIdentity>();
  for (const known of all) {
    const { accessKeyId, arn } = known.caller;
    if (byKey.has(accessKeyId)) {
      throw failures.create("IDENTITY_INVALID", { name: arn, why: `another one has the key ${accessKeyId}` });
    }
    byKey.set(accessKeyId, known);
  }
  return { find: (accessKeyId) => byKey.get(accessKeyId) };
}

function know(identity: LocalIdentity, made: Credentials | undefined): KnownIdentity {
  const { name, tags = {}, multiFactorAgeSeconds, organizationId, organizationPaths } = identity;
  const refuse = (why: string) => failures.create("IDENTITY_INVALID", { name, why });
  const credentials = credentialsOf(identity) ?? made;
  if (!credentials) throw refuse("it has no access key");
  const expiresAt = identity.expiresAt === undefined ? Infinity : Date.parse(identity.expiresAt);
  if (Number.isNaN(expiresAt)) throw refuse(`"${identity.expiresAt}" is no date`);
  const who = readArn(identity);
  if (!who) throw refuse(`"${identity.arn}" is not the ARN of a user or a role`);
  return {
    credentials,
    expiresAt,
    caller: {
      ...who,
      accessKeyId: credentials.accessKeyId,
      policy: joinPolicies(identity),
      tags: new Map(Object.entries(tags).map(([key, value]) => [key.toLowerCase(), value])),
      temporary: identity.sessionToken !== undefined,
      ...(identity.issuedAt !== undefined && { issuedAt: identity.issuedAt }),
      ...(organizationId !== undefined && { organizationId }),
      ...(organizationPaths && { organizationPaths }),
      ...(multiFactorAgeSeconds !== undefined && { multiFactorAgeSeconds }),
    },
  };
}

function credentialsOf(identity: LocalIdentity): Credentials | undefined {
  const { accessKeyId, secretAccessKey, sessionToken } = identity;
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}

function joinPolicies({ name, policies }: LocalIdentity): Policy {
  const read = policies.map((document) => readPolicy(document, { of: `A policy of the identity ${name}` }));
  return {
    statements: read.flatMap(({ statements }) => statements),
    unknownKeys: read.flatMap(({ unknownKeys }) => unknownKeys),
  };
}

type Who = Pick<IamCaller, "arn" | "accountId" | "roleArn" | "userId" | "userName" | "type">;

function readArn({ arn, name }: LocalIdentity): Who | undefined {
  const [, partition = "", accountId = "", kind, path] =
    /^arn:(aws[a-z-]*):iam::(\d{12}):(?:(user|role)\/([\w+=,.@/-]+)|root)$/.exec(arn) ?? [];
  if (accountId === "") return undefined;
  const last = path?.split("/").at(-1) ?? "";
  if (kind === "user") {
    return { arn, accountId, userId: toUniqueId("AIDA", arn), userName: last, type: "User" };
  }
  if (kind !== "role") return { arn, accountId, userId: accountId, type: "Account" };
  const session = name.replaceAll(/[^\w+=,.@-]/g, "-");
  const sessionArn = `arn:${partition}:sts::${accountId}:assumed-role/${last}/${session}`;
  const userId = `${toUniqueId("AROA", arn)}:${session}`;
  return { arn: sessionArn, accountId, roleArn: arn, userId, type: "AssumedRole" };
}

/** An id of IAM's form, always the same for one ARN. */
function toUniqueId(prefix: string, arn: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  const bytes = createHash("sha256").update(arn).digest().subarray(0, 17);
  return prefix + [...bytes].map((byte) => alphabet[byte % alphabet.length]).join("");
}
