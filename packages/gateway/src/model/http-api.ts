// An HTTP API: routes, CORS and authorizers.
import type { LambdaAuthorizer } from "./authorizer.ts";

export interface HttpApi {
  readonly id: string;
  readonly name: string;
  /** `$default` unless the definition names one. */
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly routes: readonly HttpRoute[];
  readonly authorizers: readonly LambdaAuthorizer[];
  readonly cors?: HttpCors;
}

export interface HttpRoute {
  /** `GET /rooms/{room}`, `ANY /x`, `$default`. */
  readonly routeKey: string;
  readonly authorizerId?: string;
  readonly functionKey: string;
  readonly payloadVersion: "1.0" | "2.0";
  readonly timeoutMs: number;
}

export interface HttpCors {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}
