// A Lambda authorizer of any API kind.

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
