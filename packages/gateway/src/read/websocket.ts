// WebSocket API: `websocket` events and what `provider` says of them.
import type { WebsocketApi, WebsocketRoute } from "../model/websocket-api.ts";
import { createAuthorizerBook, functionOfArn, toIdentitySource, writtenAuthorizer } from "./authorizers.ts";
import type { AuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import { createRoutes, named, type Definition } from "./definition.ts";
import type { FunctionEvent, FunctionTable } from "./functions.ts";

/** AWS's bound; it cannot be raised. */
const integrationTimeoutMs = 29_000;
const defaultSource = "route.request.header.Auth";

/**
 * Reads the WebSocket API, or nothing where no function has a `websocket` event.
 *
 * @throws `ROUTE_DUPLICATE`, and the failures of authorizers
 */
export function readWebsocketApi(definition: Definition, table: FunctionTable): WebsocketApi | undefined {
  const events = table.events.filter((event) => event.kind === "websocket");
  if (events.length === 0) return undefined;
  const { names } = definition;
  const provider = definition.root.at("provider");
  const book = createAuthorizerBook("websocketApi", names);
  const routes = createRoutes();
  const read = events.map((event) => {
    const route = readRoute(event, table, book);
    routes.claim(route.routeKey, event.at);
    return route;
  });
  return {
    id: names.id(10, "websocketApi"),
    name: provider.optional("websocketsApiName")?.text() ?? `${names.stage}-${names.service}-websockets`,
    stage: names.stage,
    stageVariables: {},
    routeSelectionExpression:
      provider.optional("websocketsApiRouteSelectionExpression")?.text() ?? "$request.body.action",
    routes: read,
    authorizers: book.authorizers,
  };
}

function readRoute(
  { at, functionKey }: FunctionEvent,
  table: FunctionTable,
  book: AuthorizerBook,
): WebsocketRoute {
  if (at.isText) {
    return { routeKey: at.text(), functionKey, routeResponse: false, timeoutMs: integrationTimeoutMs };
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
    functionKey,
    ...(authorizer !== undefined && { authorizerId: readAuthorizer(authorizer, table, book) }),
    routeResponse: response?.oneOf(["$default"]) === "$default",
    timeoutMs: integrationTimeoutMs,
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
