// What the deployment framework adds to a stack by itself: its logical ids, and what a reference to each gives.
import { authorizerId } from "./authorizers.ts";
import type { Names } from "./names.ts";
import { toLogicalName } from "./names.ts";
import type { Outline } from "./outline.ts";
import type { Attributes, ResourcePaths, TextOf } from "./attributes.ts";
import { isMap, type Tree, type TreeMap } from "./tree.ts";

/** Attributes by logical id, asked for when somebody refers to them. */
export type FrameworkParts = ReadonlyMap<string, () => Attributes>;

/** Lists the logical ids that the framework gives to what a definition asks for. */
export function frameworkParts(
  outline: Outline,
  names: Names,
  of: { readonly textOf: TextOf; readonly paths: ResourcePaths },
): FrameworkParts {
  const parts = new Map<string, () => Attributes>();
  for (const [key, settings] of outline.functions)
    addFunction(parts, { key, settings, names, textOf: of.textOf });
  if (outline.functions.size === 0) return parts;
  const role = `${names.stack}-${names.region}-lambdaRole`;
  parts.set("IamRoleLambdaExecution", () => ({ Ref: role, Arn: names.arn("iam", `role/${role}`) }));
  const events = [...outline.functions].flatMap(([key, settings]) =>
    eventsOf(settings).map(([kind, event]) => ({ key, kind, event })),
  );
  const ofKind = (kind: string): typeof events => events.filter((event) => event.kind === kind);
  if (ofKind("http").length > 0) addRest(parts, { events: ofKind("http"), outline, names, paths: of.paths });
  if (ofKind("httpApi").length > 0) addHttp(parts, ofKind("httpApi"), { outline, names });
  if (ofKind("websocket").length > 0) addWebsocket(parts, ofKind("websocket"), names);
  return parts;
}

interface Event {
  readonly key: string;
  readonly event: Tree;
}

type Parts = Map<string, () => Attributes>;

function addFunction(
  parts: Parts,
  of: { readonly key: string; readonly settings: TreeMap; readonly names: Names; readonly textOf: TextOf },
): void {
  const { key, settings, names, textOf } = of;
  const name = (): string => textOf(settings["name"], `functions.${key}.name`) ?? names.functionName(key);
  parts.set(`${toLogicalName(key)}LambdaFunction`, () => ({
    Ref: name(),
    Arn: names.arn("lambda", `function:${name()}`),
  }));
  parts.set(`${toLogicalName(key)}LogGroup`, () => ({
    Ref: `/aws/lambda/${name()}`,
    Arn: names.arn("logs", `log-group:/aws/lambda/${name()}:*`),
  }));
}

function addRest(
  parts: Parts,
  of: {
    readonly events: readonly Event[];
    readonly outline: Outline;
    readonly names: Names;
    readonly paths: ResourcePaths;
  },
): void {
  const { events, outline, names, paths } = of;
  parts.set("ApiGatewayRestApi", () => restApi(names));
  const deployment = names.id(6, "deployment");
  parts.set("ApiGatewayDeployment", () => ({ Ref: deployment, DeploymentId: deployment }));
  for (const { event } of events) {
    const [method, path] = routeOf(event);
    const segments = path.split("/").filter((segment) => segment !== "");
    for (const [index] of segments.entries()) {
      const place = `/${segments.slice(0, index + 1).join("/")}`;
      const id = names.id(6, "resource", place);
      paths.set(id, place);
      parts.set(`ApiGatewayResource${normalPath(place)}`, () => ({ Ref: id, ResourceId: id }));
    }
    for (const verb of [method, "options"]) {
      const logicalId = restMethodLogicalId(verb, `/${segments.join("/")}`);
      parts.set(logicalId, () => ({ Ref: names.id(6, "method", logicalId) }));
    }
    const name = authorizerName(event);
    if (name === undefined) continue;
    const id = authorizerId("restApi", name, names);
    parts.set(`${toLogicalName(name)}ApiGatewayAuthorizer`, () => ({ Ref: id, AuthorizerId: id }));
  }
  const { apiKeys, usagePlan } = apiGatewayOf(outline);
  for (const [index, plan] of planNames(usagePlan).entries()) {
    const keys = Array.isArray(usagePlan) ? listOf(listOf(apiKeys)[index], plan) : listOf(apiKeys);
    const id = names.id(6, "usagePlan", planLogicalId(plan));
    parts.set(planLogicalId(plan), () => ({ Ref: id, Id: id }));
    for (const [position] of keys.entries()) {
      const logicalId = apiKeyLogicalId(plan, position + 1);
      const keyId = names.id(10, "apiKey", logicalId);
      parts.set(logicalId, () => ({ Ref: keyId, APIKeyId: keyId }));
    }
  }
}

function addHttp(
  parts: Parts,
  events: readonly Event[],
  of: { readonly outline: Outline; readonly names: Names },
): void {
  const { names } = of;
  parts.set("HttpApi", () => v2Api("httpApi", names));
  parts.set("HttpApiStage", () => ({ Ref: "$default" }));
  for (const { key, event } of events) {
    const [method, path] = routeOf(event);
    const integration = names.id(7, "integration", key);
    const logicalId = httpRouteLogicalId(
      path === "*" ? "$default" : `${method === "*" ? "ANY" : method} ${path}`,
    );
    parts.set(`HttpApiIntegration${toLogicalName(key)}`, () => ({
      Ref: integration,
      IntegrationId: integration,
    }));
    parts.set(logicalId, () => ({ Ref: names.id(7, "route", logicalId) }));
  }
  const settings = isMap(of.outline.httpApi) ? of.outline.httpApi["authorizers"] : undefined;
  for (const [key, authorizer] of Object.entries(isMap(settings) ? settings : {})) {
    const written = isMap(authorizer) ? authorizer["name"] : undefined;
    const name = typeof written === "string" ? written : key;
    const id = authorizerId("httpApi", name, names);
    parts.set(`HttpApiAuthorizer${toLogicalName(name)}`, () => ({ Ref: id, AuthorizerId: id }));
  }
}

