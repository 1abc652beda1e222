// A REST API made ready to be invoked: everything parsed and indexed, nothing that changes.
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import type { RestStage } from "../model/stage.ts";
import type { Policy } from "../policy/policy.ts";
import { deployKeys, type DeployedKey } from "./api-keys.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { type LogFormat, parseLogFormat } from "./log-format.ts";
import { deployCognito, type DeployedCognito } from "./cognito.ts";
import { type BinaryTest, compileBinaryTypes } from "./media-types.ts";
import { type MethodPlans, planMethods } from "./method-plans.ts";
import { type Place, toPlace } from "./place.ts";
import { deployResourcePolicy } from "./resource-policy.ts";
import { createRestRouter, type RestRouter } from "./rest-routes.ts";

/** A deployment of a REST API made ready to be served on one stage. */
export interface RestPlan {
  /** As the stage serves it: `stage`, `stageVariables` and `deploymentId` are the stage's. */
  readonly api: RestApi;
  readonly stage: RestStage;
  readonly methodPlans: MethodPlans;
  /** How the stage's access log is written, if it has one. */
  readonly logFormat?: LogFormat;
  /** Whether some method of the stage has an execution log. */
  readonly hasExecutionLog: boolean;
  /** Whether it serves a stage's canary. */
  readonly isCanary?: true;
  readonly place: Place;
  readonly route: RestRouter;
  readonly authorizers: ReadonlyMap<string, DeployedAuthorizer>;
  readonly cognito: ReadonlyMap<string, DeployedCognito>;
  readonly resourcePolicy: Policy | undefined;
  readonly keys: ReadonlyMap<string, DeployedKey>;
  readonly isBinary: BinaryTest;
}

/**
 * Makes a REST API ready.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`,
 *   `POLICY_UNREADABLE`, `ACCESS_LOG_INVALID`.
 */
export function deployRest(
  api: RestApi,
  service: Service,
  apiKeyValues: ReadonlyMap<string, string>,
): RestPlan {
  const { apiKeys, usagePlans } = service;
  const place = toPlace(service, api);
  const cognito = deployCognito(api.cognitoAuthorizers ?? [], service.region);
  const stage = stageOf(api);
  const named = api.methods.map(({ method, path, authorizerId }) => ({
    name: `${method} ${path}`,
    authorizerId,
  }));
  return Object.freeze({
    api,
    stage,
    methodPlans: planMethods(api, stage),
    place,
    route: createRestRouter(api.methods),
    authorizers: deployAuthorizers(api.authorizers, named, cognito),
    cognito,
    resourcePolicy: deployResourcePolicy(api, place),
    keys: deployKeys(api, { apiKeys, usagePlans, apiKeyValues }),
    ...(stage.accessLog && { logFormat: parseLogFormat(stage.accessLog) }),
    hasExecutionLog: Object.values(stage.methodSettings ?? {}).some(
      ({ loggingLevel = "OFF" }) => loggingLevel !== "OFF",
    ),
    isBinary: compileBinaryTypes(api.binaryMediaTypes),
  });
}

/** The stage that an API is about: what its settings say, or a stage without any. */
export function stageOf(api: RestApi): RestStage {
  return (
    api.stages?.find(({ name }) => name === api.stage) ?? {
      name: api.stage,
      variables: api.stageVariables,
      deploymentId: api.deploymentId,
    }
  );
}
