// API keys by value, each with the usage plan that holds for one stage.
import { failures } from "../failures.ts";
import type { ApiKey, PlanStage, RestApi, UsagePlan } from "../model/rest-api.ts";
import { everyMethod } from "../model/stage.ts";
import type { PlannedBucket } from "./method-plans.ts";

/** An enabled key that is in a usage plan for the stage. */
export interface DeployedKey {
  readonly id: string;
  readonly value: string;
  readonly plan: UsagePlan;
  /** Names what this client has used of the plan. */
  readonly meter: string;
  /** The plan's limit for this client on one method, given as in `/rooms/{room}/GET`. */
  readonly methodThrottle: (method: string) => PlannedBucket | undefined;
}

/** Keys and plans of a definition, and the values of keys that have none in the definition. */
export interface KeySources {
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
  readonly apiKeyValues: ReadonlyMap<string, string>;
}

/**
 * Collects the keys that may be used on one stage. Disabled keys and keys in no plan for it are left out.
 *
 * @throws failure `API_KEY_WITHOUT_VALUE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
 */
export function deployKeys(
  api: Pick<RestApi, "id" | "stage">,
  sources: KeySources,
): ReadonlyMap<string, DeployedKey> {
  const plans = sources.usagePlans.flatMap((plan) => {
    const stage = plan.stages.find((of) => of.apiId === api.id && of.stage === api.stage);
    return stage ? [{ plan, stage }] : [];
  });
  const byValue = new Map<string, DeployedKey>();
  for (const { id, name, value: declared, enabled } of sources.apiKeys) {
    const value = declared ?? sources.apiKeyValues.get(id);
    if (value === undefined || value === "") throw failures.create("API_KEY_WITHOUT_VALUE", { name });
    const found = plans.find(({ plan }) => plan.apiKeyIds.includes(id));
    if (!enabled || !found) continue;
    const meter = JSON.stringify([found.plan.id, id]);
    const methodThrottle = planThrottles(found.stage, meter);
    byValue.set(value, { id, value, plan: found.plan, meter, methodThrottle });
  }
  return byValue;
}

/** A plan's own method comes before its word for all; `path/ANY` speaks of every verb of a path. */
function planThrottles(
  { apiId, stage, throttle = {} }: PlanStage,
  meter: string,
): DeployedKey["methodThrottle"] {
  const buckets = new Map(
    Object.entries(throttle).map(([key, size]) => {
      const method = key === everyMethod ? key : `/${key.replace(/^\/+/, "")}`;
      return [method, { meter: JSON.stringify([meter, apiId, stage, method]), size }];
    }),
  );
  if (buckets.size === 0) return () => undefined;
  return (method) =>
    buckets.get(method) ?? buckets.get(method.replace(/[A-Z]+$/, "ANY")) ?? buckets.get(everyMethod);
}
