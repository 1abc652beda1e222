// One route, one function: a middy middleware that turns the event into a typed request and back.
import type { MiddlewareObj } from "@middy/core";
import type { AnyHttpResult } from "./dialects/dialect.ts";
import { dialectOf } from "./dialects/dialect-of.ts";
import { InputCheck, type RouteInput, type RouteRequest } from "./input.ts";
import { decodePath } from "./match-route.ts";
import { ReplyCheck } from "./replies.ts";
import { toReply } from "./reply.ts";
import { IncomingRequest, type RequestContext } from "./request.ts";
import { Responder, type ResponderOptions } from "./responder.ts";
import type { StreamingMode } from "./streaming-mode.ts";

/** Schemas of the route, and what its answers have in common. */
export interface HttpRequestOptions extends RouteInput, ResponderOptions {
  /** The execution mode of the middy instance where that is `streaming`. @default whole answers */
  readonly mode?: StreamingMode;
}

/**
 * Gives the handler of one route a typed request instead of the event, and turns what it returns into a result.
 *
 * The gateway has chosen the route, so its path parameters are taken as they come; on function URLs and load
 * balancers there are none. Middlewares after this one see the request as `event`.
 * A middleware cannot end a handler: `request.signal` is aborted when the time is over, and a handler
 * that gives up because of it is answered with 504.
 *
 * @example
 * export const handler = middy()
 *   .use(httpRequest({ path: RoomPath, body: NewMessage }))
 *   .handler(async (request) => reply(201, await save(request.path.room, request.body)));
 *
 * @throws `SCHEMA_INVALID`, `CORS_ANY_ORIGIN_WITH_CREDENTIALS`
 */
export function httpRequest<const Options extends HttpRequestOptions = object, Auth = unknown>(
  options?: Options,
): MiddlewareObj<RouteRequest<string, Options, Auth>, AnyHttpResult> {
  const check = new InputCheck("httpRequest", options ?? {});
  const responder = new Responder(options ?? {}, options?.mode);
  const replies = options?.replies && new ReplyCheck("httpRequest", options.replies);
  const mode = options?.mode;
  /** The request of each run, also when another middleware puts something else in the place of the event. */
  const requests = new WeakMap<object, IncomingRequest>();

  const middleware: MiddlewareObj<unknown, AnyHttpResult> = {
    async before(run) {
      const request = toRequest(run.event, run.context, mode);
      requests.set(run, request);
      const asked = request.method === "OPTIONS" && request.sentHeader("access-control-request-method");
      const preflight = asked ? responder.preflightReply([asked], request) : undefined;
      if (preflight !== undefined) return responder.answer(preflight, request);
      request.path = toParameters(request);
      const checking = check.run(request);
      if (checking !== undefined) await checking;
      run.event = request;
      return undefined;
    },
    async after(run) {
      const request = requests.get(run) as IncomingRequest; // `before` has run
      const reply = replies === undefined ? toReply(run.response) : await replies.run(run.response);
      run.response = await responder.answer(reply, request);
      request.close();
    },
    onError(run) {
      if (run.response !== undefined) return;
      const request = requests.get(run) ?? toRequest(run.event, run.context, mode);
      request.close();
      run.response = responder.refuse(run.error, request) ?? responder.refuseBare(run.error, request);
    },
  };
  return middleware; // after `before` the event is the request
}

function toRequest(
  event: unknown,
  context: RequestContext | undefined,
  mode?: StreamingMode,
): IncomingRequest {
  const dialect = dialectOf(event);
  const request = new IncomingRequest(event as IncomingRequest["raw"], dialect, context, { mode }); // its shape has been told
  request.route = dialect.template(request.raw) ?? "";
  return request;
}

function toParameters({ dialect, raw }: IncomingRequest): Record<string, string> {
  const path: Record<string, string> = {};
  const parameters = dialect.parameters(raw);
  for (const name in parameters) {
    const value = parameters[name];
    if (typeof value !== "string" || name === "__proto__") continue;
    path[name] = dialect.encodedParameters ? decodePath(value) : value;
  }
  return path;
}
