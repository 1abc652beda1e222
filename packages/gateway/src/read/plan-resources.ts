// API keys and usage plans as CloudFormation resources declare them, and a plan's limits of single methods.
import type { ApiKey, PlanStage, UsagePlan } from "../model/rest-api.ts";
import type { ThrottleSettings } from "../model/stage.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { capital, readQuota, readThrottle, small, toSettingsKey, type Spelling } from "./stage-settings.ts";

/** What callers of a REST or a WebSocket API may be counted by. */
export interface Metering {
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
}

/** Adds declared keys and plans to those of the framework. */
export function withDeclared(
  framework: Metering,
  of: {
    readonly definition: Definition;
    readonly declared: Declarations;
    readonly apiIds: readonly string[];
  },
): Metering {
  const { definition, declared, apiIds } = of;
  const { names } = definition;
  const apiKeys = [
    ...framework.apiKeys,
    ...declared.of("AWS::ApiGateway::ApiKey").map(({ logicalId, properties: at }) => {
      const id = names.id(10, "apiKey", logicalId);
      return at.isGiven
        ? readKey(at, id, names.generated(logicalId))
        : { id, name: names.generated(logicalId), enabled: false };
    }),
  ];
  const plans = declared.of("AWS::ApiGateway::UsagePlan").map(({ logicalId, properties: at }) => {
    const id = names.id(6, "usagePlan", logicalId);
    const plan: UsagePlan = { id, name: names.generated(logicalId), apiKeyIds: [], stages: [] };
    return at.isGiven ? readPlanResource(at, plan) : plan;
  });
  const memberships = declared.of("AWS::ApiGateway::UsagePlanKey").map(({ properties: at }) => {
    at.at("KeyType").oneOf(["API_KEY"]);
    return { plan: at.at("UsagePlanId"), key: at.at("KeyId") };
  });
  const usagePlans = [...framework.usagePlans, ...plans];
  for (const { plan, key } of memberships) {
    if (!apiKeys.some(({ id }) => id === key.text()))
      key.refuse("an API key of this definition, as in !Ref MyKey");
    if (!usagePlans.some(({ id }) => id === plan.text()))
      plan.refuse("a usage plan of this definition, as in !Ref MyPlan");
  }
  return {
    apiKeys,
    usagePlans: usagePlans.map((plan) => {
      const keys = memberships.filter((each) => each.plan.text() === plan.id).map((each) => each.key.text());
      const stages = plan.stages.filter(({ apiId }) => apiIds.includes(apiId));
      return Object.assign({}, plan, { stages, apiKeyIds: [...new Set([...plan.apiKeyIds, ...keys])] });
    }),
  };
}

function readKey(at: Cursor, id: string, generated: string): ApiKey {
  for (const key of ["Description", "CustomerId", "GenerateDistinctId", "Tags", "StageKeys"])
    at.at(key).skip();
  const place = at.optional("Value");
  const value = place?.text({ secret: true });
  if (value !== undefined && (value.length < 20 || value.length > 128)) {
    place?.refuse("20 to 128 characters", { secret: true });
  }
  return {
    id,
    name: at.optional("Name")?.text() ?? generated,
    ...(value !== undefined && { value }),
    enabled: at.optional("Enabled")?.flag() ?? false,
  };
}

/**
 * Reads the settings of a usage plan over `base`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-usageplan.html
 */
export function readPlanResource(at: Cursor, base: UsagePlan): UsagePlan {
  for (const key of ["Description", "Tags"]) at.at(key).skip();
  const name = at.optional("UsagePlanName")?.text();
  const stages = at.optional("ApiStages")?.items().map(readStage);
  const throttle = at.optional("Throttle");
  const quota = at.optional("Quota");
  return {
    ...base,
    ...(name !== undefined && { name }),
    ...(stages !== undefined && { stages }),
    ...(throttle !== undefined && { throttle: readThrottle(throttle, capital) }),
    ...(quota !== undefined && { quota: readQuota(quota, capital) }),
  };
}

function readStage(at: Cursor): PlanStage {
  const throttle = at.optional("Throttle");
  return {
    apiId: at.at("ApiId").text(),
    stage: at.at("Stage").text(),
    ...(throttle !== undefined && { throttle: readThrottles(throttle, capital) }),
  };
}

function readThrottles(at: Cursor, spell: Spelling): Readonly<Record<string, ThrottleSettings>> {
  return Object.fromEntries(
    at.entries().map(([key, place]) => {
      const [, path = "", verb = ""] =
        /^(.*)\/([A-Z]+|\*)$/.exec(key) ?? place.refuse("under a key such as /rooms/{room}/GET");
      return [toSettingsKey(path === "" ? "/" : path, verb, place), readThrottle(place, spell)];
    }),
  );
}

/** Reads `custom.gatewright.usagePlans`: limits of single methods, by plan; the only plan is called `default`. */
export function readMethodThrottles(
  root: Cursor,
): ReadonlyMap<string, Readonly<Record<string, ThrottleSettings>>> {
  const plans = root.optional("custom")?.optional("gatewright")?.optional("usagePlans")?.entries() ?? [];
  return new Map(plans.map(([plan, at]) => [plan, readThrottles(at.at("throttle"), small)]));
}
