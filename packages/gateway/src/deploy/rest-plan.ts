// A REST API made ready to be invoked: everything parsed and indexed, nothing that changes.
import type { GatewayResponseType } from "@gatewright/contract";
import { canRunHere } from "../integrations/aws-request.ts";
import type { RestApi, RestMethod } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { deployKeys, type DeployedKey } from "./api-keys.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { type BinaryTest, compileBinaryTypes } from "./media-types.ts";
import { type DeployedGatewayResponse, deployGatewayResponses } from "./gateway-responses.ts";
import { type DeployedIntegration, deployIntegration } from "./mapped-integration.ts";
import { type DeployedValidator, deployValidators } from "./models.ts";
import { type Place, toPlace } from "./place.ts";
import { createRestRouter, type RestRouter } from "./rest-routes.ts";

/** A REST API made ready. */
export interface RestPlan {
  readonly api: RestApi;
  readonly place: Place;
  readonly route: RestRouter;
  readonly authorizers: ReadonlyMap<string, DeployedAuthorizer>;
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
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`, and what
 *   cannot be read in templates, mappings, models and gateway responses.
 */
export function deployRest(
  api: RestApi,
  service: Service,
  apiKeyValues: ReadonlyMap<string, string>,
): RestPlan {
  const { apiKeys, usagePlans } = service;
  const named = api.methods.map(({ method, path, authorizerId }) => ({
    name: `${method} ${path}`,
    authorizerId,
  }));
  return Object.freeze({
    api,
    place: toPlace(service, api),
    route: createRestRouter(api.methods),
    authorizers: deployAuthorizers(api.authorizers, named),
    keys: deployKeys(api, { apiKeys, usagePlans, apiKeyValues }),
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
  const { service, kind, value } = integration.target;
  if (canRunHere(integration.target)) return [];
  return [
    `${method} ${path} calls ${service} (${kind}/${value}), which is not available locally: it answers 500`,
  ];
}
