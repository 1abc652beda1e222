// A WebSocket API made ready to run: routes indexed, the selection expression compiled, authorizers found.
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type { WebsocketApi, WebsocketRoute } from "../model/websocket-api.ts";
import { compileSelection } from "./select-route.ts";

/** What every connection and message looks things up in. */
export interface WebsocketPlan {
  readonly stage: string;
  readonly connect: WebsocketRoute | undefined;
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Whether callers must sign their upgrade request. */
  readonly iam: boolean;
  readonly disconnect: WebsocketRoute | undefined;
  /** The route of a message: the selected one, else `$default`, else none. */
  selectRoute(message: string): WebsocketRoute | undefined;
}

/** Routes that API Gateway runs by itself: no message reaches them, whatever it asks for. */
const lifecycleKeys: ReadonlySet<string> = new Set(["$connect", "$disconnect"]);

/**
 * Plans an API. What would let somebody in by mistake is refused here.
 *
 * @throws failures `ROUTE_SELECTION_INVALID`, `WEBSOCKET_AUTHORIZER_INVALID`.
 */
export function planWebsocketApi(api: WebsocketApi): WebsocketPlan {
  const routes = new Map(api.routes.map((route) => [route.routeKey, withinTimeout(route)]));
  const messageRoutes = new Map([...routes].filter(([key]) => !lifecycleKeys.has(key)));
  const keyOf = compileSelection(api.routeSelectionExpression);
  return Object.freeze({
    stage: api.stage,
    connect: routes.get("$connect"),
    authorizer: findAuthorizer(api),
    iam: routes.get("$connect")?.iam === true,
    disconnect: routes.get("$disconnect"),
    selectRoute(message: string) {
      const key = keyOf(message);
      return (key === undefined ? undefined : messageRoutes.get(key)) ?? messageRoutes.get("$default");
    },
  });
}

function withinTimeout(route: WebsocketRoute): WebsocketRoute {
  return { ...route, timeoutMs: Math.min(route.timeoutMs, limits.websocketIntegrationTimeoutMs) };
}

function findAuthorizer(api: WebsocketApi): LambdaAuthorizer | undefined {
  let found: LambdaAuthorizer | undefined;
  for (const { routeKey, authorizerId } of api.routes) {
    if (authorizerId === undefined) continue;
    const refuse = (why: string) => failures.create("WEBSOCKET_AUTHORIZER_INVALID", { routeKey, why });
    if (routeKey !== "$connect") throw refuse("API Gateway asks authorizers on $connect only");
    found = api.authorizers.find(({ id }) => id === authorizerId);
    if (!found) throw refuse(`there is no authorizer with the id ${authorizerId}`);
    if (found.type !== "REQUEST") throw refuse(`it is of type ${found.type}`);
  }
  return found;
}
