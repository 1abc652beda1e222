// One stage of a WebSocket API made ready to run: routes indexed, expressions compiled, authorizers found.
import { limits } from "@gatewright/contract";
import { type LogFormat, parseLogFormat } from "../deploy/log-format.ts";
import { hasThrottle, type PlannedBucket, toSize } from "../deploy/method-plans.ts";
import { type BodyCheck, compileModels } from "../deploy/models.ts";
import { failures } from "../failures.ts";
import type { LambdaAuthorizer } from "../model/authorizer.ts";
import type {
  RouteSettings,
  WebsocketApi,
  WebsocketIntegration,
  WebsocketRoute,
} from "../model/websocket-api.ts";
import { deployMapped, type MappedRoute, select } from "./mapped-integration.ts";
import { compileSelection } from "./select-route.ts";

/** What every connection and message of a stage looks things up in. */
export interface WebsocketPlan {
  readonly apiId: string;
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
  readonly connect: PlannedRoute | undefined;
  readonly authorizer: LambdaAuthorizer | undefined;
  /** Whether callers must sign their upgrade request. */
  readonly iam: boolean;
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly disconnect: PlannedRoute | undefined;
  /** How the stage's access log is written, if it has one. */
  readonly logFormat: LogFormat | undefined;
  /** Of connections to an API without `$connect`. */
  readonly stageThrottle: PlannedBucket | undefined;
  /** What the stage says of routes that it does not name. */
  readonly settings: RouteSettings;
  /** The route of a message: the selected one, else `$default`, else none. */
  selectRoute(message: string): PlannedRoute | undefined;
}

/** A route, ready. */
export interface PlannedRoute extends Omit<WebsocketRoute, "integration"> {
  readonly integration: Extract<WebsocketIntegration, { type: "AWS_PROXY" }> | MappedRoute;
  readonly settings: RouteSettings;
  /** The route's own limit, or else the stage's. */
  readonly throttle: PlannedBucket | undefined;
  /** The model of a message: `none` where nothing is checked, `unknown` where something is and no model is for it. */
  modelOf(message: string): BodyCheck | "none" | "unknown";
}

/** Routes that API Gateway runs by itself: no message reaches them, whatever it asks for. */
const lifecycleKeys: ReadonlySet<string> = new Set(["$connect", "$disconnect"]);

/**
 * Plans a stage of an API. What would let somebody in by mistake is refused here.
 *
 * @throws failures `ROUTE_SELECTION_INVALID`, `SELECTION_EXPRESSION_INVALID`, `WEBSOCKET_AUTHORIZER_INVALID`,
 *   `ACCESS_LOG_INVALID`, `MODEL_UNKNOWN`, and those of mapped integrations.
 */
export function planWebsocketApi(api: WebsocketApi): WebsocketPlan {
  const routes = planRoutes(api);
  const messageRoutes = new Map([...routes].filter(([key]) => !lifecycleKeys.has(key)));
  const keyOf = compileSelection(api.routeSelectionExpression);
  return Object.freeze({
    apiId: api.id,
    stage: api.stage,
    stageVariables: api.stageVariables,
    connect: routes.get("$connect"),
    authorizer: findAuthorizer(api),
    iam: routes.get("$connect")?.iam === true,
    apiKeySource: api.apiKeySource ?? "HEADER",
    disconnect: routes.get("$disconnect"),
    logFormat: api.accessLog && parseLogFormat(api.accessLog),
    stageThrottle: planThrottle(api, undefined),
    settings: api.defaultSettings ?? {},
    selectRoute(message: string) {
      const key = keyOf(message);
      return (key === undefined ? undefined : messageRoutes.get(key)) ?? messageRoutes.get("$default");
    },
  });
}

function planRoutes(api: WebsocketApi): ReadonlyMap<string, PlannedRoute> {
  const isChecked = api.routes.some(({ modelSelection }) => modelSelection !== undefined);
  const models = isChecked ? compileModels(api.models) : () => undefined;
  return new Map(
    api.routes.map(({ integration, ...route }) => {
      const { routeKey } = route;
      const planned: PlannedRoute = {
        ...route,
        integration: planIntegration(routeKey, integration),
        settings: { ...api.defaultSettings, ...ownSettings(api, routeKey) },
        throttle: planThrottle(api, routeKey),
        modelOf: planModels(route, models),
      };
      return [routeKey, planned];
    }),
  );
}

function ownSettings({ routeSettings }: WebsocketApi, routeKey: string): RouteSettings | undefined {
  return routeSettings && Object.hasOwn(routeSettings, routeKey) ? routeSettings[routeKey] : undefined;
}

function planIntegration(routeKey: string, integration: WebsocketIntegration): PlannedRoute["integration"] {
  const timeoutMs = Math.min(integration.timeoutMs, limits.websocketIntegrationTimeoutMs);
  const within = { ...integration, timeoutMs };
  return within.type === "AWS_PROXY" ? within : deployMapped(routeKey, within);
}

/** A limit of the route's own has a bucket of its own; that of the stage has one for all routes. */
function planThrottle(api: WebsocketApi, routeKey: string | undefined): PlannedBucket | undefined {
  const own = routeKey === undefined ? undefined : ownSettings(api, routeKey);
  const holder = hasThrottle(own) ? routeKey : hasThrottle(api.defaultSettings) ? "*" : undefined;
  if (holder === undefined) return undefined;
  return {
    meter: JSON.stringify([api.id, api.stage, holder]),
    size: toSize({ ...api.defaultSettings, ...own }),
  };
}

function planModels(
  { routeKey, modelSelection, requestModels = {} }: Omit<WebsocketRoute, "integration">,
  models: ReturnType<typeof compileModels>,
): PlannedRoute["modelOf"] {
  const selectModel = select(`the route ${routeKey}`, modelSelection, "message");
  if (!selectModel) return () => "none";
  const checks = new Map(
    Object.entries(requestModels).map(([key, name]) => {
      const check = models(name);
      if (check) return [key, check];
      throw failures.create("MODEL_UNKNOWN", { route: `WebSocket ${routeKey}`, model: name });
    }),
  );
  return (message) =>
    checks.get(selectModel({ message }) ?? "$default") ?? checks.get("$default") ?? "unknown";
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
