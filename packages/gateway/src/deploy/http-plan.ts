// An HTTP API made ready to be invoked: everything parsed and indexed, nothing that changes.
import type { HttpApi, HttpRoute } from "../model/http-api.ts";
import type { Service } from "../model/service.ts";
import { deployAuthorizers, type DeployedAuthorizer } from "./authorizers.ts";
import { type DeployedHttpIntegration, deployHttpIntegrations } from "./http-integrations.ts";
import { createHttpRouter, type HttpRouter } from "./http-routes.ts";
import { deployJwt, type DeployedJwt } from "./jwt.ts";
import { type LogFormat, parseLogFormat } from "./log-format.ts";
import type { PlannedBucket } from "./method-plans.ts";
import { type Place, toPlace } from "./place.ts";

/** An HTTP API made ready. */
export interface HttpPlan {
  readonly api: HttpApi;
  readonly place: Place;
  readonly route: HttpRouter;
  readonly authorizers: ReadonlyMap<string, DeployedAuthorizer>;
  readonly jwt: ReadonlyMap<string, DeployedJwt>;
  /** Of routes that map parameters or call something else than a function. */
  readonly integrations: ReadonlyMap<HttpRoute, DeployedHttpIntegration>;
  /** Of routes that have a limit of their own. */
  readonly throttles: ReadonlyMap<HttpRoute, PlannedBucket>;
  /** Of all other routes of the stage. */
  readonly stageThrottle?: PlannedBucket;
  /** How the stage's access log is written, if it has one. */
  readonly logFormat?: LogFormat;
}

/**
 * Makes an HTTP API ready.
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `ISSUER_INVALID`,
 *   `MAPPING_UNREADABLE`, `MAPPING_RESERVED`.
 */
export function deployHttp(api: HttpApi, service: Service): HttpPlan {
  const named = api.routes.map(({ routeKey, authorizerId }) => ({ name: routeKey, authorizerId }));
  const jwt = deployJwt(api.jwtAuthorizers ?? []);
  return Object.freeze({
    api,
    place: toPlace(service, api),
    route: createHttpRouter(api.routes),
    authorizers: deployAuthorizers(api.authorizers, named, jwt),
    jwt,
    integrations: deployHttpIntegrations(api.routes),
    throttles: planThrottles(api),
    ...(api.accessLog && { logFormat: parseLogFormat(api.accessLog) }),
    ...(api.defaultThrottle && {
      stageThrottle: { meter: JSON.stringify([api.id, api.stage]), size: api.defaultThrottle },
    }),
  });
}

function planThrottles(api: HttpApi): ReadonlyMap<HttpRoute, PlannedBucket> {
  const { id, stage, routeThrottles = {} } = api;
  return new Map(
    api.routes.flatMap((route): (readonly [HttpRoute, PlannedBucket])[] => {
      const size = routeThrottles[route.routeKey];
      return size ? [[route, { meter: JSON.stringify([id, stage, route.routeKey]), size }]] : [];
    }),
  );
}
