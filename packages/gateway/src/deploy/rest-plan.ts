// A REST API made ready to be invoked: everything parsed and indexed, nothing that changes.
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { deployKeys, type DeployedKey } from "./api-keys.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { type BinaryTest, compileBinaryTypes } from "./media-types.ts";
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
}

/**
 * Makes a REST API ready.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`.
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
  });
}
