// An HTTP API: routes, CORS and authorizers.
import type { JwtAuthorizer, LambdaAuthorizer } from "./authorizer.ts";
import type { HttpIntegration } from "./http-integration.ts";
import type { AccessLogSettings, ThrottleSettings } from "./stage.ts";

/** An HTTP API; its settings of a stage are those of `stage`. */
export interface HttpApi extends HttpStageSettings {
  readonly id: string;
  readonly name: string;
  /** `$default` unless the definition names one. */
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routes: readonly HttpRoute[];
  readonly authorizers: readonly LambdaAuthorizer[];
  readonly jwtAuthorizers?: readonly JwtAuthorizer[];
  readonly cors?: HttpCors;
  readonly disableExecuteApiEndpoint?: boolean;
  /** Stages beside `stage`, each with settings of its own. */
  readonly otherStages?: readonly HttpStage[];
}

/** What a stage of an HTTP API says beside its name and variables. */
export interface HttpStageSettings {
  readonly accessLog?: AccessLogSettings;
  /** Of every route, unless `routeThrottles` has its own. */
  readonly defaultThrottle?: ThrottleSettings;
  /** By route key. */
  readonly routeThrottles?: Readonly<Record<string, ThrottleSettings>>;
}

/** A stage beside the one that the API is about. */
export interface HttpStage extends HttpStageSettings {
  readonly name: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface HttpRoute {
  /** `GET /rooms/{room}`, `ANY /x`, `$default`. */
  readonly routeKey: string;
  readonly authorizerId?: string;
  /** Callers sign their requests (SigV4). Never beside `authorizerId`. */
  readonly iam?: boolean;
  /** One of these must be in the token; JWT authorizers only. */
  readonly authorizationScopes?: readonly string[];
  readonly operationName?: string;
  readonly integration: HttpIntegration;
}

export interface HttpCors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}
