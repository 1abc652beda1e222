// The stages of an HTTP API: each with the plan of the deployment at which it stands.
import { failures } from "../failures.ts";
import type { HttpApi, HttpStageSettings } from "../model/http-api.ts";
import type { Service } from "../model/service.ts";
import type { Clock, Ids } from "../ports.ts";
import { createDeployments, type Deployments } from "./deployments.ts";
import { deployHttp, type HttpPlan } from "./http-plan.ts";
import type { Standing } from "./standing.ts";
import { onHttpStage } from "./stage-variables.ts";

/** Every stage of one HTTP API, and what can be done with them while it runs. */
export interface HttpStages {
  find(name: string): HttpPlan | undefined;
  readonly names: () => readonly string[];
  readonly deployments: Deployments<HttpApi>;
  /**
   * Makes ready for a definition read anew, as `autoDeploy` does: a new deployment, at which every stage stands once the
   * function that is returned is called; others are gone.
   */
  prepare(api: HttpApi, service: Service): () => void;
}

/** What stages are made of. */
export interface HttpStagesOptions {
  readonly api: HttpApi;
  readonly service: Service;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Deploys an HTTP API to all of its stages.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-stages.html
 */
export function createHttpStages(options: HttpStagesOptions): HttpStages {
  const deployments = createDeployments<HttpApi, HttpSource, HttpPlan>({
    api: options.api,
    source: { service: options.service, latest: options.api },
    stages: stagesOf(options.api).map(({ stage, variables }) => ({
      stage,
      variables,
      deploymentId: options.api.id.slice(0, 6),
    })),
    clock: options.clock,
    ids: options.ids,
    plan({ stage, deploymentId, variables, canary }, find, { service, latest }) {
      if (canary) throw failures.create("CANARY_INVALID", { why: "HTTP APIs have no canaries" });
      const api = onHttpStage(find(deploymentId), { name: stage, variables }, service.functions);
      return deployHttp(withSettings(api, settingsOf(latest, stage)), service);
    },
  });
  return {
    find: deployments.find,
    names: deployments.names,
    deployments,
    prepare: (api, service) => deployments.prepare({ api, source: { service, latest: api } }, stagesOf(api)),
  };
}

/** What acts at once. */
interface HttpSource {
  readonly service: Service;
  /** The API as it was last read. */
  readonly latest: HttpApi;
}

/** What a stage says itself is taken from the definition as last read; everything else is the deployment's. */
function settingsOf(latest: HttpApi, stage: string): HttpStageSettings {
  return latest.stage === stage ? latest : (latest.otherStages?.find(({ name }) => name === stage) ?? {});
}

function withSettings(api: HttpApi, settings: HttpStageSettings): HttpApi {
  const { accessLog: _, defaultThrottle: __, routeThrottles: ___, ...shared } = api;
  const { accessLog, defaultThrottle, routeThrottles } = settings;
  return {
    ...shared,
    ...(accessLog && { accessLog }),
    ...(defaultThrottle && { defaultThrottle }),
    ...(routeThrottles && { routeThrottles }),
  };
}

function stagesOf(api: HttpApi): readonly Pick<Standing, "stage" | "variables">[] {
  const others = (api.otherStages ?? []).map(({ name, variables }) => ({ stage: name, variables }));
  return [{ stage: api.stage, variables: api.stageVariables }, ...others];
}
