// A REST API that is written as code, as the resources that CloudFormation would declare.
import type { Cursor } from "../read/cursor.ts";
import type { Declared } from "../read/declared.ts";
import { toRestPath } from "../read/paths.ts";
import { resourceId } from "../read/rest-events.ts";
import type { Tree } from "../read/tree.ts";
import { guardOf, handlerOf, members, part, toInvocation, type PartContext, type Ways } from "./parts.ts";

/** Gives every resource of the API; `paths` learns of the resources that routes stand on. */
export function declareRest(
  at: Cursor,
  context: PartContext,
  paths: Map<string, string>,
): readonly Declared[] {
  const { names } = context.definition;
  const own = { restApiId: names.id(10, "restApi") };
  const ofType = (
    type: string,
    key: string,
    say: (name: string, place: Cursor) => Readonly<Record<string, Tree | Cursor | undefined>>,
  ): Declared[] =>
    members(at, key).map(([name, place]) =>
      part(`AWS::ApiGateway::${type}`, name, place.with({ ...own, ...say(name, place) })),
    );
  const ways: Ways = new Map(
    members(at, "authorizers").map(([name, place]) => [
      name,
      place.at("type").text() === "COGNITO_USER_POOLS" ? "COGNITO_USER_POOLS" : "CUSTOM",
    ]),
  );
  return [
    part("AWS::ApiGateway::RestApi", names.service, at.with({ name: names.service })),
    ...ofType("Authorizer", "authorizers", (name, place) => ({
      name,
      authorizerUri: context.functions.arnOf(place.optional("handler"), name, context.definition),
    })),
    ...ofType("Model", "models", (name) => ({ name })),
    ...ofType("GatewayResponse", "gatewayResponses", (responseType) => ({ responseType })),
    ...ofType("Stage", "stages", (stageName) => ({ stageName })),
    ...members(at, "routes").flatMap(([route, place]) =>
      declareRoute(route, place, { context, ways, paths }),
    ),
  ];
}

interface RouteContext {
  readonly context: PartContext;
  readonly ways: Ways;
  readonly paths: Map<string, string>;
}

function declareRoute(route: string, at: Cursor, of: RouteContext): readonly Declared[] {
  const { names } = of.context.definition;
  const [, method = "", written = ""] =
    /^([A-Z]+) (\/\S*)$/.exec(route) ?? at.refuse('under a name such as "GET /rooms/{room}"');
  const path = toRestPath(written, at);
  const id = resourceId(path, names);
  of.paths.set(id, path);
  const settings = at.with({}); // a route may be nothing but its handler, and then is a map already
  const own = { restApiId: names.id(10, "restApi") };
  const validator = validatorOf(settings);
  const properties = settings.with({
    ...own,
    resourceId: id,
    httpMethod: method,
    ...guardOf(settings, "restApi", of),
    ...(validator && { requestValidatorId: names.id(6, "validator", route) }),
    integration: toIntegration(settings, route, of.context),
  });
  const cors = settings.optional("cors");
  return [
    ...(validator ? [part("AWS::ApiGateway::RequestValidator", route, validator.with(own))] : []),
    { ...part("AWS::ApiGateway::Method", route, properties), ...(cors && { cors }) },
  ];
}

/** What is written, or what models and required parameters ask for, as the framework has it. */
function validatorOf(at: Cursor): Cursor | undefined {
  const validator = at.at("requestValidator");
  if (validator.isGiven) return validator;
  const hasModels = at.optional("requestModels") !== undefined;
  const isRequired = members(at, "requestParameters").some(([, place]) => place.flag());
  if (!hasModels && !isRequired) return undefined;
  return validator.with({ validateRequestBody: hasModels, validateRequestParameters: true });
}

const integrationTypes = ["AWS_PROXY", "AWS", "HTTP", "HTTP_PROXY", "MOCK"] as const;

function toIntegration(at: Cursor, route: string, context: PartContext): Cursor {
  const arn = handlerOf(at, route, context);
  const integration = at.at("integration");
  const written = integration.isGiven ? integration.with({}) : undefined;
  const type = arn !== undefined && !written?.optional("type") ? "AWS_PROXY" : undefined;
  const kind = type ?? integration.at("type").oneOf(integrationTypes);
  const calls = kind === "AWS_PROXY" || (kind === "AWS" && written?.optional("uri") === undefined);
  if (arn === undefined) return integration;
  if (!calls) at.at("handler").refuse(`left out, as the integration is ${kind} and calls something else`);
  return integration.with({
    type: kind,
    uri: toInvocation(arn, context),
    integrationHttpMethod: "POST",
  });
}
