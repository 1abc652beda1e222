// Stages of the REST API: what `provider` says of its logs, traces and metrics, caching, and `custom.gatewright.stages`.
import type { RestMethod } from "../model/rest-api.ts";
import { everyMethod, type MethodSettings, type RestStage } from "../model/stage.ts";
import type { Cursor } from "./cursor.ts";
import type { Definition } from "./definition.ts";
import type { FunctionEvent } from "./events.ts";
import { mergeSettings, readCacheSize, readLogFormat, readOwnStage } from "./stage-settings.ts";

/** What the framework writes where the definition names no format. */
const usualFormat = [
  ["requestId", "requestId"],
  ["ip", "identity.sourceIp"],
  ["caller", "identity.caller"],
  ["user", "identity.user"],
  ["requestTime", "requestTime"],
  ["httpMethod", "httpMethod"],
  ["resourcePath", "resourcePath"],
  ["status", "status"],
  ["protocol", "protocol"],
  ["responseLength", "responseLength"],
]
  .map(([name = "", variable = ""]) => `${name}: $context.${variable}`)
  .join(", ");

/** What a stage begins with. */
export type BareStage = Pick<RestStage, "name" | "variables" | "deploymentId">;

/** An event with the method that it made. */
export interface MethodOfEvent {
  readonly event: FunctionEvent;
  readonly method: RestMethod;
}

/**
 * Reads what `provider.logs.restApi`, `provider.tracing`, `provider.apiGateway.metrics` and the caching plugin say
 * of the stage that the definition deploys.
 */
export function readProviderStage(
  root: Cursor,
  bare: BareStage,
  methods: readonly MethodOfEvent[],
): RestStage {
  const provider = root.at("provider");
  const all: (readonly [string, MethodSettings])[] = [];
  const logs = provider.optional("logs")?.optional("restApi");
  const logging = readLogging(logs);
  if (logging !== undefined) all.push([everyMethod, logging.settings]);
  const metrics = provider.optional("apiGateway")?.optional("metrics")?.flag();
  if (metrics !== undefined) all.push([everyMethod, { metricsEnabled: metrics }]);
  const tracing = provider.optional("tracing")?.optional("apiGateway")?.flag();
  const caching = readCaching(root.optional("custom")?.optional("apiGatewayCaching"), methods);
  if (caching !== undefined) all.push(...caching.settings);
  return {
    ...bare,
    ...(all.length > 0 && { methodSettings: mergeSettings({}, all) }),
    ...(caching !== undefined && { cacheCluster: caching.cluster }),
    ...(logging?.format !== undefined && { accessLog: { format: logging.format } }),
    ...(tracing !== undefined && { tracingEnabled: tracing }),
  };
}

function readLogging(
  at: Cursor | undefined,
): { readonly settings: MethodSettings; readonly format: string | undefined } | undefined {
  if (at === undefined) return undefined;
  if (!at.isMap) {
    if (!at.flag()) return { settings: { loggingLevel: "OFF", dataTraceEnabled: false }, format: undefined };
    return { settings: { loggingLevel: "INFO", dataTraceEnabled: true }, format: usualFormat };
  }
  for (const key of ["role", "roleManagedExternally"]) at.at(key).skip();
  const isWritten = at.optional("accessLogging")?.flag() ?? true;
  const isExecuted = at.optional("executionLogging")?.flag() ?? true;
  const level = at.optional("level")?.oneOf(["INFO", "ERROR"]) ?? "INFO";
  const given = at.optional("format");
  const format = given ? readLogFormat(given, "REST") : usualFormat;
  return {
    settings: {
      loggingLevel: isExecuted ? level : "OFF",
      dataTraceEnabled: at.optional("fullExecutionData")?.flag() ?? true,
    },
    format: isWritten ? format : undefined,
  };
}

interface Caching {
  readonly cluster: { readonly enabled: boolean; readonly sizeGb: number };
  readonly settings: readonly (readonly [string, MethodSettings])[];
}

const strategies = {
  Fail: "FAIL_WITH_403",
  IgnoreWithWarning: "SUCCEED_WITH_RESPONSE_HEADER",
  Ignore: "SUCCEED_WITHOUT_RESPONSE_HEADER",
} as const;

