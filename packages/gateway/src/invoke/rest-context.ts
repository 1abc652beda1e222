// The request context and maps that REST proxy events, REST authorizer events and HTTP 1.0 events share.
import type { RestIdentity, RestRequestContext } from "@gatewright/contract";
import type { RestPlan } from "../deploy/rest-plan.ts";
import type { IamCaller } from "../identities/identities.ts";
import type { CallerDetails, HeaderPair } from "./application.ts";
import type { Arrived, Routed } from "./exchange.ts";
import { groupHeaders, lastHeader } from "./headers.ts";
import { put } from "./query.ts";
import { toRequestTime } from "./request-time.ts";

/** Headers as the two maps of payload 1.0, under the names that `rename` gives them. */
export function toHeaderMaps(
  headers: readonly HeaderPair[],
  rename: (name: string) => string,
): {
  readonly headers: Readonly<Record<string, string>>;
  readonly multiValueHeaders: Readonly<Record<string, readonly string[]>>;
} {
  const single: Record<string, string> = {};
  const multiple: Record<string, readonly string[]> = {};
  for (const { name, values } of groupHeaders(headers).values()) {
    const shown = rename(name);
    put(single, shown, values.at(-1) ?? "");
    put(multiple, shown, values);
  }
  return { headers: single, multiValueHeaders: multiple };
}

/** The identity of a caller who is known by address and user agent only. */
export function toIdentity(sourceIp: string, userAgent: string | null): RestIdentity {
  return {
    accessKey: null,
    accountId: null,
    caller: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    sourceIp,
    user: null,
    userAgent,
    userArn: null,
  };
}

/** With what is known of where a caller is: its VPC on private APIs only. */
function withCaller(
  identity: RestIdentity,
  caller: CallerDetails | undefined,
  { api }: RestPlan,
): RestIdentity {
  if (!caller) return identity;
  if (api.endpointType === "PRIVATE") return { ...identity, ...caller };
  return caller.clientCert ? { ...identity, clientCert: caller.clientCert } : identity;
}

/** What IAM knows of a caller who signed, for the identity of a REST API or of payload 1.0. */
export function toIamIdentity(caller: IamCaller): Partial<RestIdentity> {
  return {
    accessKey: caller.accessKeyId,
    accountId: caller.accountId,
    caller: caller.userId,
    principalOrgId: caller.organizationId ?? null,
    user: caller.userId,
    userArn: caller.arn,
  };
}

/** The first label of a host, as `domainPrefix` gives it. */
export function toDomainPrefix(host: string): string {
  const end = host.search(/[.:]/);
  return end < 0 ? host : host.slice(0, end);
}

/** What `$context` holds of a REST request whose method is not known. */
export function toArrivedContext(
  arrived: Arrived,
  { place }: RestPlan,
): Omit<RestRequestContext, "deploymentId" | "resourceId" | "resourcePath"> {
  const { http, requestId, extendedRequestId, at } = arrived;
  return {
    requestId,
    extendedRequestId,
    requestTime: toRequestTime(at),
    requestTimeEpoch: at,
    httpMethod: http.method,
    path: http.path,
    protocol: "HTTP/1.1",
    accountId: place.accountId,
    apiId: place.apiId,
    stage: place.stage,
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    identity: toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? null),
  };
}

/** The request context of a REST request, before an authorizer or a key is known. */
export function toRestContext(routed: Routed, plan: RestPlan): RestRequestContext {
  const { http, route } = routed;
  const { operationName, path: resourcePath, resourceId } = route.method;
  return {
    resourceId,
    resourcePath,
    ...(operationName !== undefined && { operationName }),
    httpMethod: http.method,
    extendedRequestId: routed.extendedRequestId,
    requestTime: toRequestTime(routed.at),
    path: http.path,
    accountId: plan.place.accountId,
    protocol: "HTTP/1.1",
    stage: plan.api.stage,
    domainPrefix: toDomainPrefix(http.host),
    requestTimeEpoch: routed.at,
    requestId: routed.requestId,
    identity: withCaller(
      toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? null),
      http.caller,
      plan,
    ),
    domainName: http.host,
    deploymentId: plan.api.deploymentId,
    apiId: plan.api.id,
    ...(plan.isCanary && { isCanaryRequest: true }),
  };
}
