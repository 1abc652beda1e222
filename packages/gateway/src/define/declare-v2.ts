// HTTP and WebSocket APIs that are written as code, as the resources that CloudFormation would declare.
import type { Cursor } from "../read/cursor.ts";
import type { Declared } from "../read/declared.ts";
import type { Tree } from "../read/tree.ts";
import { guardOf, handlerOf, members, part, toInvocation, type PartContext, type Ways } from "./parts.ts";

type Kind = "httpApi" | "websocketApi";

/** Gives every resource of the API. */
export function declareV2(kind: Kind, at: Cursor, context: PartContext): readonly Declared[] {
  const { names } = context.definition;
  const apiId = names.id(10, kind);
  const isHttp = kind === "httpApi";
  const protocolType = isHttp ? "HTTP" : "WEBSOCKET";
  const authorizers = members(at, "authorizers");
  const ways: Ways = new Map(
    authorizers.map(([name, place]) => [
      name,
      place.at("authorizerType").text() === "JWT" ? "JWT" : "CUSTOM",
    ]),
  );
  return [
    part("AWS::ApiGatewayV2::Api", names.service, at.with({ name: names.service, protocolType })),
    ...authorizers.map(([name, place]) =>
      part("AWS::ApiGatewayV2::Authorizer", name, toAuthorizer(name, place, { apiId, isHttp, context })),
    ),
    ...members(at, "models").map(([name, place]) =>
      part("AWS::ApiGatewayV2::Model", name, place.with({ apiId, name })),
    ),
    ...members(at, "stages").map(([stageName, place]) =>
      part("AWS::ApiGatewayV2::Stage", stageName, place.with({ apiId, stageName })),
    ),
    ...members(at, "routes").flatMap(([route, place]) => declareRoute(route, place, { kind, context, ways })),
  ];
}

function toAuthorizer(
  name: string,
  at: Cursor,
  of: { readonly apiId: string; readonly isHttp: boolean; readonly context: PartContext },
): Cursor {
  const { functions, definition } = of.context;
  const authorizerUri = functions.arnOf(at.optional("handler"), name, definition);
  const sources = at.at("identitySource");
  const usual: Tree = [of.isHttp ? "$request.header.Authorization" : "route.request.header.Authorization"];
  const identitySource = sources.isGiven ? sources : usual;
  return at.with({ name, apiId: of.apiId, authorizerUri, identitySource });
}

function declareRoute(
  route: string,
  at: Cursor,
  of: { readonly kind: Kind; readonly context: PartContext; readonly ways: Ways },
): readonly Declared[] {
  const { names } = of.context.definition;
  const apiId = names.id(10, of.kind);
  const settings = at.with({});
  const properties = settings.with({
    apiId,
    routeKey: route,
    target: `integrations/${names.id(7, "integration", route)}`,
    ...guardOf(settings, of.kind, of),
  });
  const answers = settings.optional("routeResponseSelectionExpression");
  const response = { apiId, routeId: names.id(7, "route", route) };
  const integration = toIntegration(settings, route, of.context);
  const integrationId = names.id(7, "integration", route);
  const mapped = integration.optional("integrationResponses")?.items() ?? [];
  return [
    part("AWS::ApiGatewayV2::Integration", route, integration.with({ apiId })),
    ...mapped.map((one) =>
      part("AWS::ApiGatewayV2::IntegrationResponse", route, one.with({ apiId, integrationId })),
    ),
    part("AWS::ApiGatewayV2::Route", route, properties),
    ...(answers === undefined
      ? []
      : [part("AWS::ApiGatewayV2::RouteResponse", route, settings.with(response))]),
  ];
}

function toIntegration(at: Cursor, route: string, context: PartContext): Cursor {
  const arn = handlerOf(at, route, context);
  const written = at.at("integration").with({});
  const type = written.optional("integrationType")?.text() ?? "AWS_PROXY";
  if (arn === undefined) return written.with({ integrationType: type });
  const calls =
    ["AWS_PROXY", "AWS"].includes(type) &&
    ["integrationSubtype", "integrationUri"].every((key) => written.optional(key) === undefined);
  if (!calls) at.at("handler").refuse("left out, as the integration calls something else");
  const payload = written.at("payloadFormatVersion");
  return written.with({
    integrationType: type,
    integrationUri: toInvocation(arn, context),
    integrationMethod: "POST",
    payloadFormatVersion: payload.isGiven ? payload : "2.0",
  });
}
