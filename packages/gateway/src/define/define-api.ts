// APIs written as code: the same service as a definition file describes, without the file.
import { resolve } from "node:path";
import type { CognitoAuthorizer, JwtAuthorizer, LambdaAuthorizer } from "../model/authorizer.ts";
import { failures } from "../failures.ts";
import type { HttpApi, HttpRoute } from "../model/http-api.ts";
import type { ApiKey, RestApi, RestMethod, UsagePlan } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { createNames, localAccountId, type Names } from "../read/names.ts";
import { toAuthorizers, type Authorizers } from "./authorizers.ts";
import { createFunctionList, type FunctionList } from "./functions.ts";
import { toHttpRoute, toRestMethod } from "./methods.ts";
import type { AuthorizerSettings, HttpRouteSettings, InlineRoute, RestRouteSettings } from "./routes.ts";

/** What a REST API says beside its routes; what is left out is as API Gateway has it. */
export type RestSettings = Partial<
  Pick<
    RestApi,
    | "stage"
    | "stageVariables"
    | "binaryMediaTypes"
    | "apiKeySource"
    | "models"
    | "gatewayResponses"
    | "minimumCompressionSize"
    | "resourcePolicy"
    | "endpointType"
    | "vpcEndpointIds"
    | "disableExecuteApiEndpoint"
    | "stages"
  >
>;

/** What an HTTP API says beside its routes. */
export type HttpSettings = Partial<
  Pick<
    HttpApi,
    | "stage"
    | "stageVariables"
    | "cors"
    | "accessLog"
    | "defaultThrottle"
    | "routeThrottles"
    | "otherStages"
    | "disableExecuteApiEndpoint"
  >
>;

/** An API, written as code. */
export interface ApiDefinition<Authorizer extends string> {
  /** A letter, then letters, digits and `-`. */
  readonly name: string;
  /** @default "dev" */
  readonly stage?: string;
  /** @default "us-east-1" */
  readonly region?: string;
  /** Handler files are named from here. @default the working directory */
  readonly folder?: string;
  /** By the name that routes use. */
  readonly authorizers?: Readonly<Record<Authorizer, AuthorizerSettings>>;
  readonly rest?: RestSettings & {
    /** By `GET /rooms/{room}`. */
    readonly routes: Readonly<Record<string, InlineRoute | RestRouteSettings<NoInfer<Authorizer>>>>;
  };
  readonly http?: HttpSettings & {
    /** By `GET /rooms/{room}`, or `$default`. */
    readonly routes: Readonly<Record<string, InlineRoute | HttpRouteSettings<NoInfer<Authorizer>>>>;
  };
  /** Keys of the REST API: values of 20 to 128 characters by name. */
  readonly apiKeys?: Readonly<Record<string, string>>;
  /** Limits of those who have a key. */
  readonly usagePlan?: Pick<UsagePlan, "throttle" | "quota">;
}

/**
 * Makes a service from code, for {@link startGateway}.
 *
 * A handler that is a function runs in this process and gets events as a Lambda does; one that is a file is
 * bundled and runs as a definition's functions do.
 *
 * @example
 * const definition = defineApi({
 *   name: "notes",
 *   rest: { routes: { "GET /notes/{id}": () => ({ statusCode: 200, body: "{}" }) } },
 * });
 * const gateway = await startGateway({ definition });
 *
 * @throws `API_DEFINITION_INVALID` with what is wrong and where
 */
export function defineApi<const Authorizer extends string = never>(
  definition: ApiDefinition<Authorizer>,
): Service {
  const { name, stage = "dev", region = "us-east-1", folder = "." } = definition;
  if (!/^[a-zA-Z][\w-]*$/.test(name)) throw invalid("name", "a letter, then letters, digits and -");
  if (!/^[\w-]{1,128}$/.test(stage)) throw invalid("stage", "letters, digits, - and _");
  const names = createNames({ service: name, stage, region, accountId: localAccountId });
  const functions = createFunctionList(names);
  const written: Readonly<Record<string, AuthorizerSettings>> = definition.authorizers ?? {};
  const restApi = definition.rest && toRest(definition.rest, { names, functions, written });
  const httpApi = definition.http && toHttp(definition.http, { names, functions, written });
  return {
    name,
    stage,
    region,
    accountId: localAccountId,
    folder: resolve(folder),
    ...(restApi !== undefined && { restApi }),
    ...(httpApi !== undefined && { httpApi }),
    ...toMetering(definition, restApi, names),
    functions: functions.functions,
    tables: [],
    buckets: [],
    userPools: [],
    notices: [],
  };
}

