// API keys and usage plans: `provider.apiGateway.apiKeys` and `usagePlan` of the REST API, and those of resources.
import type { ApiKey, RestApi, UsagePlan } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { apiKeyLogicalId, onlyPlan, planLogicalId } from "./framework-parts.ts";
import type { Names } from "./names.ts";
import { readMethodThrottles, readPlanResource, withDeclared, type Metering } from "./plan-resources.ts";
import { readQuota, readThrottle, small } from "./stage-settings.ts";

interface KeyOfPlan {
  readonly plan: string;
  readonly key: ApiKey;
}

/**
 * Reads keys and plans of the framework and of resources. The framework's keys without a plan get one without
 * limits, as on AWS.
 *
 * @throws `DEFINITION_INVALID`; a key's value is never shown
 */
export function readUsagePlans(
  definition: Definition,
  { restApi, websocketApi }: Pick<Service, "restApi" | "websocketApi">,
  declared: Declarations,
): Metering {
  if (restApi === undefined && websocketApi === undefined) return { apiKeys: [], usagePlans: [] };
  const framework = restApi
    ? readFrameworkPlans(definition, restApi, declared)
    : { apiKeys: [], usagePlans: [] };
  const apiIds = [restApi, websocketApi].flatMap((api) => api?.id ?? []);
  return withDeclared(framework, { definition, declared, apiIds });
}

function readFrameworkPlans({ root, names }: Definition, api: RestApi, declared: Declarations): Metering {
  const settings = root.at("provider").optional("apiGateway");
  const written = settings?.optional("usagePlan");
  const keysAt = settings?.optional("apiKeys");
  if (written === undefined && keysAt === undefined) return { apiKeys: [], usagePlans: [] };
  const plans: readonly (readonly [string, Cursor | undefined])[] = written?.isList
    ? written.items().map(readNamedPlan)
    : [[onlyPlan, written]];
  const keys = readKeys(keysAt, {
    names,
    plans: plans.map(([name]) => name),
    isNamed: written?.isList === true,
  });
  const throttles = readMethodThrottles(root);
  return {
    apiKeys: keys.map(({ key }) => key),
    usagePlans: plans.map(([name, at]) => {
      const throttle = throttles.get(name);
      const plan: UsagePlan = {
        id: names.id(6, "usagePlan", planLogicalId(name)),
        name: name === onlyPlan ? names.stack : `${names.service}-${name}-${names.stage}`,
        apiKeyIds: keys.filter((key) => key.plan === name).map(({ key }) => key.id),
        stages: [{ apiId: api.id, stage: api.stage, ...(throttle !== undefined && { throttle }) }],
      };
      const whole: UsagePlan = at === undefined ? plan : Object.assign(plan, readLimits(at));
      return declared
        .patches(planLogicalId(name))
        .reduce((before, patch) => readPlanResource(patch, before), whole);
    }),
  };
}

function readNamedPlan(at: Cursor): readonly [string, Cursor] {
  const [first, ...others] = at.entries();
  if (first !== undefined && others.length === 0) return first;
  return at.refuse("a map with one plan, as in - free: { quota: … }");
}

function readLimits(at: Cursor): Pick<UsagePlan, "throttle" | "quota"> {
  const throttle = at.optional("throttle");
  const quota = at.optional("quota");
  return {
    ...(throttle !== undefined && { throttle: readThrottle(throttle, small) }),
    ...(quota !== undefined && { quota: readQuota(quota, small) }),
  };
}

interface KeyRules {
  readonly names: Names;
  readonly plans: readonly string[];
  /** Whether the plans are a list, so that each key must say whose it is. */
  readonly isNamed: boolean;
}

function readKeys(at: Cursor | undefined, rules: KeyRules): KeyOfPlan[] {
  const values = new Set<string>();
  const keys = (at?.items() ?? []).flatMap((item) => readKeysOfItem(item, rules));
  const counts = new Map<string, number>();
  return keys.map(({ plan, at: place }) => {
    const number = (counts.get(plan) ?? 0) + 1;
    counts.set(plan, number);
    const key = readKey(place, apiKeyLogicalId(plan, number), rules.names);
    if (key.value !== undefined && values.has(key.value)) {
      place.refuse("a key with a value of its own", {
        secret: true,
        hint: "Another key has the same value.",
      });
    }
    if (key.value !== undefined) values.add(key.value);
    return { plan, key };
  });
}

function readKeysOfItem(at: Cursor, rules: KeyRules): { readonly plan: string; readonly at: Cursor }[] {
  if (!rules.isNamed) return [{ plan: onlyPlan, at }];
  if (!at.isMap)
    return at.refuse("a map from a plan to its keys, as there are several plans", { secret: true });
  return at.entries().flatMap(([plan, list]) => {
    if (rules.plans.includes(plan)) return list.items().map((item) => ({ plan, at: item }));
    const near = closest(plan, rules.plans);
    return list.refuse(`under the name of a usage plan: ${rules.plans.join(", ")}`, {
      secret: true,
      hint: near && `Did you mean "${near}"?`,
    });
  });
}

function readKey(at: Cursor, logicalId: string, names: Names): ApiKey {
  const id = names.id(10, "apiKey", logicalId);
  if (!at.isMap) {
    const name = at.text();
    return { id, name, enabled: true };
  }
  const name = at.optional("name")?.text() ?? names.generated(logicalId);
  const place = at.optional("value");
  const value = place?.text({ secret: true });
  if (value !== undefined && (value.length < 20 || value.length > 128)) {
    place?.refuse("20 to 128 characters", { secret: true });
  }
  at.at("description").skip();
  at.at("customerId").skip();
  return {
    id,
    name,
    ...(value !== undefined && { value }),
    enabled: at.optional("enabled")?.flag() ?? true,
  };
}
