// May a caller refresh the cache? The policies that let the caller in say so.
import { toCallArn } from "../deploy/place.ts";
import type { RestPlan } from "../deploy/rest-plan.ts";
import { askPolicy } from "../policy/policy.ts";
import { tableA, tableB } from "../policy/tables.ts";
import type { Admitted } from "./exchange.ts";
import { toRequestKeys } from "./request-keys.ts";

/**
 * Whether a caller has the right to `execute-api:InvalidateCache` on a call: by its own policies, by those of the Lambda
 * authorizer, or by the resource policy.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export function mayInvalidate(admitted: Admitted, { place, resourcePolicy, api }: RestPlan): boolean {
  const { http, path, at, iamCaller, identityPolicy } = admitted;
  const caller = iamCaller ?? undefined;
  const keys = toRequestKeys({ http, at, caller, isPrivate: api.endpointType === "PRIVATE" });
  const resource = toCallArn(place, http.method, path);
  const question = { action: "execute-api:invalidatecache", resource, principal: caller, keys };
  const table = caller && caller.accountId !== place.accountId ? tableB : tableA;
  const own = identityPolicy ? askPolicy(identityPolicy, question) : "implicit-deny";
  const resourceBased = resourcePolicy ? askPolicy(resourcePolicy, question) : "implicit-deny";
  return table[own][resourceBased] === "allow";
}
