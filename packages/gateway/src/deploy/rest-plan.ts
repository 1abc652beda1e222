// A REST API made ready to be invoked: everything parsed and indexed, nothing that changes.
import { gatewayLimits, type GatewayResponseType } from "@gatewright/contract";
import { canRunHere, nameTarget } from "../integrations/aws-request.ts";
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import type { RestStage } from "../model/stage.ts";
import type { Policy } from "../policy/policy.ts";
import { deployKeys, type DeployedKey } from "./api-keys.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { deployCognito, type DeployedCognito } from "./cognito.ts";
import { type LogFormat, parseLogFormat } from "./log-format.ts";
import { type BinaryTest, compileBinaryTypes } from "./media-types.ts";
import { type DeployedGatewayResponse, deployGatewayResponses } from "./gateway-responses.ts";
import { type DeployedIntegration, deployIntegration } from "./mapped-integration.ts";
import { type DeployedValidator, deployValidators } from "./models.ts";
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
  /** Of the methods that check their requests. */
  readonly validators: ReadonlyMap<RestMethod, DeployedValidator>;
  /** Of the methods whose requests and answers are mapped. */
  readonly integrations: ReadonlyMap<RestMethod, DeployedIntegration>;
  readonly gatewayResponses: ReadonlyMap<GatewayResponseType, DeployedGatewayResponse>;
  /** What the API declares and cannot do here, for the developer. */
  readonly warnings: readonly string[];
}

/**
 * Makes a REST API ready.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`,
 *   `POLICY_UNREADABLE`, `ACCESS_LOG_INVALID`, and what cannot be read in templates, mappings, models and gateway responses.
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
    validators: deployValidators(api),
    integrations: deployIntegrations(api.methods),
    gatewayResponses: deployGatewayResponses(api.gatewayResponses),
    warnings: api.methods.flatMap(findWarnings),
  });
}

function deployIntegrations(methods: readonly RestMethod[]): ReadonlyMap<RestMethod, DeployedIntegration> {
  const mapped = methods.flatMap((method) => {
    const { integration } = method;
    if (integration.type === "AWS_PROXY" || integration.type === "MOCK_CORS") return [];
    return [[method, deployIntegration(method, integration)] as const];
  });
  return new Map(mapped);
}

/** Services that are called and do not run here, by name. */
function findWarnings({ method, path, integration }: RestMethod): string[] {
  if (integration.type !== "AWS" || !integration.target || "functionKey" in integration.target) return [];
  if (canRunHere(integration.target)) return [];
  const name = nameTarget(integration.target);
  return [`${method} ${path} calls ${name}, which is not available locally: it answers 500`];
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

/** The longest silence of a stream: an edge-optimized API has less patience. */
export function streamIdleMs({ api }: Pick<RestPlan, "api">): number {
  return (api.endpointType ?? "EDGE") === "EDGE"
    ? gatewayLimits.edgeStreamIdleMs
    : gatewayLimits.streamIdleMs;
}
