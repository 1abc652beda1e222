// A REST API made ready to be invoked: everything parsed and indexed, nothing that changes.
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import type { Policy } from "../policy/policy.ts";
import { type Clock, systemClock } from "../ports.ts";
import type { DeployedWebAcl } from "../waf/web-acl.ts";
import { deployKeys, type DeployedKey } from "./api-keys.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { deployCognito, type DeployedCognito } from "./cognito.ts";
import { type BinaryTest, compileBinaryTypes } from "./media-types.ts";
import { type Place, toPlace } from "./place.ts";
import { deployResourcePolicy } from "./resource-policy.ts";
import { createRestRouter, type RestRouter } from "./rest-routes.ts";
import { deployWebAcls } from "./web-acls.ts";

/** A REST API made ready. */
export interface RestPlan {
  readonly api: RestApi;
  readonly place: Place;
  readonly route: RestRouter;
  readonly authorizers: ReadonlyMap<string, DeployedAuthorizer>;
  readonly cognito: ReadonlyMap<string, DeployedCognito>;
  readonly resourcePolicy: Policy | undefined;
  /** By stage. */
  readonly webAcls: ReadonlyMap<string, DeployedWebAcl>;
  readonly keys: ReadonlyMap<string, DeployedKey>;
  readonly isBinary: BinaryTest;
}

/**
 * Makes a REST API ready.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`,
 *   `POLICY_UNREADABLE`, `WEB_ACL_INVALID`.
 */
export function deployRest(
  api: RestApi,
  service: Service,
  apiKeyValues: ReadonlyMap<string, string>,
  clock: Clock = systemClock,
): RestPlan {
  const { apiKeys, usagePlans } = service;
  const place = toPlace(service, api);
  const cognito = deployCognito(api.cognitoAuthorizers ?? [], service.region);
  const named = api.methods.map(({ method, path, authorizerId }) => ({
    name: `${method} ${path}`,
    authorizerId,
  }));
  return Object.freeze({
    api,
    place,
    route: createRestRouter(api.methods),
    authorizers: deployAuthorizers(api.authorizers, named, cognito),
    cognito,
    resourcePolicy: deployResourcePolicy(api, place),
    webAcls: deployWebAcls(service, clock),
    keys: deployKeys(api, { apiKeys, usagePlans, apiKeyValues }),
    isBinary: compileBinaryTypes(api.binaryMediaTypes),
  });
}
