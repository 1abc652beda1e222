// The decision in API Gateway's words, which differ from one API kind to the next.
import {
  limits,
  toMethodArn,
  type AuthorizerPolicyResult,
  type AuthorizerResult,
  type HttpAuthorizerEvent,
} from "@gatewright/contract";
import { encodeContext } from "./context.ts";
import type { Allowed } from "./decision.ts";
import { failures } from "./failures.ts";
import type { AuthorizerRequest } from "./request.ts";
import { coverConnect, coverRouteKey, toResources } from "./routes.ts";

/** How an HTTP API with payload 2.0 is answered: the event does not say which one it is set up for. */
export type HttpResponseForm = "simple" | "policy";

/**
 * Answers yes, as far as the routes of the grant go; `undefined` where they cover nothing of what was asked.
 *
 * @throws Failure for a grant that cannot be put into a safe answer: nobody is let in by mistake.
 */
export function answerAllowed(
  granted: Allowed,
  request: AuthorizerRequest,
  form: HttpResponseForm,
): AuthorizerResult | undefined {
  const { event } = request;
  const result =
    "routeArn" in event && form === "simple" ? simpleAnswer(granted, event) : policyAnswer(granted, request);
  return result && assertFits(result);
}

/** Answers no: 403 on every API kind. */
export function answerDenied(
  request: AuthorizerRequest,
  form: HttpResponseForm,
  principalId: string,
): AuthorizerResult {
  if (request.kind === "http-2.0" && form === "simple") return { isAuthorized: false };
  const call = request.kind === "websocket" ? "$connect" : "*";
  return toPolicy("Deny", principalId, [toMethodArn({ ...request.arn, call })]);
}

function policyAnswer(granted: Allowed, request: AuthorizerRequest): AuthorizerPolicyResult | undefined {
  const resources = resourcesFor(granted, request);
  if (resources.length === 0) return undefined;
  const { principalId, usageIdentifierKey } = granted;
  const context = encodeContext(granted.context);
  const policy = toPolicy("Allow", principalId, resources);
  return usageIdentifierKey === undefined
    ? { ...policy, context }
    : { ...policy, context, usageIdentifierKey };
}

function resourcesFor(granted: Allowed, { kind, arn }: AuthorizerRequest): readonly string[] {
  if (kind !== "websocket") return toResources(arn, granted.routes);
  // One segment: `…/*/*`, which is right for REST, does not match it.
  return coverConnect(granted.routes) ? [toMethodArn({ ...arn, call: "$connect" })] : [];
}

function simpleAnswer(granted: Allowed, event: HttpAuthorizerEvent): AuthorizerResult | undefined {
  const { principalId, context, routes } = granted;
  if (routes) {
    // The identity sources are the cache key. Only with the route among them does an answer stay with its route.
    if (!event.identitySource?.includes(event.routeKey))
      throw failures.create("ROUTES_NOT_CACHE_SAFE", undefined);
    if (!coverRouteKey(routes, event.routeKey)) return undefined;
  }
  return { isAuthorized: true, context: { principalId, ...encodeContext(context) } };
}

function toPolicy(
  effect: "Allow" | "Deny",
  principalId: string,
  resources: readonly string[],
): AuthorizerPolicyResult {
  return {
    principalId,
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resources }],
    },
  };
}

function assertFits(result: AuthorizerResult): AuthorizerResult {
  const limit = limits.authorizerResultBytes;
  if (mostBytes(result) <= limit) return result;
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > limit) throw failures.create("RESULT_TOO_LARGE", { bytes, limit });
  return result;
}

/** What JSON makes of one character at most, as in `\u0000`. */
const widest = 6;
/** Names, quotes and commas of an answer, and of each resource. */
const frame = 256;

/** More bytes than an answer can have: most are so small that they need no measuring. The context is in it twice. */
function mostBytes(result: AuthorizerResult): number {
  let characters = 2 * String(result.context?.["gw"] ?? "").length + frame;
  if ("policyDocument" in result) {
    characters += result.principalId.length + (result.usageIdentifierKey?.length ?? 0);
    for (const { Resource } of result.policyDocument.Statement)
      for (const one of [Resource].flat()) characters += one.length + widest;
  } else characters += String(result.context?.["principalId"] ?? "").length;
  return characters * widest;
}