interface Context {
  readonly names: Names;
  readonly functions: FunctionList;
  readonly written: Readonly<Record<string, AuthorizerSettings>>;
}

function toRest(
  rest: NonNullable<ApiDefinition<string>["rest"]>,
  { names, functions, written }: Context,
): RestApi {
  const { routes, ...settings } = rest;
  const authorizers = toAuthorizers("restApi", written, { names, functions });
  const methods = Object.entries(routes).map(([route, given]): RestMethod =>
    toRestMethod(route, toSettings(given), { names, functions, authorizers }),
  );
  const bare = {
    stage: names.stage,
    stageVariables: {},
    binaryMediaTypes: [],
    apiKeySource: "HEADER",
  } as const;
  const [lambdas, pools] = [used(authorizers, "lambda", methods), used(authorizers, "pool", methods)];
  return {
    id: names.id(10, "restApi"),
    name: names.service,
    deploymentId: names.id(6, "deployment"),
    ...bare,
    ...settings,
    methods,
    authorizers: lambdas as LambdaAuthorizer[], // of the kind that was asked for
    ...(pools.length > 0 && { cognitoAuthorizers: pools as CognitoAuthorizer[] }), // likewise
  };
}

function toHttp(
  http: NonNullable<ApiDefinition<string>["http"]>,
  { names, functions, written }: Context,
): HttpApi {
  const { routes: given, ...settings } = http;
  const authorizers = toAuthorizers("httpApi", written, { names, functions });
  const routes = Object.entries(given).map(([route, one]): HttpRoute =>
    toHttpRoute(route, toSettings(one), { names, functions, authorizers }),
  );
  const jwts = used(authorizers, "jwt", routes);
  return {
    id: names.id(10, "httpApi"),
    name: names.service,
    stage: "$default",
    stageVariables: {},
    ...settings,
    routes,
    authorizers: used(authorizers, "lambda", routes) as LambdaAuthorizer[], // of the kind that was asked for
    ...(jwts.length > 0 && { jwtAuthorizers: jwts as JwtAuthorizer[] }), // likewise
  };
}

function toSettings<Settings>(given: InlineRoute | Settings): Settings | { readonly handler: InlineRoute } {
  return typeof given === "function" ? { handler: given as InlineRoute } : given; // settings are no function
}

/** Those of one kind that a route names. */
function used(
  authorizers: Authorizers,
  kind: "lambda" | "pool" | "jwt",
  routes: readonly { readonly authorizerId?: string }[],
): readonly (LambdaAuthorizer | CognitoAuthorizer | JwtAuthorizer)[] {
  return [...authorizers.values()]
    .filter(
      (one) => one.kind === kind && routes.some(({ authorizerId }) => authorizerId === one.authorizer.id),
    )
    .map(({ authorizer }) => authorizer);
}

function toMetering(
  { apiKeys = {}, usagePlan }: ApiDefinition<string>,
  api: RestApi | undefined,
  names: Names,
): { readonly apiKeys: readonly ApiKey[]; readonly usagePlans: readonly UsagePlan[] } {
  const keys = Object.entries(apiKeys).map(([name, value]): ApiKey => {
    if (value.length < 20 || value.length > 128) throw invalid(`apiKeys.${name}`, "20 to 128 characters");
    return { id: names.id(10, "apiKey", name), name, value, enabled: true };
  });
  if (api === undefined || (keys.length === 0 && usagePlan === undefined))
    return { apiKeys: [], usagePlans: [] };
  const plan: UsagePlan = {
    id: names.id(6, "usagePlan"),
    name: names.stack,
    apiKeyIds: keys.map(({ id }) => id),
    stages: [{ apiId: api.id, stage: api.stage }],
    ...usagePlan,
  };
  return { apiKeys: keys, usagePlans: [plan] };
}

function invalid(at: string, expected: string): Error {
  return failures.create("API_DEFINITION_INVALID", { at, expected });
}
