// What the issuer can do, by Cognito's own names.
import { createHash, randomUUID, timingSafeEqual } from "node:crypto";
import type { LocalUser, UserPool, UserPoolClient } from "../model/resources.ts";
import { IssuerError, invalidParameter, notAuthorized } from "./issuer-error.ts";
import type { IssuerKey } from "./issuer-key.ts";
import type { Sessions } from "./issuer-sessions.ts";
import { subjectOf, toClaims, type Holder } from "./issuer-tokens.ts";

/** What every operation works with. */
export interface Issuer {
  readonly userPools: readonly UserPool[];
  readonly region: string;
  readonly key: IssuerKey;
  readonly sessions: Sessions;
  readonly nowSeconds: () => number;
}

type Input = Readonly<Record<string, unknown>>;
type Operation = (input: Input, issuer: Issuer) => Promise<object>;

/**
 * Answers one operation by its name, as in `InitiateAuth`.
 *
 * @throws IssuerError, whatever a client did wrong.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
 */
export async function operate(name: string, input: Input, issuer: Issuer): Promise<object> {
  const operation = operations.get(name);
  if (operation) return operation(input, issuer);
  const known = [...operations.keys()].join(", ");
  throw new IssuerError(
    "UnknownOperationException",
    `${name || "An operation without a name"} is not supported by the local issuer, which knows ${known}.`,
  );
}

const operations: ReadonlyMap<string, Operation> = new Map([
  ["InitiateAuth", initiateAuth],
  ["GetUser", getUser],
  ["RevokeToken", revokeToken],
  ["GlobalSignOut", globalSignOut],
]);

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html */
async function initiateAuth(input: Input, issuer: Issuer): Promise<object> {
  const given = { parameters: toInput(input["AuthParameters"]), ...findClient(input, issuer) };
  switch (textOf(input, "AuthFlow")) {
    case "USER_PASSWORD_AUTH":
      assertFlow(given.client, "USER_PASSWORD_AUTH");
      return signIn(given, issuer);
    case "REFRESH_TOKEN_AUTH":
    case "REFRESH_TOKEN":
      assertFlow(given.client, "REFRESH_TOKEN_AUTH");
      return refresh(given, issuer);
    default: {
      const flow = String(input["AuthFlow"]).slice(0, 64);
      throw invalidParameter(
        `${flow} is not supported by the local issuer, which knows USER_PASSWORD_AUTH and REFRESH_TOKEN_AUTH.`,
      );
    }
  }
}

interface Given {
  readonly parameters: Input;
  readonly pool: UserPool;
  readonly client: UserPoolClient;
}

async function signIn({ parameters, pool, client }: Given, issuer: Issuer): Promise<object> {
  const username = textOf(parameters, "USERNAME");
  const password = textOf(parameters, "PASSWORD");
  const user = pool.users.find(({ name }) => name === username);
  // The same words, and the same work, whether the user or the password is wrong.
  const right = samePassword(password, user?.password ?? randomUUID());
  if (!user || !right) throw notAuthorized("Incorrect username or password.");
  const now = issuer.nowSeconds();
  const session = {
    poolId: pool.id,
    clientId: client.id,
    username: user.name,
    originJti: randomUUID(),
    authTime: now,
    expiresAt: now + client.refreshTokenSeconds,
  };
  const RefreshToken = await issuer.sessions.open(session);
  return toAnswer({ pool, client, user, session }, issuer, { RefreshToken });
}

async function refresh({ parameters, pool, client }: Given, issuer: Issuer): Promise<object> {
  const session = issuer.sessions.find(textOf(parameters, "REFRESH_TOKEN"));
  const user = pool.users.find(({ name }) => name === session?.username);
  if (!session || !user || session.clientId !== client.id || session.poolId !== pool.id)
    throw notAuthorized("Invalid Refresh Token");
  if (session.revoked) throw notAuthorized("Refresh Token has been revoked");
  if (session.expiresAt <= issuer.nowSeconds()) throw notAuthorized("Refresh Token has expired");
  return toAnswer({ pool, client, user, session }, issuer, {});
}

