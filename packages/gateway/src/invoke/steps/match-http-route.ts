// Step: which stage and route of an HTTP API is meant?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { toSegments } from "../../deploy/route-tree.ts";
import type { HttpArrived, HttpRouted, HttpStaged } from "../http-exchange.ts";
import { withoutBasePath } from "../place-in-api.ts";
import { decodePercent } from "../query.ts";
import { HttpRejection } from "../rejection.ts";

/**
 * Finds the stage: `$default` takes the whole path, a named stage its first segment.
 *
 * @throws HttpRejection `NOT_FOUND`.
 */
export function matchStage(arrived: HttpArrived, plan: HttpPlan): HttpStaged {
  const { path, mapping } = arrived.http;
  const { stage, disableExecuteApiEndpoint } = plan.api;
  if (mapping) return { ...arrived, path: withoutBasePath(path, mapping.basePath) || "/" };
  if (disableExecuteApiEndpoint === true) {
    throw new HttpRejection("NOT_FOUND", "the API is open on its custom domains only");
  }
  if (stage === "$default") return { ...arrived, path };
  if (path === `/${stage}`) return { ...arrived, path: "/" };
  if (path.startsWith(`/${stage}/`)) return { ...arrived, path: path.slice(stage.length + 1) };
  throw new HttpRejection("NOT_FOUND", `The stage is ${stage}; the path names another.`);
}

/**
 * Finds the route. Segments are decoded one by one, so that an encoded slash stays in its segment.
 *
 * @throws HttpRejection `NOT_FOUND`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchHttpRoute(staged: HttpStaged, plan: HttpPlan): HttpRouted {
  const segments = toSegments(staged.path).map(decodePercent);
  const matched = plan.route(staged.http.method, segments);
  if (!matched) throw new HttpRejection("NOT_FOUND");
  staged.trace.write("match-route", matched.route.routeKey);
  return { ...staged, ...matched };
}
