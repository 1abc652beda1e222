// REST API: `http` events and `provider.apiGateway`.
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import { createAuthorizerBook, type AuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import { createRoutes, type Definition } from "./definition.ts";
import type { FunctionEvent, FunctionTable } from "./functions.ts";
import type { Names } from "./names.ts";
import { splitRoute, toMethod, toRestPath } from "./paths.ts";
import { readRestAuthorizer } from "./rest-authorizer.ts";
import { createPreflights, type Preflights } from "./rest-cors.ts";
import { readIntegration, timeoutBounds } from "./rest-integration.ts";
import { readCacheKey, readProviderStage, readStages, type MethodOfEvent } from "./rest-stages.ts";
import { readSharedModels, readValidation, type Models } from "./rest-validation.ts";

/** AWS's bound unless the account has had it raised. */
const integrationTimeoutMs = 29_000;

/**
 * Reads the REST API, or nothing where no function has an `http` event.
 *
 * @throws `ROUTE_DUPLICATE`, `INTEGRATION_UNKNOWN`, `NOT_SUPPORTED`, and the failures of authorizers
 */
export function readRestApi(definition: Definition, table: FunctionTable): RestApi | undefined {
  const events = table.events.filter((event) => event.kind === "http");
  const { names, root } = definition;
  const provider = root.at("provider");
  if (events.length === 0) {
    // Without an API these have no effect on AWS either.
    for (const key of ["apiGateway", "apiName", "endpointType", "vpcEndpointIds", "resourcePolicy"]) {
      provider.at(key).skip();
    }
    provider.optional("logs")?.at("restApi").skip();
    provider.optional("tracing")?.at("apiGateway").skip();
    return undefined;
  }
  const settings = provider.optional("apiGateway");
  const authorizers = createAuthorizerBook("restApi", names);
  const preflights = createPreflights();
  const models = readSharedModels(settings?.optional("request"));
  const shared: Shared = {
    table,
    names,
    authorizers,
    preflights,
    models,
    timeoutMs: settings?.optional("timeoutInMillis")?.number(timeoutBounds) ?? integrationTimeoutMs,
  };
  const made = readMethods(events, shared);
  const methods = made.map(({ method }) => method);
  const bare = {
    name:
      settings?.optional("stage")?.matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _") ??
      names.stage,
    variables: {},
    deploymentId: names.id(6, "deployment"),
  };
  const stages = readStages(definition, readProviderStage(root, bare, made));
  const main = stages?.[0] ?? bare;
  return {
    id: names.id(10, "restApi"),
    name: readName(provider, names),
    stage: main.name,
    stageVariables: main.variables,
    deploymentId: main.deploymentId,
    binaryMediaTypes: settings?.optional("binaryMediaTypes")?.texts() ?? [],
    apiKeySource: settings?.optional("apiKeySourceType")?.oneOf(["HEADER", "AUTHORIZER"]) ?? "HEADER",
    methods: [...methods, ...preflights.methods(methods, (path) => resourceId(path, names))],
    authorizers: authorizers.authorizers,
    ...(authorizers.cognito.length > 0 && { cognitoAuthorizers: authorizers.cognito }),
    ...(models.byName.size > 0 && { models: Object.fromEntries(models.byName) }),
    ...readExposure(provider),
    ...(stages !== undefined && { stages }),
  };
}

function readName(provider: Cursor, { service, stage }: Names): string {
  const serviceFirst =
    provider.optional("apiGateway")?.optional("shouldStartNameWithService")?.flag() ?? false;
  return (
    provider.optional("apiName")?.text() ?? (serviceFirst ? `${service}-${stage}` : `${stage}-${service}`)
  );
}

/** How an API can be reached, and by whom. */
function readExposure(
  provider: Cursor,
): Pick<
  RestApi,
  | "minimumCompressionSize"
  | "resourcePolicy"
  | "endpointType"
  | "vpcEndpointIds"
  | "disableExecuteApiEndpoint"
> {
  const settings = provider.optional("apiGateway");
  settings?.at("endpoint").skip(); // TLS versions, which nobody speaks on this machine
  const size = settings?.optional("minimumCompressionSize")?.number({ min: 0, max: 10_485_760 });
  const policy = settings?.optional("resourcePolicy") ?? provider.optional("resourcePolicy");
  const statements = policy?.items().map((item) => item.json());
  const endpointType = provider.optional("endpointType")?.oneOf(["REGIONAL", "EDGE", "PRIVATE"]);
  const endpoints = provider.optional("vpcEndpointIds");
  if (endpoints !== undefined && endpointType !== "PRIVATE") {
    endpoints.refuse("left out, as only private APIs have VPC endpoints");
  }
  const disabled = settings?.optional("disableDefaultEndpoint")?.flag();
  return {
    ...(size !== undefined && { minimumCompressionSize: size }),
    ...(statements !== undefined &&
      statements.length > 0 && { resourcePolicy: { Version: "2012-10-17", Statement: statements } }),
    ...(endpointType !== undefined && { endpointType }),
    ...(endpoints !== undefined && { vpcEndpointIds: endpoints.texts() }),
    ...(disabled !== undefined && { disableExecuteApiEndpoint: disabled }),
  };
}

interface Shared {
  readonly table: FunctionTable;
  readonly names: Names;
  readonly authorizers: AuthorizerBook;
  readonly preflights: Preflights;
  readonly models: Models;
  readonly timeoutMs: number;
}

function readMethods(events: readonly FunctionEvent[], shared: Shared): MethodOfEvent[] {
  const routes = createRoutes();
  const variables = new Map<string, string>();
  return events.map((event) => {
    const method = readMethod(event, shared);
    routes.claim(`${method.method} ${method.path}`, event.at);
    assertOneVariable(method.path, variables, event.at);
    return { event, method };
  });
}

function readMethod({ at, functionKey }: FunctionEvent, shared: Shared): RestMethod {
  if (at.isText) {
    const { method, path } = splitRoute(at);
    return {
      ...routeOf(toMethod(method, at), toRestPath(path, at), shared.names),
      apiKeyRequired: false,
      integration: { type: "AWS_PROXY", functionKey, timeoutMs: shared.timeoutMs },
    };
  }
  const path = toRestPath(
    at.at("path").isWritten ? textOrEmpty(at.at("path")) : at.at("path").text(),
    at.at("path"),
  );
  const method = toMethod(at.at("method").text(), at.at("method"));
  const lambda = shared.table.byKey.get(functionKey);
  if (lambda === undefined) return at.refuse("an event of a function");
  const operationName = at.optional("operationId")?.text();
  const { integration, methodResponses } = readIntegration(at, { lambda, method, ...shared });
  const cacheKey = readCacheKey(at);
  shared.preflights.read(at.at("cors"), path, method);
  return {
    ...routeOf(method, path, shared.names),
    ...(operationName !== undefined && { operationName }),
    ...readRestAuthorizer(at, shared.table, shared.authorizers),
    apiKeyRequired: at.at("private").isWritten && at.at("private").flag(),
    ...readValidation(at, shared.models, `${method} ${path}`),
    ...(methodResponses !== undefined && { methodResponses }),
    integration:
      cacheKey.length > 0 && integration.type !== "MOCK_CORS"
        ? { ...integration, cacheKeyParameters: cacheKey }
        : integration,
  };
}

/** The root path is written `/` or as empty text. */
function textOrEmpty(at: Cursor): string {
  return at.isText && at.json() === "" ? "" : at.text();
}

function routeOf(
  method: string,
  path: string,
  names: Names,
): Pick<RestMethod, "method" | "path" | "resourceId"> {
  return { method, path, resourceId: resourceId(path, names) };
}

/** The id of a resource, as `Ref` gives it. */
export function resourceId(path: string, names: Names): string {
  return names.id(path === "/" ? 10 : 6, "resource", path);
}

/** Two names for one segment would make the route of a request a matter of luck; API Gateway refuses it too. */
function assertOneVariable(path: string, variables: Map<string, string>, at: Cursor): void {
  const segments = path.split("/");
  for (const [index, segment] of segments.entries()) {
    if (!segment.startsWith("{") || segment.endsWith("+}")) continue;
    const parent = segments.slice(0, index).join("/");
    const other = variables.get(parent) ?? segment;
    if (other !== segment) {
      at.refuse(`a path with ${other} after ${parent || "/"}, as another event has it`, {
        hint: "API Gateway allows one name for a segment.",
      });
    }
    variables.set(parent, segment);
  }
}
