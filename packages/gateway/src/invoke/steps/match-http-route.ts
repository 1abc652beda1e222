// Step: which route of an HTTP API is meant?
import type { HttpPlan } from "../../deploy/http-plan.ts";
import { toSegments } from "../../deploy/route-tree.ts";
import type { HttpPassed, HttpRouted } from "../http-exchange.ts";
import { decodePercent } from "../query.ts";
import { HttpRejection } from "../rejection.ts";

/**
 * Finds the route. Segments are decoded one by one, so that an encoded slash stays in its segment.
 *
 * @throws HttpRejection `NOT_FOUND`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function matchHttpRoute(passed: HttpPassed, plan: HttpPlan): HttpRouted {
  const segments = toSegments(passed.path).map(decodePercent);
  const matched = plan.route(passed.http.method, segments);
  if (!matched) throw new HttpRejection("NOT_FOUND");
  passed.trace.write("match-route", matched.route.routeKey);
  const routed = { ...passed, ...matched };
  passed.trace.notes.reached = routed;
  return routed;
}
