// Many routes, one function: a typed route table for REST, HTTP, function URL and load balancer events.
import middy, { type MiddyfiedHandler } from "@middy/core";
import { refusal } from "../http-error.ts";
import type { AnyHttpEvent, AnyHttpResult } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { InputCheck, type RouteInput, type RouteRequest } from "./input.ts";
import { findPath } from "./match-route.ts";
import { ReplyCheck, type Answer } from "./replies.ts";
import { empty, toReply } from "./reply.ts";
import { IncomingRequest, type RequestContext, type RequestOptions } from "./request.ts";
import { Responder, type ResponderOptions } from "./responder.ts";
import type { RouteKey } from "./route-path.ts";
import { allowedMethods, routeFor, RouteTree, type PathEntry } from "./route-tree.ts";
import { settle, type Answering } from "./settle.ts";
import type { StreamingMode } from "./streaming-mode.ts";

/** What is known about every request of a table without a schema. */
export interface HttpApiTypes {
  /** What the authorizer puts into its context. */
  readonly auth?: unknown;
}

/** Options of {@link httpApi}. */
export interface HttpApiOptions extends ResponderOptions {
  /**
   * The base path of a custom domain, such as `/v1`, that stands before the table's paths. Needed only where a
   * `$default` route of an HTTP API or a load balancer is in front: other routes tell it themselves.
   */
  readonly basePath?: string;
}

/** How a handler is run. */
export interface HandlerOptions {
  /** `streaming` of `@gatewright/events/streaming` sends answers as they are made. @default whole answers */
  readonly mode?: StreamingMode;
}

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
  /** The same with schemas for what is sent, and for what is answered. */
  route<const Key extends RouteKey, const Input extends RouteInput>(
    key: Key,
    input: Input,
    handler: (request: RouteRequest<Key, Input, AuthOf<Types>>) => Answer<Input>,
  ): HttpApi<Types>;
  /** The Lambda handler: a middy instance, so that any middy middleware can be added. */
  handler(options?: HandlerOptions): MiddyfiedHandler<AnyHttpEvent, AnyHttpResult>;
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
  const whole = new Responder(options); // made at once, so that options which cannot be are refused here
  const api = {
    route(key: RouteKey, ...rest: readonly unknown[]): unknown {
      const [input, handle] = rest.length === 1 ? [undefined, rest[0]] : rest;
      // By the overloads; the request of a handler has the type of its route, which the check makes true.
      tree.add(key, () => toRoute(key, input as RouteInput | undefined, handle as Route["handle"]));
      return api;
    },
    handler: ({ mode }: HandlerOptions = {}) =>
      toHandler({
        tree,
        responder: mode === undefined ? whole : new Responder(options, mode),
        request: { mode, basePath: options.basePath },
      }),
  };
  return api as HttpApi<Types>; // one implementation for both overloads
}

function toRoute(key: string, input: RouteInput | undefined, handle: Route["handle"]): Route {
  const replies = input?.replies && new ReplyCheck(key, input.replies);
  return {
    key,
    check: input && new InputCheck(key, input),
    handle: replies === undefined ? handle : (request) => replies.run(handle(request)),
  };
}

/** A table as it is called. */
interface Table {
  readonly tree: RouteTree<Route>;
  readonly responder: Responder;
  readonly request: RequestOptions;
}

function toHandler(table: Table): MiddyfiedHandler<AnyHttpEvent, AnyHttpResult> {
  const { responder } = table;
  const toRequest = (event: AnyHttpEvent, context: RequestContext | undefined): IncomingRequest =>
    new IncomingRequest(event, dialectOf(event), context, table.request);
  const answering: Answering<AnyHttpResult> = {
    work: (request) => work(table, request),
    answer: (value, request) => responder.answer(toReply(value), request),
    refuse: (error, request) => responder.refuse(error, request) ?? handOn(error, request),
  };
  return middy<AnyHttpEvent, AnyHttpResult>({
    timeoutEarlyInMillis: 0,
    ...(responder.mode && { executionMode: responder.mode }),
  })
    .onError((failed) => {
      if (failed.response !== undefined) return;
      const request = unanswered.get(failed.event) ?? toRequest(failed.event, failed.context);
      failed.response =
        responder.refuse(failed.error, request) ?? responder.refuseBare(failed.error, request);
    })
    .handler((event, context) => settle(toRequest(event, context), answering));
}

/** Requests that failed with an error that was not meant for the caller, by their event: middy hands it on. */
const unanswered = new WeakMap<object, IncomingRequest>();

function handOn(error: unknown, request: IncomingRequest): never {
  unanswered.set(request.raw, request);
  throw error;
}

/** A request's whole way: find, check, handle. The value, or a promise of it. */
function work({ tree, responder }: Table, request: IncomingRequest): unknown {
  const found = findPath(tree, request);
  if (found === undefined) throw refusal(404, "There is nothing at this path.");
  const placed = routeFor(found.entry, request.method);
  if (placed === undefined) return withoutRoute(found.entry, responder, request);
  const { route, names } = placed;
  request.route = route.key;
  if (names.length > 0) request.path = pair(names, found.values);
  const checking = route.check?.run(request);
  return checking === undefined ? route.handle(request) : checking.then(() => route.handle(request));
}

/** OPTIONS is told what the path answers; any other method that it does not answer is refused. */
function withoutRoute(entry: PathEntry<Route>, responder: Responder, request: IncomingRequest): unknown {
  const methods = allowedMethods(entry);
  const allow = methods.join(", ");
  if (request.method !== "OPTIONS") {
    throw refusal(405, `This path answers ${allow}.`, { headers: { allow } });
  }
  return responder.preflightReply(methods, request) ?? empty(204, { allow });
}

function pair(names: readonly string[], values: readonly string[]): Record<string, string> {
  const path: Record<string, string> = {};
  for (let at = 0; at < names.length; at += 1) path[names[at] as string] = values[at] as string; // as many values as names
  return path;
}