function addWebsocket(parts: Parts, events: readonly Event[], names: Names): void {
  parts.set("WebsocketsApi", () => v2Api("websocketApi", names));
  parts.set("WebsocketsDeploymentStage", () => ({ Ref: names.stage }));
  for (const { key, event } of events) {
    const route = isMap(event) ? event["route"] : event;
    if (typeof route !== "string") continue;
    const logicalId = websocketRouteLogicalId(route);
    const integration = names.id(7, "integration", key);
    parts.set(logicalId, () => ({ Ref: names.id(7, "route", logicalId) }));
    parts.set(`${toLogicalName(key)}WebsocketsIntegration`, () => ({ Ref: integration }));
    const name = authorizerName(event);
    if (name === undefined) continue;
    const id = authorizerId("websocketApi", name, names);
    parts.set(`${toLogicalName(name)}WebsocketsAuthorizer`, () => ({ Ref: id, AuthorizerId: id }));
  }
}

/** What refers to a REST API gets; there is one of them in a definition. */
export function restApi(names: Names): Attributes {
  const id = names.id(10, "restApi");
  return { Ref: id, RestApiId: id, RootResourceId: names.id(10, "resource", "/") };
}

/** What refers to an HTTP or WebSocket API gets. */
export function v2Api(kind: "httpApi" | "websocketApi", names: Names): Attributes {
  const id = names.id(10, kind);
  const scheme = kind === "httpApi" ? "https" : "wss";
  return { Ref: id, ApiId: id, ApiEndpoint: `${scheme}://${id}.execute-api.${names.region}.amazonaws.com` };
}

/** As in `ApiGatewayMethodRoomsRoomVarGet`. */
export function restMethodLogicalId(verb: string, path: string): string {
  const method = verb === "*" ? "any" : verb.toLowerCase();
  return `ApiGatewayMethod${normalPath(path)}${method.charAt(0).toUpperCase()}${method.slice(1)}`;
}

/** As in `HttpApiRouteGetRooms`. */
export function httpRouteLogicalId(routeKey: string): string {
  return routeKey === "$default" ? "HttpApiRouteDefault" : `HttpApiRoute${normalPath(routeKey)}`;
}

/** As in `SconnectWebsocketsRoute`. */
export function websocketRouteLogicalId(route: string): string {
  const spelled = { $: "S", "/": "Slash", "-": "Dash", _: "Underscore", ".": "Period" };
  return `${route.replaceAll(/[$/\-_.]/g, (sign) => spelled[sign as keyof typeof spelled])}WebsocketsRoute`; // the pattern has these signs only
}

/** The one plan that has no name of its own. */
export const onlyPlan = "default";

/** As in `ApiGatewayUsagePlanFree`. */
export function planLogicalId(plan: string): string {
  return plan === onlyPlan ? "ApiGatewayUsagePlan" : `ApiGatewayUsagePlan${upperFirst(plan)}`;
}

/** As in `ApiGatewayApiKey1`; counted within its plan. */
export function apiKeyLogicalId(plan: string, number: number): string {
  return `ApiGatewayApiKey${plan === onlyPlan ? "" : upperFirst(plan)}${number}`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function normalPath(path: string): string {
  return path.split("/").map(normalPart).join("");
}

function normalPart(part: string): string {
  const plain = part
    .toLowerCase()
    .replaceAll("-", "Dash")
    .replace(/\{(.*)\}/g, "$1Var");
  return upperFirst(plain.replaceAll(/[^0-9A-Za-z]/g, ""));
}

function eventsOf(settings: TreeMap): (readonly [string, Tree])[] {
  const events = settings["events"];
  return listOf(events).flatMap((event) => (isMap(event) ? Object.entries(event) : []));
}

function listOf(value: Tree | undefined, key?: string): readonly Tree[] {
  const list = key !== undefined && isMap(value) ? value[key] : value;
  return Array.isArray(list) ? (list as readonly Tree[]) : []; // Array.isArray loses what the items are
}

function routeOf(event: Tree): readonly [string, string] {
  if (typeof event === "string") {
    const [method = "", path = method] = event.trim().split(/\s+/);
    return [method, path];
  }
  const { method, path } = isMap(event) ? event : {};
  return [typeof method === "string" ? method : "*", typeof path === "string" ? path : ""];
}

/** What the framework calls the authorizer of an event, where the text of the definition says it. */
function authorizerName(event: Tree): string | undefined {
  const written = isMap(event) ? event["authorizer"] : undefined;
  const { name, arn } = isMap(written) ? written : {};
  if (typeof name === "string") return name;
  const text = typeof written === "string" ? written : arn;
  return typeof text === "string" && text.toUpperCase() !== "AWS_IAM"
    ? text.split(":").at(-1)?.split("-").at(-1)
    : undefined;
}

function apiGatewayOf(outline: Outline): {
  readonly apiKeys: Tree | undefined;
  readonly usagePlan: Tree | undefined;
} {
  const settings = isMap(outline.apiGateway) ? outline.apiGateway : {};
  return { apiKeys: settings["apiKeys"], usagePlan: settings["usagePlan"] };
}

function planNames(usagePlan: Tree | undefined): readonly string[] {
  if (!Array.isArray(usagePlan)) return [onlyPlan];
  return listOf(usagePlan).flatMap((plan) => (isMap(plan) ? Object.keys(plan).slice(0, 1) : []));
}
