// Where @connections of an API is, also behind a custom domain.
import { failures } from "../failures.ts";

/** What an event says about its API: `event.requestContext` fits. */
export interface ApiPlace {
  readonly apiId: string;
  readonly stage: string;
}

/**
 * The endpoint of @connections for the API and stage that an event came from.
 *
 * It is made from the API's id, never from `domainName`: behind a custom domain the mapping of the client's
 * path says nothing about @connections, and posting there is what gives 403.
 *
 * @example
 * await registry.connect({ connectionId, endpoint: managementEndpoint(event.requestContext), userId });
 * @throws `BAD_ENDPOINT` without api id or stage; `REGION_MISSING` without a region.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function managementEndpoint(place: ApiPlace, region: string | undefined = regionOfProcess()): string {
  if (!place.apiId || !place.stage) {
    throw failures.create("BAD_ENDPOINT", { problem: "cannot be made without apiId and stage" });
  }
  if (!region) throw failures.create("REGION_MISSING", undefined);
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://${place.apiId}.execute-api.${region}.${suffix}/${place.stage}`;
}

/** The region that an endpoint names, as its signature needs it; custom domains name none. */
export function regionOfHost(hostname: string): string | undefined {
  return /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(hostname)?.[1];
}

/** The region that this process runs in. */
export function regionOfProcess(): string | undefined {
  return process.env["AWS_REGION"] ?? process.env["AWS_DEFAULT_REGION"];
}
