// The stages of a REST API: each with the plan of the deployment at which it stands, and of its canary.
import { isDeepStrictEqual } from "node:util";
import { failures } from "../failures.ts";
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import type { RestStage } from "../model/stage.ts";
import type { Clock, Ids } from "../ports.ts";
import { createDeployments, type Deployments, type Redefined } from "./deployments.ts";
import { deployRest, type RestPlan, stageOf } from "./rest-plan.ts";
import type { Standing } from "./standing.ts";
import { onRestStage } from "./stage-variables.ts";

/** A stage as requests meet it. */
export interface ServedStage {
  readonly plan: RestPlan;
  readonly canary?: { readonly percentTraffic: number; readonly plan: RestPlan };
}

/** Every stage of one REST API, and what can be done with them while it runs. */
export interface RestStages {
  /** By name; `undefined` is API Gateway's 403. */
  find(name: string): ServedStage | undefined;
  readonly names: () => readonly string[];
  readonly deployments: Deployments<RestApi>;
  /**
   * Makes ready for a definition read anew: a new deployment, to which every stage that it names is moved once the function
   * that is returned is called; others are gone. A canary is as the definition has it where that changed there, otherwise
   * as it was left.
   */
  prepare(api: RestApi, service: Service): () => void;
  /** Takes keys that were added or changed; they act at once. */
  rekey(service: Pick<Service, "apiKeys" | "usagePlans">, values: ReadonlyMap<string, string>): void;
}

/** What stages are made of. */
export interface RestStagesOptions {
  readonly api: RestApi;
  readonly service: Service;
  readonly apiKeyValues: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Deploys a REST API to all of its stages.
 *
 * What a stage itself says (variables, method settings, cache, logs) is taken from the definition as last read and acts
 * at once; everything else is the deployment's.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/stages.html
 */
export function createRestStages(options: RestStagesOptions): RestStages {
  const first = stagesOf(options.api);
  const deployments = createDeployments<RestApi, RestSource, ServedStage>({
    api: options.api,
    source: { service: options.service, apiKeyValues: options.apiKeyValues, settings: first },
    stages: [...first.values()].map(toStanding),
    clock: options.clock,
    ids: options.ids,
    plan(standing, find, { service, apiKeyValues, settings }) {
      const stage = settings.get(standing.stage);
      if (!stage) throw failures.create("STAGE_UNKNOWN", { stage: standing.stage });
      return toServed(stage, standing, (id, on) =>
        deployRest(onRestStage(find(id), on, service.functions), service, apiKeyValues),
      );
    },
  });
  return {
    find: deployments.find,
    names: deployments.names,
    deployments,
    prepare(api, service) {
      const before = deployments.source();
      const settings = stagesOf(api);
      const stages = [...settings.values()].map((stage) =>
        toRedefined(stage, before.settings.get(stage.name)),
      );
      return deployments.prepare({ api, source: { ...before, service, settings } }, stages);
    },
    rekey(keys, apiKeyValues) {
      const { service, settings } = deployments.source();
      deployments.replan({ service: { ...service, ...keys }, apiKeyValues, settings });
    },
  };
}

/** What acts at once. */
interface RestSource {
  readonly service: Service;
  readonly apiKeyValues: ReadonlyMap<string, string>;
  /** What stages say, by name. */
  readonly settings: ReadonlyMap<string, RestStage>;
}

/** Every stage by name: those of `stages`, and the one that the API is about. */
function stagesOf(api: RestApi): ReadonlyMap<string, RestStage> {
  return new Map([...(api.stages ?? []), stageOf(api)].map((stage) => [stage.name, stage]));
}

function toStanding({ name, deploymentId, variables, canary }: RestStage) {
  return { stage: name, deploymentId, variables, ...(canary && { canary }) };
}

function toRedefined(
  { name: stage, variables, canary }: RestStage,
  before: RestStage | undefined,
): Redefined {
  const isEdited = !isDeepStrictEqual(canary, before?.canary);
  return { stage, variables, ...(isEdited && { canary: canary ?? null }) };
}

function toServed(
  stage: RestStage,
  standing: Standing,
  plan: (deploymentId: string, on: RestStage) => RestPlan,
): ServedStage {
  const { deploymentId, variables, canary } = standing;
  const { canary: _, ...settings } = stage;
  const on: RestStage = { ...settings, variables, deploymentId, ...(canary && { canary }) };
  if (!canary) return { plan: plan(deploymentId, on) };
  const overridden = {
    ...on,
    deploymentId: canary.deploymentId,
    variables: { ...variables, ...canary.stageVariableOverrides },
  };
  const canaryPlan = Object.freeze({ ...plan(canary.deploymentId, overridden), isCanary: true as const });
  return {
    plan: plan(deploymentId, on),
    canary: { percentTraffic: canary.percentTraffic, plan: canaryPlan },
  };
}