function toAnswer(holder: Holder, issuer: Issuer, refreshToken: { readonly RefreshToken?: string }): object {
  const iss = issuerUrl(issuer.region, holder.pool);
  const claims = toClaims(holder, { iss, now: issuer.nowSeconds() });
  return {
    AuthenticationResult: {
      AccessToken: issuer.key.sign(claims.access),
      ExpiresIn: holder.client.accessTokenSeconds,
      IdToken: issuer.key.sign(claims.id),
      ...refreshToken,
      TokenType: "Bearer",
    },
    ChallengeParameters: {},
  };
}

/** What tokens name in `iss`: the address on AWS, whatever the issuer's own is. */
export function issuerUrl(region: string, pool: UserPool): string {
  return `https://cognito-idp.${region}.amazonaws.com/${pool.id}`;
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUser.html */
async function getUser(input: Input, issuer: Issuer): Promise<object> {
  const { pool, user } = readAccessToken(input, issuer);
  const attributes = Object.entries({ sub: subjectOf(pool, user), ...user.attributes });
  return { Username: user.name, UserAttributes: attributes.map(([Name, Value]) => ({ Name, Value })) };
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RevokeToken.html */
async function revokeToken(input: Input, issuer: Issuer): Promise<object> {
  const { client } = findClient(input, issuer);
  const session = issuer.sessions.find(textOf(input, "Token"));
  if (session && session.clientId !== client.id)
    throw new IssuerError("UnauthorizedException", "Token was not issued to this client");
  if (session) await issuer.sessions.revoke(({ originJti }) => originJti === session.originJti);
  return {};
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html */
async function globalSignOut(input: Input, issuer: Issuer): Promise<object> {
  const { pool, user } = readAccessToken(input, issuer);
  await issuer.sessions.revoke(({ poolId, username }) => poolId === pool.id && username === user.name);
  return {};
}

function readAccessToken(
  input: Input,
  issuer: Issuer,
): { readonly pool: UserPool; readonly user: LocalUser } {
  const claims = issuer.key.read(textOf(input, "AccessToken"));
  const pool = issuer.userPools.find((each) => issuerUrl(issuer.region, each) === claims?.["iss"]);
  const user = pool?.users.find(({ name }) => name === claims?.["username"]);
  if (!claims || !pool || !user || claims["token_use"] !== "access")
    throw notAuthorized("Invalid Access Token");
  if (Number(claims["exp"]) <= issuer.nowSeconds()) throw notAuthorized("Access Token has expired");
  if (issuer.sessions.isRevoked(claims["origin_jti"])) throw notAuthorized("Access Token has been revoked");
  return { pool, user };
}

function findClient(
  input: Input,
  { userPools }: Issuer,
): { readonly pool: UserPool; readonly client: UserPoolClient } {
  const id = textOf(input, "ClientId");
  for (const pool of userPools) {
    const client = pool.clients.find((each) => each.id === id);
    if (client) return { pool, client };
  }
  throw new IssuerError("ResourceNotFoundException", `User pool client ${id.slice(0, 128)} does not exist.`);
}

function assertFlow(client: UserPoolClient, flow: string): void {
  const allowed = client.authFlows.includes(`ALLOW_${flow}`) || client.authFlows.includes(flow);
  if (!allowed) throw invalidParameter(`${flow} flow not enabled for this client`);
}

function textOf(input: Input, name: string): string {
  const value = input[name];
  if (typeof value !== "string" || value === "") throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

function toInput(value: unknown): Input {
  return typeof value === "object" && value !== null ? (value as Input) : {}; // an object that JSON.parse made
}

function samePassword(given: string, wanted: string): boolean {
  const [one, other] = [given, wanted].map((text) => createHash("sha256").update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
