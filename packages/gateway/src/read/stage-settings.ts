// Settings of a stage, in the words of CloudFormation or in those of `custom.gatewright`, which begin with a small letter.
import { isLogVariable, type LoggedApi, logVariables, variableInFormat } from "../model/log-variables.ts";
import type { UsagePlan } from "../model/rest-api.ts";
import type {
  AccessLogSettings,
  CanarySettings,
  MethodSettings,
  RestStage,
  ThrottleSettings,
} from "../model/stage.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";

/** How a definition spells a setting: CloudFormation begins it with a capital. */
export type Spelling = (name: string) => string;

/** As in `ThrottlingRateLimit`. */
export const capital: Spelling = (name) => name.charAt(0).toUpperCase() + name.slice(1);

/** As in `throttlingRateLimit`. */
export const small: Spelling = (name) => name;

const rates = { min: 0, max: Infinity, whole: false };
const counts = { min: 0, max: Infinity };
const unauthorized = [
  "FAIL_WITH_403",
  "SUCCEED_WITH_RESPONSE_HEADER",
  "SUCCEED_WITHOUT_RESPONSE_HEADER",
] as const;

/** Reads what a stage says of one method, or of all. */
export function readMethodSettings(at: Cursor, spell: Spelling): MethodSettings {
  const of = <Value>(name: string, read: (at: Cursor) => Value): Value | undefined => {
    const place = at.optional(spell(name));
    return place && read(place);
  };
  const flag = (place: Cursor): boolean => place.flag();
  return given({
    throttlingRateLimit: of("throttlingRateLimit", (place) => place.number(rates)),
    throttlingBurstLimit: of("throttlingBurstLimit", (place) => place.number(counts)),
    cachingEnabled: of("cachingEnabled", flag),
    cacheTtlSeconds: of("cacheTtlInSeconds", (place) => place.number({ min: 0, max: 3600 })),
    cacheDataEncrypted: of("cacheDataEncrypted", flag),
    requireAuthorizationForCacheControl: of("requireAuthorizationForCacheControl", flag),
    unauthorizedCacheControl: of("unauthorizedCacheControlHeaderStrategy", (place) =>
      place.oneOf(unauthorized),
    ),
    metricsEnabled: of("metricsEnabled", flag),
    loggingLevel: of("loggingLevel", (place) => place.oneOf(["OFF", "ERROR", "INFO"])),
    dataTraceEnabled: of("dataTraceEnabled", flag),
  });
}

/** Leaves out what has no value. */
function given<Value extends object>(value: {
  readonly [Key in keyof Value]: Value[Key] | undefined;
}): Value {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as Value; // what is left has values
}

/** Reads a canary; its deployment is made up where the definition names none. */
export function readCanary(at: Cursor, spell: Spelling, deploymentId: string): CanarySettings {
  return {
    percentTraffic: at.optional(spell("percentTraffic"))?.number({ min: 0, max: 100, whole: false }) ?? 0,
    deploymentId: at.optional(spell("deploymentId"))?.text() ?? deploymentId,
    stageVariableOverrides: readVariables(at.optional(spell("stageVariableOverrides"))),
    useStageCache: at.optional(spell("useStageCache"))?.flag() ?? false,
  };
}

/** Reads the format of access logs, and tells of names in it that AWS does not know for that kind of API. */
export function readLogFormat(at: Cursor, kind: LoggedApi): string {
  const format = at.text();
  const names = format.split(variableInFormat).filter((_, index) => index % 2 === 1);
  for (const name of new Set(names)) {
    if (isLogVariable(name, kind)) continue;
    const near = closest(name, logVariables[kind]);
    const hint = near === undefined ? "" : ` Did you mean "$context.${near}"?`;
    at.tell(`AWS documents no $context.${name} for access logs of ${kind} APIs.${hint}`);
  }
  return format;
}

/** Reads where access logs go and their format; one without a format writes none. */
export function readAccessLog(
  at: Cursor | undefined,
  spell: Spelling,
  kind: LoggedApi,
): AccessLogSettings | undefined {
  const place = at?.optional(spell("format"));
  if (at === undefined || place === undefined) {
    at?.skip();
    return undefined;
  }
  const format = readLogFormat(place, kind);
  if (!format.includes("$context.requestId") && !format.includes("$context.extendedRequestId")) {
    place.refuse("a format with $context.requestId or $context.extendedRequestId in it", {
      hint: "API Gateway takes no other.",
    });
  }
  const destination = at.optional(spell("destinationArn"))?.text();
  return { format, ...(destination !== undefined && { destinationArn: destination }) };
}

