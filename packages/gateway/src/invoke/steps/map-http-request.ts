// Step: the request of an HTTP API, changed as its route's parameter mapping says.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { applyChanges, type HttpMappingScope } from "../../mapping/http-parameters.ts";
import { toQueryText } from "../../mapping/mapped-parameters.ts";
import type { HttpAuthorizer, HttpAdmitted, HttpMapped } from "../http-exchange.ts";
import { lastHeader } from "../headers.ts";
import { decodePercent, readQuery } from "../query.ts";
import { toRequestTime } from "../request-time.ts";
import { toDomainPrefix, toIdentity } from "../rest-context.ts";

/**
 * Changes headers, query and path of the request. Routes without a mapping get it as it is.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
 */
export function mapHttpRequest(admitted: HttpAdmitted, plan: HttpPlan): HttpMapped {
  const changes = plan.integrations.get(admitted.route)?.request ?? [];
  if (changes.length === 0) return admitted as HttpMapped; // nothing is to be changed
  const { http } = admitted;
  const scope = toHttpMappingScope(admitted, plan);
  const headers = applyChanges(
    http.headers,
    changes.filter(({ place }) => place === "header"),
    scope,
  );
  const queryChanges = changes.filter(({ place }) => place === "querystring");
  const query =
    queryChanges.length === 0 ? http.query : toQueryText(applyChanges(scope.query, queryChanges, scope));
  const path = changes.findLast(({ place }) => place === "path")?.value(scope);
  const mapped = {
    ...admitted,
    http: { ...http, headers, query },
    ...(path !== undefined && { mappedPath: path }),
  };
  return mapped as HttpMapped; // changed as the mapping says
}

/** What parameter mappings can ask of a request. */
export function toHttpMappingScope(admitted: HttpAdmitted, plan: HttpPlan): HttpMappingScope {
  const { http, path, pathParameters } = admitted;
  return {
    headers: http.headers,
    query: readQuery(http.query),
    path: decodePercent(path),
    pathParameters,
    body: http.body,
    context: toVariables(admitted, plan),
    stageVariables: plan.api.stageVariables,
  };
}

/** `$context` of an HTTP API. */
function toVariables({ http, authorizer, route, path, requestId, at }: HttpAdmitted, plan: HttpPlan): object {
  return {
    accountId: plan.place.accountId,
    apiId: plan.api.id,
    ...(authorizer && { authorizer: toAuthorizerVariables(authorizer) }),
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    extendedRequestId: requestId,
    httpMethod: http.method,
    identity: toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? ""),
    path: plan.api.stage === "$default" ? path : `/${plan.api.stage}${path}`,
    protocol: "HTTP/1.1",
    requestId,
    requestTime: toRequestTime(at),
    requestTimeEpoch: at,
    routeKey: route.routeKey,
    stage: plan.api.stage,
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
