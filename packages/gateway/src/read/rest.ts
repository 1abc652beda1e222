// REST API: `http` events and `provider.apiGateway`.
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import type { RestStage } from "../model/stage.ts";
import { createAuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations, Declared } from "./declared.ts";
import { createRoutes, type Definition, type Routes } from "./definition.ts";
import { restMethodLogicalId } from "./framework-parts.ts";
import type { FunctionTable } from "./functions.ts";
import type { Names } from "./names.ts";
import { toMethod, toRestPath } from "./paths.ts";
import { readMethods, resourceId } from "./rest-events.ts";
import { createPreflights, type Preflights } from "./rest-cors.ts";
import { timeoutBounds } from "./integration-words.ts";
import { readMethodResource } from "./rest-method-resource.ts";
import {
  assertOwn,
  declaredApi,
  plainApi,
  readApiSettings,
  readDeclaredAuthorizers,
  readDeclaredModels,
  readGatewayResponses,
  readValidators,
  type ApiSettings,
  type RestContext,
} from "./rest-resources.ts";
import { readDeclaredStages } from "./rest-stage-resource.ts";
import { readOwnStages, readProviderStage, type BareStage, type MethodOfEvent } from "./rest-stages.ts";
import { readSharedModels } from "./rest-validation.ts";

/** AWS's bound unless the account has had it raised. */
const integrationTimeoutMs = 29_000;

/**
 * Reads the REST API: what `http` events ask the framework for, and what resources declare or change.
 *
 * Nothing where there is neither.
 *
 * @throws `ROUTE_DUPLICATE`, `INTEGRATION_UNKNOWN`, `NOT_SUPPORTED`, and the failures of authorizers
 */
export function readRestApi(
  definition: Definition,
  table: FunctionTable,
  declared: Declarations,
): RestApi | undefined {
  const events = table.events.filter((event) => event.kind === "http");
  const { names, root } = definition;
  const provider = root.at("provider");
  const own = declaredApi({ declared, definition }, events.length > 0);
  if (events.length === 0) ignoreProvider(provider, own !== undefined);
  if (events.length === 0 && own === undefined) return undefined;
  const settings = provider.optional("apiGateway");
  const book = createAuthorizerBook("restApi", names);
  const models = readSharedModels(settings?.optional("request"));
  const context: RestContext = { definition, declared, table, book, models };
  readDeclaredAuthorizers(context);
  readDeclaredModels(context);
  const preflights = createPreflights();
  const timeoutMs = settings?.optional("timeoutInMillis")?.number(timeoutBounds()) ?? integrationTimeoutMs;
  const routes = createRoutes();
  const made = readMethods(events, {
    table,
    names,
    authorizers: book,
    preflights,
    models,
    timeoutMs,
    routes,
  });
  const methods = readMethodsOf(context, { made, preflights, routes });
  const stages = readAllStages(context, made);
  const [main = bareStage(definition)] = stages;
  const gatewayResponses = readGatewayResponses(context);
  return {
    id: names.id(10, "restApi"),
    ...readSettings(context, own),
    stage: main.name,
    stageVariables: main.variables,
    deploymentId: main.deploymentId,
    methods,
    authorizers: book.authorizers,
    ...(book.cognito.length > 0 && { cognitoAuthorizers: book.cognito }),
    ...(models.byName.size > 0 && { models: Object.fromEntries(models.byName) }),
    ...(gatewayResponses.length > 0 && { gatewayResponses }),
    ...(!isPlain(stages) && { stages }),
  };
}

/** Without an API of its own the framework takes no notice of these. */
function ignoreProvider(provider: Cursor, isDeclared: boolean): void {
  for (const key of ["apiGateway", "apiName", "endpointType", "vpcEndpointIds", "resourcePolicy"]) {
    if (!isDeclared || provider.optional(key) === undefined) provider.at(key).skip();
  }
  provider.optional("logs")?.at("restApi").skip();
  provider.optional("tracing")?.at("apiGateway").skip();
}

