// API keys by value, each with the usage plan that holds for one stage.
import { failures } from "../failures.ts";
import type { ApiKey, RestApi, UsagePlan } from "../model/rest-api.ts";

/** An enabled key that is in a usage plan for the stage. */
export interface DeployedKey {
  readonly id: string;
  readonly value: string;
  readonly plan: UsagePlan;
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
  const plans = sources.usagePlans.filter((plan) =>
    plan.stages.some((of) => of.apiId === api.id && of.stage === api.stage),
  );
  const byValue = new Map<string, DeployedKey>();
  for (const { id, name, value: declared, enabled } of sources.apiKeys) {
    const value = declared ?? sources.apiKeyValues.get(id);
    if (value === undefined || value === "") throw failures.create("API_KEY_WITHOUT_VALUE", { name });
    const plan = plans.find((candidate) => candidate.apiKeyIds.includes(id));
    if (enabled && plan) byValue.set(value, { id, value, plan });
  }
  return byValue;
}
