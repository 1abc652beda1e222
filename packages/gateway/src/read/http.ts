// HTTP API: `httpApi` events and `provider.httpApi`.
import type { HttpApi, HttpRoute } from "../model/http-api.ts";
import { createAuthorizerBook } from "./authorizers.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations, Declared } from "./declared.ts";
import { createRoutes, type Definition, type Routes } from "./definition.ts";
import { httpRouteLogicalId } from "./framework-parts.ts";
import type { FunctionEvent } from "./events.ts";
import type { FunctionTable } from "./functions.ts";
import { readAuthorizer, readRouteAuthorizer } from "./http-authorizers.ts";
import { readHttpCors } from "./http-cors.ts";
import { patchIntegration, readHttpIntegrations } from "./http-integrations.ts";
import {
  declaredV2Api,
  ofApi,
  readDeclaredRoutes,
  readHttpSettings,
  readRouteResource,
  readV2Authorizers,
  readV2Stage,
  type V2Context,
} from "./http-resources.ts";
import { bareStage, readHttpStages, toOtherStage, type HttpStages } from "./http-stages.ts";
import { toLogicalName, type Names } from "./names.ts";
import { splitRoute, toHttpPath, toMethod } from "./paths.ts";

/** AWS's bound; it cannot be raised. */
const integrationTimeoutMs = 30_000;

/**
 * Reads the HTTP API: what `httpApi` events ask the framework for, and what resources declare or change.
 *
 * Nothing where there is neither.
 *
 * @throws `ROUTE_DUPLICATE`, `AUTHORIZER_UNKNOWN`, `NOT_SUPPORTED`
 */
export function readHttpApi(
  definition: Definition,
  table: FunctionTable,
  declared: Declarations,
): HttpApi | undefined {
  const events = table.events.filter((event) => event.kind === "httpApi");
  const { names, root } = definition;
  const provider = root.at("provider");
  const settings = provider.optional("httpApi");
  const own = declaredV2Api(declared, "HTTP", events.length > 0);
  if (events.length === 0) {
    settings?.skip(); // without an API of the framework's it has no effect on AWS either
    provider.optional("logs")?.at("httpApi").skip();
    if (own === undefined) return undefined;
  }
  const book = createAuthorizerBook("httpApi", names);
  const context: V2Context = { kind: "httpApi", definition, declared, table, book };
  readV2Authorizers(context);
  for (const { at } of ofApi(context, "AWS::ApiGatewayV2::Deployment")) at.skip();
  const claimed = createRoutes();
  const framework = events.length === 0 ? [] : readFrameworkRoutes(events, { settings, context, claimed });
  const integrations = new Map([
    ...readHttpIntegrations(context),
    ...frameworkIntegrations(framework, names),
  ]);
  const routes = [...framework, ...readDeclaredRoutes(context, claimed, integrations)];
  return {
    id: names.id(10, "httpApi"),
    ...readSettings(context, own, framework),
    routes,
    authorizers: book.authorizers,
    ...(book.jwt.length > 0 && { jwtAuthorizers: book.jwt }),
    ...readHttpStages(
      root,
      readDeclaredStages(context, own === undefined ? bareStage(provider, names) : undefined),
    ),
  };
}

function readSettings(
  { definition, declared }: V2Context,
  own: Declared | undefined,
  routes: readonly HttpRoute[],
): Pick<HttpApi, "name" | "cors" | "disableExecuteApiEndpoint"> {
  if (own !== undefined) return readHttpSettings(own.properties, { name: own.logicalId });
  const { service, stage } = definition.names;
  const settings = definition.root.at("provider").optional("httpApi");
  const serviceFirst = settings?.optional("shouldStartNameWithService")?.flag() ?? false;
  const cors = readHttpCors(settings?.at("cors"), routes);
  const disabled = settings?.optional("disableDefaultEndpoint")?.flag();
  const base = {
    name:
      settings?.optional("name")?.text() ?? (serviceFirst ? `${service}-${stage}` : `${stage}-${service}`),
    ...(cors !== undefined && { cors }),
    ...(disabled !== undefined && { disableExecuteApiEndpoint: disabled }),
  };
  return declared
    .patches("HttpApi")
    .reduce<ReturnType<typeof readHttpSettings>>((before, at) => readHttpSettings(at, before), base);
}

