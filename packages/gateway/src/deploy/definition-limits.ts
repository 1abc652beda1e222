// What API Gateway allows a definition to be, as a table: each number with its page.
import { type DefinitionLimit, fixed, row } from "./limit-row.ts";
import { websocketLimits } from "./websocket-limits.ts";
import {
  authorizerTimes,
  bytesOf,
  countIntegrations,
  countResources,
  keyLengths,
  longest,
  ofHttp,
  ofMethods,
  ofRest,
  ofStages,
  stageNames,
  stagesOf,
  templateBytes,
  timeouts,
  variables,
} from "./measures.ts";

const guide = "https://docs.aws.amazon.com/apigateway/latest/developerguide/";
const rest = `${guide}api-gateway-execution-service-limits-table.html`;
const quotas = `${guide}limits.html`;
const http = `${guide}http-api-quotas.html`;

/** Every limit on a definition that can be told from the definition. */
export const definitionLimits: readonly DefinitionLimit[] = [
  row(
    "resources per REST API",
    300,
    rest,
    ofRest((api) => [{ what: "the REST API", value: countResources(api) }]),
  ),
  row(
    "stages per REST API",
    10,
    rest,
    ofRest((api) => [{ what: "the REST API", value: stagesOf(api).length }]),
  ),
  row(
    "authorizers per REST API",
    10,
    rest,
    ofRest((api) => [
      { what: "the REST API", value: api.authorizers.length + (api.cognitoAuthorizers?.length ?? 0) },
    ]),
  ),
  fixed("characters of a stage name", 128, rest, stageNames),
  fixed(
    "stage variables per stage",
    100,
    rest,
    variables((all) => Object.keys(all).length),
  ),
  fixed(
    "characters of a stage variable's name",
    64,
    rest,
    variables((all) => longest(Object.keys(all))),
  ),
  fixed(
    "characters of a stage variable's value",
    512,
    rest,
    variables((all) => longest(Object.values(all))),
  ),
  fixed(
    "seconds that a cache keeps an answer",
    3600,
    rest,
    ofStages((stage) =>
      Object.entries(stage.methodSettings ?? {}).flatMap(([key, { cacheTtlSeconds }]) =>
        cacheTtlSeconds === undefined
          ? []
          : [{ what: `${key} on the stage ${stage.name}`, value: cacheTtlSeconds }],
      ),
    ),
  ),
  fixed(
    "GB of a stage's cache",
    [0.5, 237],
    `${guide}api-gateway-caching.html`,
    ofStages(({ name, cacheCluster }) =>
      cacheCluster ? [{ what: `the cache of the stage ${name}`, value: cacheCluster.sizeGb }] : [],
    ),
  ),
  fixed(
    "percent of a canary's traffic",
    [0, 100],
    `${guide}canary-release.html`,
    ofStages(({ name, canary }) =>
      canary ? [{ what: `the canary of the stage ${name}`, value: canary.percentTraffic }] : [],
    ),
  ),
  fixed("bytes of an access log's format", 3_072, rest, (service) => [
    ...ofStages(({ name, accessLog }) => bytesOf(`the access log of the stage ${name}`, accessLog?.format))(
      service,
    ),
    ...bytesOf("the access log of the HTTP API", service.httpApi?.accessLog?.format),
    ...(service.httpApi?.otherStages ?? []).flatMap(({ name, accessLog }) =>
      bytesOf(`the access log of the HTTP API's stage ${name}`, accessLog?.format),
    ),
  ]),
  fixed("bytes of a mapping template", 307_200, rest, ofMethods(templateBytes)),
  fixed(
    "bytes of a REST API's models together",
    409_600,
    rest,
    ofRest((api) =>
      api.models === undefined ? [] : bytesOf("the REST API's models", JSON.stringify(api.models)),
    ),
  ),
  fixed(
    "milliseconds of a streaming integration's timeout",
    [50, 900_000],
    `${guide}response-transfer-mode.html`,
    ofMethods((method) => timeouts(method, "STREAM")),
  ),
  row(
    "milliseconds of an integration's timeout",
    [50, 29_000],
    rest,
    ofMethods((method) => timeouts(method, "BUFFERED")),
  ),
  row(
    "characters of a resource policy",
    8_192,
    rest,
    ofRest((api) =>
      api.resourcePolicy === undefined
        ? []
        : [{ what: "the resource policy", value: JSON.stringify(api.resourcePolicy).length }],
    ),
  ),
  fixed("seconds that an authorizer's answer is kept", [0, 3600], rest, authorizerTimes),
  fixed("API keys per region", 10_000, rest, ({ apiKeys }) => [
    { what: "the service", value: apiKeys.length },
  ]),
  row("usage plans per region", 300, rest, ({ usagePlans }) => [
    { what: "the service", value: usagePlans.length },
  ]),
  row("usage plans per API key", 10, rest, ({ apiKeys, usagePlans }) =>
    apiKeys.map(({ id, name }) => ({
      what: `the API key ${name}`,
      value: usagePlans.filter((plan) => plan.apiKeyIds.includes(id)).length,
    })),
  ),
  row("methods with a throttle of their own per stage of a usage plan", 20, rest, ({ usagePlans }) =>
    usagePlans.flatMap(({ name, stages }) =>
      stages.map((stage) => ({
        what: `the usage plan ${name} on the stage ${stage.stage}`,
        value: Object.keys(stage.throttle ?? {}).length,
      })),
    ),
  ),
  fixed("characters of an API key's value", [20, 128], rest, ({ apiKeys }) => apiKeys.flatMap(keyLengths)),
  fixed("characters of an API key's name", 1024, rest, ({ apiKeys }) =>
    apiKeys.map(({ id, name }) => ({ what: `the API key ${id}`, value: name.length })),
  ),
  row(
    "routes per HTTP API",
    300,
    http,
    ofHttp((api) => [{ what: "the HTTP API", value: api.routes.length }]),
  ),
  row(
    "integrations per HTTP API",
    300,
    http,
    ofHttp((api) => [{ what: "the HTTP API", value: countIntegrations(api) }]),
  ),
  row(
    "stages per HTTP API",
    10,
    http,
    ofHttp((api) => [{ what: "the HTTP API", value: 1 + (api.otherStages?.length ?? 0) }]),
  ),
  row(
    "authorizers per HTTP API",
    10,
    http,
    ofHttp((api) => [
      { what: "the HTTP API", value: api.authorizers.length + (api.jwtAuthorizers?.length ?? 0) },
    ]),
  ),
  row(
    "audiences per JWT authorizer",
    50,
    http,
    ofHttp((api) =>
      (api.jwtAuthorizers ?? []).map(({ name, audience }) => ({
        what: `the authorizer ${name}`,
        value: audience.length,
      })),
    ),
  ),
  row(
    "scopes per route",
    10,
    http,
    ofHttp((api) =>
      api.routes.map(({ routeKey, authorizationScopes }) => ({
        what: `the route ${routeKey}`,
        value: authorizationScopes?.length ?? 0,
      })),
    ),
  ),
  fixed(
    "milliseconds of an HTTP API's integration timeout",
    [50, 30_000],
    http,
    ofHttp((api) =>
      api.routes.map(({ routeKey, integration }) => ({
        what: `the route ${routeKey}`,
        value: integration.timeoutMs,
      })),
    ),
  ),
  ...websocketLimits,
  row("custom domain names per region", 120, quotas, ({ domains = [] }) => [
    { what: "the service", value: domains.length },
  ]),
  fixed("multi-level API mappings per custom domain name", 200, quotas, ({ domains = [] }) =>
    domains.map(({ domainName, mappings }) => ({
      what: `the domain ${domainName}`,
      value: mappings.filter(({ path }) => path.includes("/")).length,
    })),
  ),
];