/** What a `AWS::ApiGatewayV2::Stage` says of its place, not of its requests. */
export function skipV2StageKeys(at: Cursor): void {
  const keys = [
    "AccessPolicyId",
    "ApiId",
    "AutoDeploy",
    "ClientCertificateId",
    "DeploymentId",
    "Description",
  ];
  for (const key of [...keys, "StageName", "Tags"]) at.at(key).skip();
}

/** Reads stage variables. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/stage-variables.html */
export function readVariables(at: Cursor | undefined): Readonly<Record<string, string>> {
  const entries = at?.entries() ?? [];
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!/^\w{1,64}$/.test(name)) value.refuse("named with up to 64 letters, digits and _");
      return [name, value.matching(/^[\w.~:/?#&=,-]{1,512}$/, "up to 512 letters, digits and -._~:/?#&=,")];
    }),
  );
}

/** Reads a rate and a burst. */
export function readThrottle(at: Cursor, spell: Spelling): ThrottleSettings {
  return {
    rateLimit: at.at(spell("rateLimit")).number(rates),
    burstLimit: at.at(spell("burstLimit")).number(counts),
  };
}

/** Reads how much may be used in how long. */
export function readQuota(at: Cursor, spell: Spelling): NonNullable<UsagePlan["quota"]> {
  return {
    limit: at.at(spell("limit")).number(counts),
    offset: at.optional(spell("offset"))?.number(counts) ?? 0,
    period: at.at(spell("period")).oneOf(["DAY", "WEEK", "MONTH"]),
  };
}

const sizes = [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237];

/** Reads the size of a cache. @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export function readCacheSize(at: Cursor | undefined): number {
  if (at === undefined) return 0.5;
  const size = at.number({ min: 0.5, max: 237, whole: false });
  return sizes.includes(size) ? size : at.refuse(`one of ${sizes.join(", ")}`);
}

/** The key of a method's settings: `/rooms/{room}/GET`, or `*` for every path and verb. */
export function toSettingsKey(path: string, verb: string, at: Cursor): string {
  const plain = path.replaceAll("~1", "/").replace(/^\/+/, "/");
  if (plain === "/*" || plain === "*") {
    return verb === "*" ? "*/*" : at.refuse("* as the verb too, as it speaks of every path");
  }
  return `${plain === "/" ? "" : plain}/${verb.toUpperCase()}`;
}

/** Reads a stage as `custom.gatewright.stages` has it, over what the definition says elsewhere. */
export function readOwnStage(at: Cursor, base: RestStage, canaryDeployment: string): RestStage {
  const settings = (at.optional("methodSettings")?.entries() ?? []).map(([key, place]) => {
    const [, path = "", verb = ""] =
      /^(.*)\/([A-Z]+|\*)$/.exec(key) ?? place.refuse("under */* or a key such as /rooms/{room}/GET");
    return [toSettingsKey(path === "" ? "/" : path, verb, place), readMethodSettings(place, small)] as const;
  });
  const cache = at.optional("cacheCluster");
  const canary = at.optional("canary");
  const accessLog = readAccessLog(at.optional("accessLog"), small, "REST") ?? base.accessLog;
  const tracingEnabled = at.optional("tracing")?.flag() ?? base.tracingEnabled;
  return {
    ...base,
    variables: { ...base.variables, ...readVariables(at.optional("variables")) },
    ...(settings.length > 0 && { methodSettings: mergeSettings(base.methodSettings, settings) }),
    ...(cache !== undefined && {
      cacheCluster: {
        enabled: cache.optional("enabled")?.flag() ?? true,
        sizeGb: readCacheSize(cache.optional("sizeGb")),
      },
    }),
    ...(canary !== undefined && { canary: readCanary(canary, small, canaryDeployment) }),
    ...(accessLog !== undefined && { accessLog }),
    ...(tracingEnabled !== undefined && { tracingEnabled }),
  };
}

/** Adds settings to others of the same method, the newer ones winning. */
export function mergeSettings(
  before: RestStage["methodSettings"],
  added: readonly (readonly [string, MethodSettings])[],
): Readonly<Record<string, MethodSettings>> {
  const merged = new Map(Object.entries(before ?? {}));
  for (const [key, settings] of added) merged.set(key, { ...merged.get(key), ...settings });
  return Object.fromEntries(merged);
}