function readFrameworkRoutes(
  events: readonly FunctionEvent[],
  of: { readonly settings: Cursor | undefined; readonly context: V2Context; readonly claimed: Routes },
): readonly HttpRoute[] {
  const { book, table, declared } = of.context;
  const authorizers = new Map(
    (of.settings?.optional("authorizers")?.entries() ?? []).map(([key, at]) => [
      key,
      book.add(readAuthorizer(key, at, table), at),
    ]),
  );
  const payload = of.settings?.optional("payload")?.oneOf(["1.0", "2.0"]) ?? "2.0";
  const routes = readRoutes(events, of.claimed, (event) => ({
    integration: {
      type: "AWS_PROXY",
      functionKey: event.functionKey,
      payloadVersion: table.payloads.get(event.functionKey) ?? payload,
      timeoutMs: integrationTimeoutMs,
    },
    ...readRouteAuthorizer(event.at, authorizers, book),
  }));
  return routes.map((written, index) => {
    const called = `HttpApiIntegration${toLogicalName(events[index]?.functionKey ?? "")}`;
    const integration = declared
      .patches(called)
      .reduce((before, at) => patchIntegration(at, before), written.integration);
    return declared
      .patches(httpRouteLogicalId(written.routeKey))
      .reduce((before, at) => readRouteResource(at, before, of.context), { ...written, integration });
  });
}

/** A declared route may point at what the framework made for a function. */
function frameworkIntegrations(
  routes: readonly HttpRoute[],
  names: Names,
): [string, HttpRoute["integration"]][] {
  return routes.flatMap(({ integration }) =>
    integration.type === "AWS_PROXY"
      ? [[names.id(7, "integration", integration.functionKey), integration]]
      : [],
  );
}

/** The framework's stage with what is laid over it, or the declared ones, of which the first is the API's own. */
function readDeclaredStages(context: V2Context, bare: HttpStages | undefined): HttpStages {
  const { declared } = context;
  const framework =
    bare && declared.patches("HttpApiStage").reduce((before, at) => readV2Stage(at, before), bare);
  const stages = ofApi(context, "AWS::ApiGatewayV2::Stage").map(({ properties: at }) => {
    const stage = at
      .at("StageName")
      .matching(/^(?:\$default|[\w-]{1,128})$/, "$default, or letters, digits, - and _");
    return readV2Stage(at, { stage, stageVariables: {} });
  });
  const [main = { stage: "$default", stageVariables: {} }, ...others] = [
    ...(framework === undefined ? [] : [framework]),
    ...stages.toSorted((one, other) => Number(other.stage === "$default") - Number(one.stage === "$default")),
  ];
  if (others.length === 0) return main;
  return {
    ...main,
    otherStages: others.map(toOtherStage),
  };
}

function readRoutes(
  events: readonly FunctionEvent[],
  routes: Routes,
  read: (event: FunctionEvent) => Omit<HttpRoute, "routeKey">,
): HttpRoute[] {
  return events.map((event) => {
    const routeKey = readRouteKey(event.at);
    routes.claim(routeKey, event.at);
    return { routeKey, ...read(event) };
  });
}

function readRouteKey(at: Cursor): string {
  if (at.isText) {
    if (at.text() === "*") return "$default";
    const route = splitRoute(at);
    return `${toMethod(route.method, at)} ${toHttpPath(route.path, at)}`;
  }
  const path = at.at("path");
  const method = at.optional("method");
  if (path.text() === "*") {
    if (method !== undefined && method.text() !== "*") method.refuse('"*" or left out, as the path is "*"');
    return "$default";
  }
  return `${toMethod(at.at("method").text(), at.at("method"))} ${toHttpPath(path.text(), path)}`;
}
