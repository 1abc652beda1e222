// Authorizers of any API kind: a function, a Cognito user pool, an issuer of JWTs.

/** One place of the request that an authorizer looks at. */
export interface IdentitySource {
  readonly from: "header" | "querystring" | "stageVariables" | "context";
  readonly name: string;
}

export interface LambdaAuthorizer {
  readonly id: string;
  readonly name: string;
  /** TOKEN and REQUEST as API Gateway names them; HTTP and WebSocket APIs know only REQUEST. */
  readonly type: "TOKEN" | "REQUEST";
  readonly functionKey: string;
  readonly identitySources: readonly IdentitySource[];
  /** 0 turns caching off. WebSocket authorizers are not cached. */
  readonly ttlSeconds: number;
  /** REST TOKEN only: tokens that do not match get 401 without a call. */
  readonly identityValidation?: string;
  /** HTTP APIs only. */
  readonly payloadVersion?: "1.0" | "2.0";
  /** HTTP APIs, payload 2.0 only. */
  readonly simpleResponses?: boolean;
}

/** A REST API's own check of a user pool's tokens. */
export interface CognitoAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly type: "COGNITO_USER_POOLS";
  /** As in `region_XXXXXXXXX`. */
  readonly userPoolIds: readonly string[];
  readonly identitySources: readonly IdentitySource[];
  readonly ttlSeconds: number;
  readonly identityValidation?: string;
}

/** An HTTP API's own check of an issuer's JWTs. */
export interface JwtAuthorizer {
  readonly id: string;
  readonly name: string;
  readonly type: "JWT";
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly identitySources: readonly IdentitySource[];
}
