// The WebSocket API as CloudFormation resources declare or change it: settings, routes, models.
import type { WebsocketApi, WebsocketIntegration, WebsocketRoute } from "../model/websocket-api.ts";
import { modelName } from "./api-references.ts";
import { readGuard } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { Routes } from "./definition.ts";
import { ofApi, type V2Context } from "./http-resources.ts";
import { parseSchema } from "./rest-validation.ts";

/** What the settings of a WebSocket API can say. */
export type WebsocketSettings = Pick<WebsocketApi, "name" | "routeSelectionExpression" | "apiKeySource">;

const keySources = {
  "$request.header.x-api-key": "HEADER",
  "$context.authorizer.usageIdentifierKey": "AUTHORIZER",
} as const;

/** Reads the settings of a WebSocket API over `base`. */
export function readWebsocketSettings(at: Cursor, base: WebsocketSettings): WebsocketSettings {
  for (const key of [
    "Description",
    "Tags",
    "Version",
    "ProtocolType",
    "DisableSchemaValidation",
    "IpAddressType",
  ]) {
    at.at(key).skip();
  }
  const keys = at.optional("ApiKeySelectionExpression");
  const expressions = Object.keys(keySources) as (keyof typeof keySources)[]; // the table's own keys
  const disabled = at.optional("DisableExecuteApiEndpoint");
  if (disabled?.flag() === true) disabled.notSupported("a WebSocket API without its default endpoint");
  return {
    ...base,
    name: at.optional("Name")?.text() ?? base.name,
    routeSelectionExpression:
      at.optional("RouteSelectionExpression")?.text() ?? base.routeSelectionExpression,
    ...(keys !== undefined && { apiKeySource: keySources[keys.oneOf(expressions)] }),
  };
}

/** Declared models by name. */
export function readWebsocketModels(context: V2Context): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    ofApi(context, "AWS::ApiGatewayV2::Model").map(({ logicalId, properties: at }) => {
      for (const key of ["ContentType", "Description"]) at.at(key).skip();
      const schema = at.optional("Schema");
      const name = modelName(logicalId, at.optional("Name")?.text());
      return [name, schema === undefined ? {} : schema.isText ? parseSchema(schema) : schema.json()];
    }),
  );
}

/** Reads declared routes. @throws `ROUTE_DUPLICATE` */
export function readWebsocketRoutes(
  context: V2Context,
  routes: Routes,
  integrations: ReadonlyMap<string, WebsocketIntegration>,
): readonly WebsocketRoute[] {
  const answered = new Set(
    ofApi(context, "AWS::ApiGatewayV2::RouteResponse").map(({ properties: at }) => {
      for (const key of ["ModelSelectionExpression", "ResponseModels", "ResponseParameters"])
        at.at(key).skip();
      at.optional("RouteResponseKey")?.oneOf(["$default"]);
      return at.at("RouteId").text();
    }),
  );
  return ofApi(context, "AWS::ApiGatewayV2::Route").map(({ logicalId, properties: at }) => {
    const routeKey = at.at("RouteKey").text();
    routes.claim(routeKey, at);
    const target = at.at("Target");
    const integration =
      integrations.get(target.text().replace(/^integrations\//, "")) ??
      target.refuse('an integration of this definition, as in !Sub "integrations/${MyIntegration}"');
    const isAnswered = answered.has(context.definition.names.id(7, "route", logicalId));
    const selection = at.optional("RouteResponseSelectionExpression")?.oneOf(["$default"]);
    const bare = { routeKey, integration, routeResponse: isAnswered && selection === "$default" };
    return readWebsocketRoute(at, bare, context);
  });
}

/** Reads the settings of a route over `base`. */
export function readWebsocketRoute(at: Cursor, base: WebsocketRoute, context: V2Context): WebsocketRoute {
  for (const key of ["ApiId", "RouteKey", "Target", "OperationName", "RouteResponseSelectionExpression"])
    at.at(key).skip();
  readParameters(at.optional("RequestParameters"), context);
  const keyed = at.optional("ApiKeyRequired")?.flag();
  const selection = at.optional("ModelSelectionExpression")?.text();
  const models = at.optional("RequestModels")?.record();
  const { authorizerId: _, iam: __, ...open } = base;
  const guard = readGuard(at, base, { book: context.book, types: ["NONE", "AWS_IAM", "CUSTOM"] });
  const isGuarded = guard.iam === true || guard.authorizerId !== undefined;
  if (isGuarded && base.routeKey !== "$connect") {
    at.at(guard.iam ? "AuthorizationType" : "AuthorizerId").refuse("left out", {
      hint: "Only $connect can be guarded.",
    });
  }
  if (keyed === true && base.routeKey !== "$connect") {
    at.at("ApiKeyRequired").refuse("false", { hint: "API Gateway looks at API keys on $connect only." });
  }
  return {
    ...open,
    ...guard,
    ...(keyed !== undefined && { apiKeyRequired: keyed }),
    ...(selection !== undefined && { modelSelection: selection }),
    ...(models !== undefined && { requestModels: models }),
  };
}

/** Mappings need no declaration here; whether a parameter is required is not looked at, which is said. */
function readParameters(at: Cursor | undefined, { definition }: V2Context): void {
  for (const [name, place] of at?.entries() ?? []) {
    const isRequired = place.isMap ? (place.optional("Required")?.flag() ?? false) : place.flag();
    if (isRequired) definition.notice(place.path, `Whether ${name} is there is not checked on this machine.`);
  }
}