function readSettings(context: RestContext, own: Declared | undefined): ApiSettings {
  const { definition, declared } = context;
  const plain = { ...plainApi, name: own?.logicalId ?? "" };
  if (own !== undefined) return own.properties.isGiven ? readApiSettings(own.properties, plain) : plain;
  const provider = definition.root.at("provider");
  const settings = provider.optional("apiGateway");
  const base: ApiSettings = {
    name: readName(provider, definition.names),
    binaryMediaTypes: settings?.optional("binaryMediaTypes")?.texts() ?? [],
    apiKeySource: settings?.optional("apiKeySourceType")?.oneOf(["HEADER", "AUTHORIZER"]) ?? "HEADER",
    ...readExposure(provider),
  };
  return declared.patches("ApiGatewayRestApi").reduce((before, at) => readApiSettings(at, before), base);
}

/** Every method: the framework's with what is laid over them, preflight answers, and the declared ones. */
function readMethodsOf(
  context: RestContext,
  of: { readonly made: readonly MethodOfEvent[]; readonly preflights: Preflights; readonly routes: Routes },
): readonly RestMethod[] {
  const { definition, declared, table, book } = context;
  const { names, paths } = definition;
  const validators = readValidators(context);
  const methodContext = { table, book, validators };
  const own: RestMethod[] = [];
  for (const { properties: at } of declared.of("AWS::ApiGateway::Resource")) {
    assertOwn(at, definition);
    for (const key of ["ParentId", "PathPart"]) at.at(key).text();
  }
  for (const { properties: at, cors } of declared.of("AWS::ApiGateway::Method")) {
    assertOwn(at, definition);
    const place = at.at("ResourceId");
    const path =
      paths.get(place.text()) ?? place.refuse("a resource of this definition, as in !Ref MyResource");
    const method = toMethod(at.at("HttpMethod").text(), at.at("HttpMethod"));
    of.routes.claim(`${method} ${path}`, at);
    const integration = { type: "MOCK", requestParameters: {}, requestTemplates: {}, responses: [] } as const;
    const base = {
      ...integration,
      passthroughBehavior: "WHEN_NO_MATCH",
      timeoutMs: integrationTimeoutMs,
    } as const;
    const bare = { method, path: toRestPath(path, place), resourceId: place.text(), apiKeyRequired: false };
    if (cors !== undefined) of.preflights.read(cors, bare.path, method);
    own.push(readMethodResource(at, { ...bare, integration: base }, methodContext));
  }
  const framework = of.made.map(({ method }) => method);
  const preflights = of.preflights.methods([...framework, ...own], (path) => resourceId(path, names));
  return [
    ...[...framework, ...preflights].map((method) =>
      declared
        .patches(restMethodLogicalId(method.method, method.path))
        .reduce((before, at) => readMethodResource(at, before, methodContext), method),
    ),
    ...own,
  ];
}

function bareStage({ root, names }: Definition): BareStage {
  const settings = root.at("provider").optional("apiGateway");
  return {
    name:
      settings?.optional("stage")?.matching(/^[\w-]{1,128}$/, "a stage: letters, digits, - and _") ??
      names.stage,
    variables: {},
    deploymentId: names.id(6, "deployment"),
  };
}

function readAllStages(context: RestContext, made: readonly MethodOfEvent[]): readonly RestStage[] {
  const { definition } = context;
  const framework = made.length > 0 ? [readProviderStage(definition.root, bareStage(definition), made)] : [];
  const known = readDeclaredStages(context, framework);
  return readOwnStages(definition, known.length > 0 ? known : [bareStage(definition)]);
}

/** Whether there is nothing to tell of the stages but what the API says itself. */
function isPlain([main, ...others]: readonly RestStage[]): boolean {
  return (
    main === undefined ||
    (others.length === 0 && Object.keys(main).length === 3 && Object.keys(main.variables).length === 0)
  );
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
    endpointType: endpointType ?? "EDGE", // as the framework has it
    ...(endpoints !== undefined && { vpcEndpointIds: endpoints.texts() }),
    ...(disabled !== undefined && { disableExecuteApiEndpoint: disabled }),
  };
}
