// A Cognito user pool, its clients, and the people who can sign in on this machine.
import type { LocalUser, UserPool, UserPoolClient } from "../model/resources.ts";
import type { Cursor } from "./cursor.ts";
import type { Names } from "./names.ts";

/** A client and the id of the pool that it belongs to. */
export interface ClientOfPool {
  readonly poolId: string;
  readonly client: UserPoolClient;
  /** Where the definition names the pool. */
  readonly at: Cursor;
}

const flows = [
  "ALLOW_ADMIN_USER_PASSWORD_AUTH",
  "ALLOW_CUSTOM_AUTH",
  "ALLOW_USER_PASSWORD_AUTH",
  "ALLOW_USER_SRP_AUTH",
  "ALLOW_REFRESH_TOKEN_AUTH",
  "ALLOW_USER_AUTH",
  "ADMIN_NO_SRP_AUTH",
  "CUSTOM_AUTH_FLOW_ONLY",
  "USER_PASSWORD_AUTH",
] as const;

/** What Cognito allows a client that names no flows. */
const defaultFlows = ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH"];

const seconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;
const day = seconds.days;

/** Reads the properties of an AWS::Cognito::UserPool. */
export function readUserPool(
  { logicalId, at }: { readonly logicalId: string; readonly at: Cursor },
  of: {
    readonly names: Names;
    readonly clients: readonly ClientOfPool[];
    readonly users: readonly LocalUser[];
  },
): UserPool {
  const id = of.names.userPoolId(logicalId);
  const given = at.isGiven ? at : undefined;
  const mfa = given?.optional("MfaConfiguration");
  if (mfa?.oneOf(["OFF", "ON", "OPTIONAL"]) === "ON") mfa.notSupported("signing in with a second factor");
  given?.optional("LambdaConfig")?.notSupported("a user pool's triggers");
  return {
    logicalId,
    id,
    name: given?.optional("UserPoolName")?.text() ?? of.names.generated(logicalId),
    clients: of.clients.filter(({ poolId }) => poolId === id).map(({ client }) => client),
    users: of.users,
  };
}

/**
 * Reads the properties of an AWS::Cognito::UserPoolClient.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html
 */
export function readUserPoolClient(logicalId: string, at: Cursor, names: Names): ClientOfPool {
  const secret = at.optional("GenerateSecret");
  if (secret?.flag() === true) secret.notSupported("a client with a secret");
  const pool = at.at("UserPoolId");
  const units = at.optional("TokenValidityUnits");
  const validity = (token: string, usual: Usual): number => readValidity(at, { units, token, usual });
  return {
    poolId: pool.text(),
    at: pool,
    client: {
      logicalId,
      id: names.id(26, "userPoolClient", logicalId),
      name: at.optional("ClientName")?.text() ?? names.generated(logicalId),
      authFlows: readFlows(at.optional("ExplicitAuthFlows")),
      accessTokenSeconds: validity("AccessToken", { unit: "hours", count: 1, min: 300, max: day }),
      idTokenSeconds: validity("IdToken", { unit: "hours", count: 1, min: 300, max: day }),
      refreshTokenSeconds: validity("RefreshToken", { unit: "days", count: 30, min: 3600, max: 3650 * day }),
    },
  };
}

function readFlows(at: Cursor | undefined): readonly string[] {
  if (at === undefined) return defaultFlows;
  return at.items().map((item) => {
    const flow = item.oneOf(flows);
    return flow === "USER_PASSWORD_AUTH" ? "ALLOW_USER_PASSWORD_AUTH" : flow;
  });
}

interface Usual {
  readonly unit: keyof typeof seconds;
  readonly count: number;
  readonly min: number;
  readonly max: number;
}

function readValidity(
  client: Cursor,
  {
    units,
    token,
    usual,
  }: { readonly units: Cursor | undefined; readonly token: string; readonly usual: Usual },
): number {
  const unit = units?.optional(token)?.oneOf(["seconds", "minutes", "hours", "days"]) ?? usual.unit;
  const at = client.at(`${token}Validity`);
  const count = at.isGiven ? at.number({ min: 0, max: Infinity }) : 0;
  // 0 asks for the default, as on AWS.
  const length = count === 0 ? usual.count * seconds[usual.unit] : count * seconds[unit];
  return length >= usual.min && length <= usual.max
    ? length
    : at.refuse(`from ${usual.min} to ${usual.max} seconds, and its unit is ${unit}`);
}

/** Reads `custom.gatewright.users`. No error shows a password. */
export function readUsers(root: Cursor): LocalUser[] {
  const names = new Set<string>();
  const users = root.optional("custom")?.optional("gatewright")?.optional("users")?.items() ?? [];
  return users.map((at) => {
    const name = at.at("name").text();
    if (names.has(name)) at.at("name").refuse("a name that no other user has");
    names.add(name);
    return {
      name,
      password: at.at("password").text({ secret: true }),
      groups: at.optional("groups")?.texts() ?? [],
      attributes: Object.fromEntries(
        (at.optional("attributes")?.entries() ?? []).map(([key, value]) => [key, value.text()]),
      ),
    };
  });
}
