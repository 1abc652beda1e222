// What a token of a user pool says.
import { createHash, randomUUID } from "node:crypto";
import type { LocalUser, UserPool, UserPoolClient } from "../model/resources.ts";
import type { Session } from "./issuer-sessions.ts";

/** Who gets the tokens, and where. */
export interface Holder {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  readonly user: LocalUser;
  readonly session: Session;
}

/** The two sets of claims that a sign-in or a refresh gives. */
export interface TokenClaims {
  readonly access: object;
  readonly id: object;
}

/**
 * The claims that Cognito would put into its tokens.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export function toClaims(
  { pool, client, user, session }: Holder,
  at: { iss: string; now: number },
): TokenClaims {
  const common = {
    sub: subjectOf(pool, user),
    ...(user.groups.length > 0 ? { "cognito:groups": user.groups } : {}),
    iss: at.iss,
    origin_jti: session.originJti,
    event_id: randomUUID(),
    auth_time: session.authTime,
    iat: at.now,
  };
  return {
    access: {
      ...common,
      client_id: client.id,
      token_use: "access",
      scope: "aws.cognito.signin.user.admin",
      exp: at.now + client.accessTokenSeconds,
      jti: randomUUID(),
      username: user.name,
    },
    id: {
      ...user.attributes,
      ...common,
      "cognito:username": user.name,
      aud: client.id,
      token_use: "id",
      exp: at.now + client.idTokenSeconds,
      jti: randomUUID(),
    },
  };
}

/** A user's `sub`: a UUID that is the same on every machine and in every run. */
export function subjectOf(pool: UserPool, user: LocalUser): string {
  const hex = createHash("sha256").update(`${pool.id}/${user.name}`).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
