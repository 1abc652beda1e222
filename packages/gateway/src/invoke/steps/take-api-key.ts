// Step: whose usage plan does this request count against?
import type { RestPlan } from "../../deploy/rest-plan.ts";
import type { Authorized, Keyed } from "../exchange.ts";
import { lastHeader } from "../headers.ts";
import { Rejection } from "../rejection.ts";

/**
 * Takes the API key from `x-api-key`, or from the authorizer where the API says so.
 *
 * @throws Rejection `INVALID_API_KEY` if the method requires a key and there is none, or it is unknown, disabled
 *   or in no usage plan for the stage.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
 */
export function takeApiKey(authorized: Authorized, plan: RestPlan): Keyed {
  authorized.trace.notes.reached = authorized;
  if (!authorized.route.method.apiKeyRequired) return { ...authorized, apiKey: null };
  const value =
    plan.api.apiKeySource === "HEADER"
      ? lastHeader(authorized.http.headers, "x-api-key")
      : authorized.usageIdentifierKey;
  const apiKey = value === undefined ? undefined : plan.keys.get(value);
  if (!apiKey) throw new Rejection("INVALID_API_KEY", { why: value === undefined ? missing : unknown });
  const keyed = { ...authorized, apiKey };
  authorized.trace.notes.reached = keyed;
  return keyed;
}

const missing = "The method requires an API key, and there is none";
const unknown = "The API key is unknown, disabled, or in no usage plan for this stage";
