// Which method of a REST API a request meets.
import type { RestMethod } from "../model/rest-api.ts";
import { createRouteTree, toSegments } from "./route-tree.ts";

/** The method that a request meets. */
export interface RestRoute {
  readonly method: RestMethod;
  /** As in `GET /rooms/{room}`. */
  readonly name: string;
  /** Still percent-encoded; `null` where the resource has none. */
  readonly pathParameters: Readonly<Record<string, string>> | null;
}

/** Finds the method for a verb and a path without its stage; `undefined` is API Gateway's 403. */
export type RestRouter = (verb: string, path: string) => RestRoute | undefined;

/**
 * Builds the router of a REST API.
 *
 * A trailing slash does not matter. The exact verb wins over `ANY` on one resource; where the most specific
 * resource has neither, a less specific one that has it is used. `HEAD` is not taken for `GET`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-settings-method-request.html
 */
export function createRestRouter(methods: readonly RestMethod[]): RestRouter {
  const tree = createRouteTree(
    methods.map((method) => ({
      verb: method.method,
      path: method.path,
      value: { method, name: `${method.method} ${method.path}` },
    })),
  );
  return (verb, path) => {
    for (const { byVerb, parameters } of tree.matches(toSegments(withoutTrailingSlash(path)))) {
      const found = byVerb.get(verb) ?? (anyVerbs.has(verb) ? byVerb.get("ANY") : undefined);
      if (!found) continue;
      return { ...found, pathParameters: parameters.length === 0 ? null : Object.fromEntries(parameters) };
    }
    return undefined;
  };
}

const anyVerbs = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
