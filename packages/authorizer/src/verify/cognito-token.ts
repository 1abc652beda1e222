// Which of a Cognito user pool's tokens to take, and what they say.

/** Which pool's tokens to take, and of them which. */
export interface CognitoOptions<Use extends "access" | "id"> {
  /** As in `us-east-1_AbCdEfGhI`. */
  readonly userPoolId: string;
  /** The app clients whose tokens are taken. */
  readonly clientId: string | readonly string[];
  /** An API wants `access`; an `id` token tells a web page who signed in. */
  readonly tokenUse: Use;
  /** At least one of these groups. */
  readonly groups?: readonly string[];
  /** At least one of these scopes. */
  readonly scopes?: readonly string[];
}

interface CommonClaims {
  /** The user, for ever. */
  readonly sub: string;
  readonly iss: string;
  /** Seconds. */
  readonly exp: number;
  /** Seconds. */
  readonly iat: number;
  readonly "cognito:groups"?: readonly string[];
  readonly [claim: string]: unknown;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html */
export interface CognitoAccessClaims extends CommonClaims {
  readonly token_use: "access";
  readonly client_id: string;
  readonly username: string;
  /** Separated by spaces. */
  readonly scope: string;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html */
export interface CognitoIdClaims extends CommonClaims {
  readonly token_use: "id";
  readonly aud: string;
  readonly "cognito:username": string;
  readonly email?: string;
}

/** The claims of a Cognito token by its use. */
export type CognitoClaims<Use extends "access" | "id"> = Use extends "id"
  ? CognitoIdClaims
  : CognitoAccessClaims;
