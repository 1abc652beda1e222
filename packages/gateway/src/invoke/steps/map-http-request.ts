// Step: the request of an HTTP API, changed as its route's parameter mapping says.
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { applyChanges, type HttpMappingScope } from "../../mapping/http-parameters.ts";
import { toQueryText } from "../../mapping/mapped-parameters.ts";
import { toHttpContext } from "../http-context.ts";
import type { HttpAdmitted, HttpMapped } from "../http-exchange.ts";
import { decodePercent, readQuery } from "../query.ts";

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
    context: toHttpContext(admitted, plan),
    stageVariables: plan.api.stageVariables,
  };
}
