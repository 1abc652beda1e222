// Who may sign requests on this machine: `custom.gatewright.identities`.
import type { LocalIdentity } from "../model/identity.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";

/** Reads the identities. No error shows a secret. */
export function readIdentities(root: Cursor, names: Names): readonly LocalIdentity[] {
  const taken = new Set<string>();
  const written = root.optional("custom")?.optional("gatewright")?.optional("identities")?.items() ?? [];
  return written.map((at) => {
    const identity = readIdentity(at, names);
    if (taken.has(identity.name)) at.at("name").refuse("a name that no other identity has");
    taken.add(identity.name);
    return identity;
  });
}

function readIdentity(at: Cursor, names: Names): LocalIdentity {
  const name = at
    .at("name")
    .matching(/^[\w+=,.@-]{1,64}$/, "a name as IAM has them: letters, digits and +=,.@_-");
  const policy = at.optional("policy");
  const policies =
    at
      .optional("policies")
      ?.items()
      .map((item) => item.json()) ?? [];
  return {
    name,
    arn: at.optional("arn")?.matching(/^arn:/, "an ARN") ?? names.arn("iam", `user/${name}`),
    ...readKeys(at),
    policies: policy === undefined ? policies : [policy.json(), ...policies],
    ...readDetails(at),
  };
}

function readKeys(at: Cursor): Pick<LocalIdentity, "accessKeyId" | "secretAccessKey" | "sessionToken"> {
  const id = at
    .optional("accessKeyId")
    ?.matching(/^\w{16,128}$/, "an access key id, as in AKIAIOSFODNN7EXAMPLE");
  const secret = at.optional("secretAccessKey")?.text({ secret: true });
  if ((id === undefined) !== (secret === undefined)) {
    at.refuse("a map with accessKeyId and secretAccessKey, or with neither", { secret: true });
  }
  const token = at.optional("sessionToken")?.text({ secret: true });
  return {
    ...(id !== undefined && { accessKeyId: id }),
    ...(secret !== undefined && { secretAccessKey: secret }),
    ...(token !== undefined && { sessionToken: token }),
  };
}

type Details = Omit<
  LocalIdentity,
  "name" | "arn" | "policies" | "accessKeyId" | "secretAccessKey" | "sessionToken"
>;

function readDetails(at: Cursor): Details {
  const moment = (key: string): string | undefined => {
    const place = at.optional(key);
    const text = place?.text();
    if (text !== undefined && Number.isNaN(Date.parse(text)))
      place?.refuse("a moment, as in 2026-11-21T12:00:00Z");
    return text;
  };
  const [issuedAt, expiresAt] = [moment("issuedAt"), moment("expiresAt")];
  const tags = at.optional("tags")?.record();
  const organizationId = at.optional("organizationId")?.text();
  const paths = at.optional("organizationPaths")?.texts();
  const age = at.optional("multiFactorAgeSeconds")?.number({ min: 0, max: Infinity });
  return {
    ...(issuedAt !== undefined && { issuedAt }),
    ...(expiresAt !== undefined && { expiresAt }),
    ...(tags !== undefined && { tags }),
    ...(organizationId !== undefined && { organizationId }),
    ...(paths !== undefined && { organizationPaths: paths }),
    ...(age !== undefined && { multiFactorAgeSeconds: age }),
  };
}