/** @see https://www.npmjs.com/package/serverless-api-gateway-caching */
function readCaching(at: Cursor | undefined, methods: readonly MethodOfEvent[]): Caching | undefined {
  if (at === undefined) {
    for (const { event } of methods) if (event.at.isMap) event.at.at("caching").skip(); // of a plugin that is not set up
    return undefined;
  }
  for (const key of [
    "apiGatewayIsShared",
    "restApiId",
    "basePath",
    "endpointsInheritCloudWatchSettingsFromStage",
  ]) {
    at.at(key).skip();
  }
  at.optional("additionalEndpoints")?.notSupported("a cached endpoint without an http event");
  const enabled = at.optional("enabled")?.flag() ?? false;
  const shared: MethodSettings = {
    cacheTtlSeconds: at.optional("ttlInSeconds")?.number({ min: 0, max: 3600 }) ?? 3600,
    cacheDataEncrypted: at.optional("dataEncrypted")?.flag() ?? false,
    ...readInvalidation(at.optional("perKeyInvalidation")),
  };
  const sizeGb = readCacheSize(at.optional("clusterSize"));
  const settings = methods.map(({ event, method }) => {
    const own = event.at.isMap ? event.at.optional("caching") : undefined;
    const key = `${method.path === "/" ? "" : method.path}/${method.method}`;
    return [
      key,
      own === undefined ? { cachingEnabled: false } : readMethodCaching(own, shared, enabled),
    ] as const;
  });
  return { cluster: { enabled, sizeGb }, settings };
}

function readMethodCaching(at: Cursor, shared: MethodSettings, enabled: boolean): MethodSettings {
  at.at("cacheKeyParameters").skip(); // read with the integration
  at.at("inheritCloudWatchSettingsFromStage").skip();
  const own = at.optional("perKeyInvalidation");
  const cacheTtlSeconds = at.optional("ttlInSeconds")?.number({ min: 0, max: 3600 });
  const cacheDataEncrypted = at.optional("dataEncrypted")?.flag();
  return {
    ...shared,
    ...(cacheTtlSeconds !== undefined && { cacheTtlSeconds }),
    ...(cacheDataEncrypted !== undefined && { cacheDataEncrypted }),
    ...(own !== undefined && readInvalidation(own)),
    cachingEnabled: enabled && (at.optional("enabled")?.flag() ?? false),
  };
}

function readInvalidation(at: Cursor | undefined): MethodSettings {
  const strategy = at?.optional("handleUnauthorizedRequests")?.oneOf(["Fail", "IgnoreWithWarning", "Ignore"]);
  return {
    requireAuthorizationForCacheControl: at?.optional("requireAuthorization")?.flag() ?? true,
    unauthorizedCacheControl: strategies[strategy ?? "IgnoreWithWarning"],
  };
}

/** Reads `caching.cacheKeyParameters` of an event as the names that a cache key is made of. */
export function readCacheKey(event: Cursor): readonly string[] {
  const at = event.optional("caching")?.optional("cacheKeyParameters");
  return (at?.items() ?? []).map((item) => {
    item.at("mappedFrom").skip();
    const name = item.at("name");
    const [, from, rest] =
      /^request\.(path|querystring|header)\.(.+)$/.exec(name.text()) ??
      name.refuse("a name such as request.path.id, request.querystring.page or request.header.Accept");
    return `method.request.${from}.${rest}`;
  });
}

/** Adds what `custom.gatewright.stages` says to the stages that are known. */
export function readOwnStages(
  { root, names }: Definition,
  known: readonly RestStage[],
): readonly RestStage[] {
  const written = root.optional("custom")?.optional("gatewright")?.optional("stages")?.entries() ?? [];
  const stages = new Map(known.map((stage) => [stage.name, stage]));
  for (const [name, at] of written) {
    if (!/^[\w-]{1,128}$/.test(name)) at.refuse("under the name of a stage: letters, digits, - and _");
    const deploymentId = known[0]?.deploymentId ?? names.id(6, "deployment");
    const bare = stages.get(name) ?? { name, variables: {}, deploymentId };
    stages.set(name, readOwnStage(at, bare, names.id(6, "deployment", "canary")));
  }
  return [...stages.values()];
}
