// A WebSocket API: routes and the authorizer of $connect.
import type { LambdaAuthorizer } from "./authorizer.ts";

export interface WebsocketApi {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  /** As in `$request.body.action`. */
  readonly routeSelectionExpression: string;
  readonly routes: readonly WebsocketRoute[];
  readonly authorizers: readonly LambdaAuthorizer[];
}

export interface WebsocketRoute {
  /** `$connect`, `$disconnect`, `$default` or the client's own. */
  readonly routeKey: string;
  readonly functionKey: string;
  /** Only `$connect` can have one. */
  readonly authorizerId?: string;
  /** Callers sign their upgrade request (SigV4); only `$connect` can ask for it. Never beside `authorizerId`. */
  readonly iam?: boolean;
  /** Whether the function's `body` goes back to the sender (`routeResponseSelectionExpression: $default`). */
  readonly routeResponse: boolean;
  readonly timeoutMs: number;
}
