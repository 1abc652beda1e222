// Many routes, one function: a typed route table for REST, HTTP, function URL and load balancer events.
// oxlint-disable-next-line import/no-named-as-default -- its types have the default export alone
import middy, { type MiddyfiedHandler } from "@middy/core";
import { HttpError } from "../http-error.ts";
import { withinBudget } from "../time-budget.ts";
import type { AnyHttpEvent, AnyHttpResult } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { InputCheck, type RouteInput, type RouteRequest } from "./input.ts";
import { findPath } from "./match-route.ts";
import { empty, Reply, toReply } from "./reply.ts";
import { IncomingRequest, type RequestContext } from "./request.ts";
import { Responder, type ResponderOptions } from "./responder.ts";
import type { RouteKey } from "./route-path.ts";
import { allowedMethods, routeFor, RouteTree, type PathEntry } from "./route-tree.ts";

/** What is known about every request of a table without a schema. */
export interface HttpApiTypes {
  /** What the authorizer puts into its context. */
  readonly auth?: unknown;
}

/** Options of {@link httpApi}. */
export type HttpApiOptions = ResponderOptions;

type AuthOf<Types> = Types extends { readonly auth: infer Auth } ? Auth : unknown;

/** A route table. Each call adds to it and hands it back. */
export interface HttpApi<Types extends HttpApiTypes = object> {
  /**
   * Adds a route: a method, a path with parameters, and what answers it.
   *
   * The handler returns a reply, a value (200 as JSON) or nothing (204). Static parts of a path come before
   * parameters, and those before a greedy rest (`{path+}`), in whatever order routes are added.
   * GET also answers HEAD; OPTIONS is answered from the table.
   *
   * @throws `ROUTE_INVALID`, `ROUTE_TAKEN`, `SCHEMA_INVALID`
   */
  route<const Key extends RouteKey>(
    key: Key,
    handler: (request: RouteRequest<Key, object, AuthOf<Types>>) => unknown,
  ): HttpApi<Types>;
  /** The same with schemas for what is sent. */
  route<const Key extends RouteKey, const Input extends RouteInput>(
    key: Key,
    input: Input,
    handler: (request: RouteRequest<Key, Input, AuthOf<Types>>) => unknown,
  ): HttpApi<Types>;
  /** The Lambda handler: a middy instance, so that any middy middleware can be added. */
  handler(): MiddyfiedHandler<AnyHttpEvent, AnyHttpResult>;
}

/** A route as it is called. */
interface Route {
  readonly key: string;
  readonly check: InputCheck | undefined;
  readonly handle: (request: IncomingRequest) => unknown;
}

/**
 * Starts a route table.
 *
 * The same table answers REST APIs, HTTP APIs (both payloads), function URLs and load balancers: it tells
 * their events apart by shape. Errors leave as problem documents; what was not meant for the caller is
 * logged whole once and shown as a bare 500.
 *
 * @example
 * const api = httpApi<{ auth: { userId: string } }>({ cors: { origins: ["https://chat.example"] } })
 *   .route("GET /rooms/{room}", async (request) => ({ room: request.path.room, by: request.auth.userId }))
 *   .route("GET /health", () => ({ ok: true }));
 * export const handler = api.handler();
 *
 * @throws `CORS_ANY_ORIGIN_WITH_CREDENTIALS`
 */
export function httpApi<const Types extends HttpApiTypes = object>(
  options: HttpApiOptions = {},
): HttpApi<Types> {
  const tree = new RouteTree<Route>();
  const responder = new Responder(options);
  const api = {
    route(key: RouteKey, ...rest: readonly unknown[]): unknown {
      const [input, handle] = rest.length === 1 ? [undefined, rest[0]] : rest;
      tree.add(key, () => ({
        key,
        check: input === undefined ? undefined : new InputCheck(key, input as RouteInput), // by the overloads
        handle: handle as Route["handle"], // its request has the type of its route, which the check makes true
      }));
      return api;
    },
    handler: () => toHandler(tree, responder),
  };
  return api as HttpApi<Types>; // one implementation for both overloads
}

function toHandler(
  tree: RouteTree<Route>,
  responder: Responder,
): MiddyfiedHandler<AnyHttpEvent, AnyHttpResult> {
  return middy<AnyHttpEvent, AnyHttpResult>({ timeoutEarlyInMillis: 0 })
    .onError((failed) => {
      if (failed.response !== undefined) return;
      const request = unanswered.get(failed.event) ?? toRequest(failed.event, failed.context);
      failed.response =
        responder.refuse(failed.error, request) ?? responder.refuseBare(failed.error, request);
    })
    .handler((event, context) => respond(tree, responder, toRequest(event, context)));
}

/** Requests that failed with an error that was not meant for the caller, by their event: middy hands it on. */
const unanswered = new WeakMap<object, IncomingRequest>();

function toRequest(event: AnyHttpEvent, context: RequestContext | undefined): IncomingRequest {
  return new IncomingRequest(event, dialectOf(event), context);
}

/** A request's whole way: find, check, handle, answer. What was not meant for the caller is thrown on to middy. */
async function respond(
  tree: RouteTree<Route>,
  responder: Responder,
  request: IncomingRequest,
): Promise<AnyHttpResult> {
  try {
    const found = findPath(tree, request);
    if (found === undefined) throw new HttpError(404, "There is nothing at this path.");
    const placed = routeFor(found.entry, request.method);
    if (placed === undefined) return answerWithoutRoute(found.entry, responder, request);
    const { route, names } = placed;
    request.route = route.key;
    if (names.length > 0) request.path = pair(names, found.values);
    const checking = route.check?.run(request);
    if (checking !== undefined) await checking;
    request.isWatched = true;
    const value = route.handle(request);
    return responder.answer(
      toReply(value instanceof Promise ? await inTime(value, request) : value),
      request,
    );
  } catch (error) {
    const refusal = responder.refuse(error, request);
    if (refusal !== undefined) return refusal;
    unanswered.set(request.raw, request);
    throw error;
  }
}

function inTime(work: Promise<unknown>, request: IncomingRequest): Promise<unknown> {
  return withinBudget(work, request.budgetMs(), (over) => request.expire(over));
}

/** OPTIONS and preflights are told what the path answers; any other method that it does not answer is refused. */
function answerWithoutRoute(
  entry: PathEntry<Route>,
  responder: Responder,
  request: IncomingRequest,
): AnyHttpResult {
  const methods = allowedMethods(entry);
  const allow = methods.join(", ");
  if (request.method !== "OPTIONS") {
    throw new HttpError(405, `This path answers ${allow}.`, { headers: { allow } });
  }
  const origin = request.sentHeader("origin");
  const isPreflight =
    origin !== undefined && request.sentHeader("access-control-request-method") !== undefined;
  if (responder.cors === undefined || !isPreflight) return responder.answer(empty(204, { allow }), request);
  const asked = { origin, methods, headers: request.sentHeader("access-control-request-headers") };
  return responder.answerPreflight(
    new Reply({ status: 204, body: undefined, kind: "none", headers: responder.cors.preflight(asked) }),
    request,
  );
}

function pair(names: readonly string[], values: readonly string[]): Record<string, string> {
  const path: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) path[names[at] as string] = values[at] as string; // as many values as names
  return path;
}
