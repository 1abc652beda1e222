// Which route of an HTTP API a request meets.
import type { HttpRoute } from "../model/http-api.ts";
import { createRouteTree, type RouteMatch } from "./route-tree.ts";

/** The route that a request meets. */
export interface MatchedHttpRoute {
  readonly route: HttpRoute;
  /** As they stand in the segments given; empty where the route has none. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route for a verb and decoded path segments; `undefined` is API Gateway's 404. */
export type HttpRouter = (verb: string, segments: readonly string[]) => MatchedHttpRoute | undefined;

/**
 * Builds the router of an HTTP API: full match on verb and path, then `ANY` on a full path, then the longest
 * `{proxy+}`, then `$default`. A trailing slash matters.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function createHttpRouter(routes: readonly HttpRoute[]): HttpRouter {
  const fallback = routes.find((route) => route.routeKey === "$default");
  const keyed = routes.filter((route) => route !== fallback);
  const tree = createRouteTree(keyed.map((route) => readRoute(route)));
  return (verb, segments) => {
    const matches = [...tree.matches(segments)];
    const whole = matches.filter((match) => match.greedyAt === undefined);
    const greedy = matches
      .filter((match) => match.greedyAt !== undefined)
      .sort((a, b) => (b.greedyAt ?? 0) - (a.greedyAt ?? 0));
    return (
      pick(whole, [verb]) ??
      pick(whole, ["ANY"]) ??
      pick(greedy, [verb, "ANY"]) ??
      (fallback && { route: fallback, pathParameters: {} })
    );
  };
}

/** Splits the route key `GET /rooms/{room}` into verb and path. */
function readRoute(route: HttpRoute): { verb: string; path: string; value: HttpRoute } {
  const space = route.routeKey.indexOf(" ");
  return { verb: route.routeKey.slice(0, space), path: route.routeKey.slice(space + 1), value: route };
}

function pick(
  matches: readonly RouteMatch<HttpRoute>[],
  verbs: readonly string[],
): MatchedHttpRoute | undefined {
  for (const { byVerb, parameters } of matches) {
    for (const verb of verbs) {
      const route = byVerb.get(verb);
      if (route) return { route, pathParameters: Object.fromEntries(parameters) };
    }
  }
  return undefined;
}
