// A REST request as the event of a Lambda proxy integration (payload 1.0).
import type { RestEvent, RestRequestContext } from "@gatewright/contract";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { Admitted, Keyed, Routed } from "./exchange.ts";
import { addForwarded } from "./forwarded.ts";
import { lastHeader, toLowerName, toMediaType, toSameName, toTitleCase } from "./headers.ts";
import { readQuery, toMultiMap, toSingleMap } from "./query.ts";
import { toHeaderMaps, toIamIdentity, toRestContext } from "./rest-context.ts";

/** Headers that API Gateway spells in title case, whatever the client wrote. */
export function toShownName(name: string): string {
  return titled.test(toLowerName(name)) ? toTitleCase(name) : toSameName(name);
}

const removed: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "content-md5",
  "expect",
  "max-forwards",
  "proxy-authenticate",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "www-authenticate",
]);
/** API Gateway keeps signatures to itself. */
const removedWhenSigned: ReadonlySet<string> = new Set([...removed, "authorization"]);
const titled = /^(?:host|user-agent|authorization|x-forwarded-.*|x-amzn-trace-id)$/;

/** What proxy events and authorizer events of a REST API say alike. */
export type RestRequestPart = Omit<RestEvent, "body" | "isBase64Encoded" | "requestContext">;

/**
 * Writes a REST request without its body: every key is there, `null` where the request has nothing.
 *
 * Header names keep the sender's case, except the few that API Gateway writes itself.
 */
export function toRestRequestPart(routed: Routed, plan: RestPlan): RestRequestPart {
  const { http, route, path } = routed;
  const dropped = route.method.iam === true ? removedWhenSigned : removed;
  const headers = addForwarded(http, routed.traceId).filter(([name]) => !dropped.has(toLowerName(name)));
  const query = readQuery(http.query, "&;");
  const { stageVariables } = plan.api;
  return {
    resource: route.method.path,
    path: http.mapping ? http.path : path,
    httpMethod: http.method,
    ...toHeaderMaps(headers, toShownName),
    queryStringParameters: toSingleMap(query),
    multiValueQueryStringParameters: toMultiMap(query),
    pathParameters: route.pathParameters,
    stageVariables: Object.keys(stageVariables).length === 0 ? null : stageVariables,
  };
}

/**
 * Writes the event of a Lambda proxy integration.
 *
 * The body is base64 where its media type is among the API's `binaryMediaTypes`, otherwise text.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function toRestEvent(admitted: Admitted, plan: RestPlan): RestEvent {
  const { body, headers } = admitted.http;
  const binary = body.length > 0 && plan.isBinary(toMediaType(lastHeader(headers, "content-type")));
  return {
    ...toRestRequestPart(admitted, plan),
    requestContext: toAdmittedContext(admitted, plan),
    body: body.length === 0 ? null : body.toString(binary ? "base64" : "utf8"),
    isBase64Encoded: binary,
  };
}

/** The request context of a request that was let in: with what its authorizer said, and its key. */
export function toAdmittedContext(admitted: Keyed, plan: RestPlan): RestRequestContext {
  const { authorizer, apiKey, iamCaller } = admitted;
  const context = toRestContext(admitted, plan);
  if (!authorizer && !apiKey && !iamCaller) return context;
  const used = apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id };
  return {
    ...context,
    ...(authorizer && { authorizer }),
    identity: { ...context.identity, ...(iamCaller && toIamIdentity(iamCaller)), ...used },
  };
}
