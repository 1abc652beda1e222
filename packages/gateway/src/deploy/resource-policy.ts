// A REST API's resource policy, made ready.
import type { RestApi } from "../model/rest-api.ts";
import { type Policy, readPolicy } from "../policy/policy.ts";
import { type Place, toCallArn } from "./place.ts";

/**
 * Compiles the resource policy of an API, if it has one. Abbreviated resources (`execute-api:/stage/VERB/path`) are
 * written out.
 *
 * @throws failure `POLICY_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function deployResourcePolicy(api: RestApi, place: Place): Policy | undefined {
  if (api.resourcePolicy === undefined) return undefined;
  const prefix = toCallArn({ ...place, stage: "" }, "", "").replace(/\/+$/, "");
  return readPolicy(api.resourcePolicy, {
    of: `The resource policy of the API ${api.name}`,
    principals: "required",
    expand: (resource) => resource.replace(/^execute-api:\/?/, `${prefix}/`),
  });
}
