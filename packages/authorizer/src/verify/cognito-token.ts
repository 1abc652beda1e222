// Which of a Cognito user pool's tokens to take, and what they say.
import type { KeySet } from "../keys/key-set.ts";

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
  /**
   * The pool's keys, brought along (`https://cognito-idp.<region>.amazonaws.com/<pool>/.well-known/jwks.json`): nothing is
   * fetched until a token names another key. For functions in a VPC without a way out.
   */
  readonly bundledKeys?: KeySet;
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
