// From the routes that a caller may use to the ARNs of a policy.
import { toMethodArn, type MethodArn } from "@gatewright/contract";
import { failures } from "./failures.ts";

interface Route {
  /** A verb, or `*`. */
  readonly method: string;
  /** With its leading slash; `*` is any text. */
  readonly path: string;
}

const shape = /^(\*|ANY|GET|PUT|POST|PATCH|DELETE|HEAD|OPTIONS) (\/[^\s?{}$]*|\*)$/;

/**
 * The resources of a policy for a REST or HTTP API: the whole stage, or the routes that are named.
 *
 * @throws Failure `ROUTE_UNREADABLE`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function toResources(arn: MethodArn, routes: readonly string[] | undefined): readonly string[] {
  if (routes === undefined) return [toMethodArn({ ...arn, call: "*" })];
  const stage = toMethodArn({ ...arn, call: "" });
  return readRoutes(routes).map(({ method, path }) => `${stage}${method}${path === "*" ? "/*" : path}`);
}

/** Whether `$connect` is among the routes; without routes it is. */
export function coverConnect(routes: readonly string[] | undefined): boolean {
  if (routes === undefined) return true;
  readRoutes(routes); // so that a misspelt route shows on every API kind
  return routes.includes("$connect");
}

/** Whether one call, as in `GET/rooms/42` or `$connect`, is covered; without routes every call is. */
export function coverCall(routes: readonly string[] | undefined, call: string): boolean {
  if (routes === undefined || call === "$connect") return coverConnect(routes);
  const at = call.indexOf("/");
  return readRoutes(routes).some(
    ({ method, path }) =>
      (method === "*" || method === call.slice(0, at)) &&
      toPattern(path === "*" ? "/*" : path).test(call.slice(at)),
  );
}

/**
 * Whether a route key of an HTTP API, as in `GET /rooms/{room}`, is covered with everything that it can match.
 *
 * It is compared as text: `{room}` is only covered by a `*`, and `ANY` and `$default` only by their own like.
 */
export function coverRouteKey(routes: readonly string[], routeKey: string): boolean {
  const [keyMethod = "", keyPath = ""] = routeKey.split(" ", 2);
  return readRoutes(routes).some(({ method, path }) => {
    if (method !== "*" && method !== keyMethod) return false;
    return keyPath === "" ? path === "*" || path === "/*" : toPattern(path).test(keyPath);
  });
}

function toPattern(path: string): RegExp {
  const text = path.split("*").map((part) => part.replace(/[.+^()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${text.join(".*")}$`, "s");
}

function readRoutes(routes: readonly string[]): readonly Route[] {
  return routes.filter((route) => route !== "$connect").map(readRoute);
}

/** The same few routes are granted again and again. */
const known = new Map<string, Route>();
const mostKnown = 256;

function readRoute(route: string): Route {
  const read = known.get(route);
  if (read) return read;
  const [, method, path] = shape.exec(route) ?? [];
  if (method === undefined || path === undefined) throw failures.create("ROUTE_UNREADABLE", { route });
  const made: Route = { method: method === "ANY" ? "*" : method, path };
  if (known.size >= mostKnown) known.clear();
  known.set(route, made);
  return made;
}
