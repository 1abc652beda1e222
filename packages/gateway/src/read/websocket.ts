// WebSocket API: `websocket` events and what `provider` says of them.
import type { WebsocketApi, WebsocketRoute } from "../model/websocket-api.ts";
import { createAuthorizerBook, functionOfArn, toIdentitySource, writtenAuthorizer } from "./authorizers.ts";
import type { AuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations, Declared } from "./declared.ts";
import { createRoutes, named, type Definition } from "./definition.ts";
import { websocketRouteLogicalId } from "./framework-parts.ts";
import type { FunctionEvent } from "./events.ts";
import type { FunctionTable } from "./functions.ts";
import { declaredV2Api, ofApi, readV2Authorizers, type V2Context } from "./http-resources.ts";
import { readWebsocketIntegrations } from "./websocket-integrations.ts";
import {
  readWebsocketModels,
  readWebsocketRoute,
  readWebsocketRoutes,
  readWebsocketSettings,
  type WebsocketSettings,
} from "./websocket-resources.ts";
import { readWebsocketStages } from "./websocket-stages.ts";

/** AWS's bound; it cannot be raised. */
const integrationTimeoutMs = 29_000;
const defaultSource = "route.request.header.Auth";

/**
 * Reads the WebSocket API: what `websocket` events ask the framework for, and what resources declare or change.
 *
 * Nothing where there is neither.
 *
 * @throws `ROUTE_DUPLICATE`, `NOT_SUPPORTED`, and the failures of authorizers
 */
export function readWebsocketApi(
  definition: Definition,
  table: FunctionTable,
  declared: Declarations,
): WebsocketApi | undefined {
  const events = table.events.filter((event) => event.kind === "websocket");
  const { names } = definition;
  const own = declaredV2Api(declared, "WEBSOCKET", events.length > 0);
  if (events.length === 0 && own === undefined) return undefined;
  const book = createAuthorizerBook("websocketApi", names);
  const context: V2Context = { kind: "websocketApi", definition, declared, table, book };
  readV2Authorizers(context);
  for (const { at } of ofApi(context, "AWS::ApiGatewayV2::Deployment")) at.skip();
  const models = readWebsocketModels(context);
  const routes = createRoutes();
  const framework = events.map((event) => {
    const route = readRoute(event, table, book);
    routes.claim(route.routeKey, event.at);
    return declared
      .patches(websocketRouteLogicalId(route.routeKey))
      .reduce((before, at) => readWebsocketRoute(at, before, context), route);
  });
  const integrations = new Map([
    ...readWebsocketIntegrations(context),
    ...framework.map(({ integration }, index) => {
      const functionKey = events[index]?.functionKey ?? "";
      return [names.id(7, "integration", functionKey), integration] as const;
    }),
  ]);
  const all = [...framework, ...readWebsocketRoutes(context, routes, integrations)];
  return {
    id: names.id(10, "websocketApi"),
    ...readWebsocketStages(context, { isFramework: own === undefined, routes: all }),
    ...readSettings(context, own),
    routes: all,
    authorizers: book.authorizers,
    ...(Object.keys(models).length > 0 && { models }),
  };
}

function readSettings({ definition, declared }: V2Context, own: Declared | undefined): WebsocketSettings {
  const { names, root } = definition;
  const usual = "$request.body.action";
  if (own !== undefined) {
    return readWebsocketSettings(own.properties, { name: own.logicalId, routeSelectionExpression: usual });
  }
  const provider = root.at("provider");
  const base = {
    name: provider.optional("websocketsApiName")?.text() ?? `${names.stage}-${names.service}-websockets`,
    routeSelectionExpression: provider.optional("websocketsApiRouteSelectionExpression")?.text() ?? usual,
  };
  return declared.patches("WebsocketsApi").reduce((before, at) => readWebsocketSettings(at, before), base);
}

function readRoute(
  { at, functionKey }: FunctionEvent,
  table: FunctionTable,
  book: AuthorizerBook,
): WebsocketRoute {
  const integration = { type: "AWS_PROXY", functionKey, timeoutMs: integrationTimeoutMs } as const;
  if (at.isText) {
    return { routeKey: at.text(), integration, routeResponse: false };
  }
  const route = at.at("route");
  const routeKey = route.text();
  const authorizer = writtenAuthorizer(at);
  if (authorizer !== undefined && routeKey !== "$connect") {
    authorizer.refuse("left out", { hint: "Only $connect can have an authorizer." });
  }
  const response = at.optional("routeResponseSelectionExpression");
  return {
    routeKey,
    integration,
    ...(authorizer !== undefined && { authorizerId: readAuthorizer(authorizer, table, book) }),
    routeResponse: response?.oneOf(["$default"]) === "$default",
  };
}

function readAuthorizer(at: Cursor, table: FunctionTable, book: AuthorizerBook): string {
  const target = readTarget(at, table);
  const sources = at.isText ? undefined : at.optional("identitySource");
  const places = sources === undefined ? [] : sources.isList ? sources.items() : [sources];
  if (sources !== undefined && places.length === 0) sources.refuse("a list with at least one source");
  return book.add(
    {
      name: target,
      type: "REQUEST",
      functionKey: target,
      identitySources:
        sources === undefined
          ? [toIdentitySource(defaultSource, "route.request", at)]
          : places.map((place) => toIdentitySource(place.text(), "route.request", place)),
      ttlSeconds: 0,
    },
    at,
  );
}

function readTarget(at: Cursor, table: FunctionTable): string {
  if (at.isText) {
    const name = at.text();
    return name.includes(":") ? functionOfArn(at, table.functions).key : named(name, table.byKey, at).key;
  }
  const arn = at.optional("arn");
  if (arn !== undefined) {
    at.at("name").skip();
    return functionOfArn(arn, table.functions).key;
  }
  const name = at.at("name");
  return named(name.text({ expected: "the name of a function" }), table.byKey, name).key;
}
