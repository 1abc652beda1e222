// The WebSocket API as CloudFormation resources declare or change it.
import type { WebsocketRoute } from "../model/websocket-api.ts";
import { readGuard } from "./authorizers.ts";
import { readFunctionUri } from "./aws-target.ts";
import type { Cursor } from "./cursor.ts";
import type { Routes } from "./definition.ts";
import { ofApi, type V2Context } from "./http-resources.ts";
import { readVariables } from "./stage-settings.ts";

/** What the settings of a WebSocket API can say. */
export interface WebsocketSettings {
  readonly name: string;
  readonly routeSelectionExpression: string;
}

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
  if (keys !== undefined && keys.text() !== "$request.header.x-api-key")
    keys.notSupported("API keys of a WebSocket API");
  const disabled = at.optional("DisableExecuteApiEndpoint");
  if (disabled?.flag() === true) disabled.notSupported("a WebSocket API without its default endpoint");
  return {
    name: at.optional("Name")?.text() ?? base.name,
    routeSelectionExpression:
      at.optional("RouteSelectionExpression")?.text() ?? base.routeSelectionExpression,
  };
}

interface Called {
  readonly functionKey: string;
  readonly timeoutMs: number;
}

/** Declared integrations by the id that `Ref` gives. */
export function readWebsocketIntegrations(context: V2Context): ReadonlyMap<string, Called> {
  return new Map(
    ofApi(context, "AWS::ApiGatewayV2::Integration").map(({ logicalId, properties: at }) => {
      for (const key of [
        "CredentialsArn",
        "Description",
        "IntegrationMethod",
        "PassthroughBehavior",
        "PayloadFormatVersion",
      ]) {
        at.at(key).skip();
      }
      at.at("ContentHandlingStrategy").skip();
      const type = at.at("IntegrationType");
      if (type.oneOf(["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"]) !== "AWS_PROXY") {
        type.notSupported(`the integration ${type.text()} of a WebSocket API`);
      }
      const { key: functionKey } = readFunctionUri(at.at("IntegrationUri"), context.table);
      const timeoutMs = at.optional("TimeoutInMillis")?.number({ min: 50, max: 29_000 }) ?? 29_000;
      return [context.definition.names.id(7, "integration", logicalId), { functionKey, timeoutMs }];
    }),
  );
}

/** Reads declared routes. @throws `ROUTE_DUPLICATE` */
export function readWebsocketRoutes(
  context: V2Context,
  routes: Routes,
  integrations: ReadonlyMap<string, Called>,
): readonly WebsocketRoute[] {
  const answered = new Set(
    ofApi(context, "AWS::ApiGatewayV2::RouteResponse").map(({ properties: at }) => {
      for (const key of [
        "RouteResponseKey",
        "ModelSelectionExpression",
        "ResponseModels",
        "ResponseParameters",
      ])
        at.at(key).skip();
      return at.at("RouteId").text();
    }),
  );
  return ofApi(context, "AWS::ApiGatewayV2::Route").map(({ logicalId, properties: at }) => {
    const routeKey = at.at("RouteKey").text();
    routes.claim(routeKey, at);
    const target = at.at("Target");
    const called =
      integrations.get(target.text().replace(/^integrations\//, "")) ??
      target.refuse('an integration of this definition, as in !Sub "integrations/${MyIntegration}"');
    const isAnswered = answered.has(context.definition.names.id(7, "route", logicalId));
    const selection = at.optional("RouteResponseSelectionExpression")?.oneOf(["$default"]);
    const bare = { routeKey, ...called, routeResponse: isAnswered && selection === "$default" };
    return readWebsocketRoute(at, bare, context);
  });
}

/** Reads the settings of a route over `base`. */
export function readWebsocketRoute(at: Cursor, base: WebsocketRoute, { book }: V2Context): WebsocketRoute {
  for (const key of ["ApiId", "RouteKey", "Target", "OperationName", "RouteResponseSelectionExpression"])
    at.at(key).skip();
  const keyed = at.optional("ApiKeyRequired");
  if (keyed?.flag() === true) keyed.notSupported("API keys of a WebSocket API");
  for (const key of ["ModelSelectionExpression", "RequestModels"])
    at.optional(key)?.notSupported("models of a WebSocket API");
  const { authorizerId: _, iam: __, ...open } = base;
  const guard = readGuard(at, base, { book, types: ["NONE", "AWS_IAM", "CUSTOM"] });
  const isGuarded = guard.iam === true || guard.authorizerId !== undefined;
  if (isGuarded && base.routeKey !== "$connect") {
    at.at(guard.iam ? "AuthorizationType" : "AuthorizerId").refuse("left out", {
      hint: "Only $connect can be guarded.",
    });
  }
  return { ...open, ...guard };
}

/** Reads a stage's name and variables; its logs and limits have no effect on this machine. */
export function readWebsocketStage(at: Cursor): {
  readonly stage: string;
  readonly stageVariables: Readonly<Record<string, string>>;
} {
  for (const key of [
    "ApiId",
    "AutoDeploy",
    "DeploymentId",
    "Description",
    "Tags",
    "AccessLogSettings",
    "DefaultRouteSettings",
    "RouteSettings",
  ]) {
    at.at(key).skip();
  }
  return {
    stage: at.at("StageName").matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _"),
    stageVariables: readVariables(at.optional("StageVariables")),
  };
}
