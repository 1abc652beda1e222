// What a stage says of each method, looked up by the method and the request's verb.
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import { everyMethod, type MethodSettings, type RestStage, type ThrottleSettings } from "../model/stage.ts";
import { type CachePlan, planCache } from "./cache-plan.ts";

/** A bucket's name and size. */
export interface PlannedBucket {
  readonly meter: string;
  readonly size: ThrottleSettings;
}

/** One method on one stage. */
export interface MethodPlan {
  readonly settings: MethodSettings;
  /** As API Gateway writes it in settings: `/rooms/{room}/GET`. */
  readonly key: string;
  /** The method's own limit, or else the stage's. */
  readonly throttle?: PlannedBucket;
  readonly cache?: CachePlan;
}

/** Method plans by method and verb; a method for `ANY` has one for each verb. */
export type MethodPlans = (method: RestMethod, verb: string) => MethodPlan;

const verbs = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/**
 * Plans every method of a stage. A setting of `path/VERB` comes before one of all methods, field by field.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_MethodSetting.html
 */
export function planMethods(api: RestApi, stage: RestStage): MethodPlans {
  const settings = readSettings(stage.methodSettings ?? {});
  const plans = new Map(
    api.methods.map((method) => {
      const own = method.method === "ANY" ? verbs : [method.method];
      return [method, new Map(own.map((verb) => [verb, planMethod({ api, stage, settings }, method, verb)]))];
    }),
  );
  return (method, verb) => plans.get(method)?.get(verb) ?? planMethod({ api, stage, settings }, method, verb);
}

/** The key of a method in settings: its path, and its verb. */
function settingsKey(path: string, verb: string): string {
  return `${path === "/" ? "" : path}/${verb}`;
}

interface Stage {
  readonly api: RestApi;
  readonly stage: RestStage;
  readonly settings: ReadonlyMap<string, MethodSettings>;
}

function planMethod({ api, stage, settings }: Stage, method: RestMethod, verb: string): MethodPlan {
  const key = settingsKey(method.path, verb);
  const own = settings.get(key) ?? settings.get(settingsKey(method.path, "ANY"));
  const every = settings.get(everyMethod);
  const merged = { ...every, ...own };
  const meter = hasThrottle(own) ? key : hasThrottle(every) ? everyMethod : undefined;
  const cache = planCache({
    api,
    stage,
    method,
    verb,
    settings: merged,
    isOwn: own?.cachingEnabled === true,
  });
  return {
    settings: merged,
    key,
    ...(meter !== undefined && {
      throttle: { meter: JSON.stringify([api.id, stage.name, meter]), size: toSize(merged) },
    }),
    ...(cache && { cache }),
  };
}

/** Whether settings limit how often they are asked. */
export function hasThrottle(settings: MethodSettings | undefined): boolean {
  return settings?.throttlingBurstLimit !== undefined || settings?.throttlingRateLimit !== undefined;
}

/** What is left out is as wide as the account's own limit. */
export function toSize({
  throttlingRateLimit = 10_000,
  throttlingBurstLimit = 5_000,
}: MethodSettings): ThrottleSettings {
  return { rateLimit: throttlingRateLimit, burstLimit: throttlingBurstLimit };
}

/** By key as we look them up: `~1` is a slash, and the root's key may be written with two. */
function readSettings(
  settings: Readonly<Record<string, MethodSettings>>,
): ReadonlyMap<string, MethodSettings> {
  return new Map(
    Object.entries(settings).map(([key, value]) => {
      if (key === everyMethod || key === "/*/*") return [everyMethod, value];
      return [`/${key.replaceAll("~1", "/").replace(/^\/+/, "")}`, value];
    }),
  );
}
