// What `$context` holds of a request to an HTTP API.
import type { HttpPlan } from "../deploy/http-plan.ts";
import type { HttpAdmitted, HttpArrived, HttpAuthorizer } from "./http-exchange.ts";
import { lastHeader } from "./headers.ts";
import { toRequestTime } from "./request-time.ts";
import { toDomainPrefix, toIamIdentity, toIdentity } from "./rest-context.ts";

/**
 * The variables of a request as far as it came; parameter mappings and access logs name them.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function toHttpContext(
  reached: HttpArrived & Partial<HttpAdmitted>,
  { place }: HttpPlan,
): Readonly<Record<string, unknown>> {
  const { http, requestId, at, route, authorizer } = reached;
  return {
    accountId: place.accountId,
    apiId: place.apiId,
    ...(authorizer && { authorizer: toAuthorizerVariables(authorizer) }),
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    extendedRequestId: requestId,
    httpMethod: http.method,
    identity: {
      ...toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? null),
      ...(http.caller?.clientCert && { clientCert: http.caller.clientCert }),
      ...(authorizer?.kind === "iam" && toIamIdentity(authorizer.caller)),
    },
    path: http.path,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: toRequestTime(at),
    requestTimeEpoch: at,
    routeKey: route?.routeKey,
    stage: place.stage,
  };
}

/** `$context.authorizer`: what a function said, or the claims of a JWT. */
function toAuthorizerVariables(authorizer: HttpAuthorizer): object {
  switch (authorizer.kind) {
    case "lambda": {
      const { principalId, context } = authorizer;
      return principalId === undefined ? context : { ...context, principalId };
    }
    case "jwt":
      return { claims: authorizer.claims };
    default:
      return {};
  }
}
