// The same definition inside a handler: a middy middleware, for function URLs or as a second lock.
import { encodeContext } from "./context.ts";
import type { Allowed } from "./decision.ts";
import type { HandlerEvent } from "./handler-event.ts";
import { readHandlerRequest, type HandlerRequest } from "./handler-request.ts";
import { assertComplete, judge, type JudgeOptions, type Judgement } from "./judge.ts";
import { coverCall } from "./routes.ts";
import type { Verifier } from "./verify/verifier.ts";

/** Who may enter. The `routes` of a grant are compared with the request itself: nothing is kept. */
export interface AuthenticateOptions<Verifiers extends readonly Verifier[]> extends JudgeOptions<Verifiers> {
  /** What `www-authenticate` names with a 401. @default "api" */
  readonly realm?: string;
}

/** A middy middleware. `before` ends the call early with 401, 403 or 503, or writes who calls into the event. */
export interface AuthenticateMiddleware {
  readonly before: (call: { event: HandlerEvent }) => Promise<RefusalResponse | undefined>;
}

/** How a caller is turned away: a problem document, in the layout of REST and HTTP APIs and function URLs. */
export interface RefusalResponse {
  readonly statusCode: 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Makes a middy middleware that lets a handler's caller in, or answers 401, 403 or 503.
 *
 * Use it before anything that reads the body. What `decide` grants is written where an authorizer of API Gateway would
 * have put it, so that `request.auth` of `@gatewright/events` reads it.
 *
 * @example
 * export const handler = middy()
 *   .use(authenticate({ token: [fromHeader("authorization")], verify: [oidc(issuer)], decide }))
 *   .use(httpRequest({ body: NewMessage }))
 *   .handler(async (request) => reply(201, await post(request.auth, request.body)));
 *
 * @throws Failure `AUTHORIZER_INCOMPLETE` when it is made, `HANDLER_EVENT_UNKNOWN` in a call.
 */
export function authenticate<const Verifiers extends readonly Verifier[]>(
  options: AuthenticateOptions<Verifiers>,
): AuthenticateMiddleware {
  assertComplete(options);
  return {
    async before(call) {
      const request = readHandlerRequest(call.event);
      const judgement = await judge(request, options, (granted) => grantFor(granted, request));
      if (judgement.kind !== "allowed") return refuse(judgement, options.realm ?? "api");
      call.event = withAuthorizer(request.event, judgement.answer);
      return undefined;
    },
  };
}

type Written = Readonly<Record<string, unknown>>;

function grantFor({ principalId, context, routes }: Allowed, { arn }: HandlerRequest): Written | undefined {
  return coverCall(routes, arn.call) ? { principalId, ...encodeContext(context) } : undefined;
}

/** Where an authorizer of the same API kind would have put it; what an earlier one put there is replaced. */
function withAuthorizer(event: HandlerEvent, written: Written): HandlerEvent {
  const authorizer = "version" in event && event.version === "2.0" ? { lambda: written } : written;
  return { ...event, requestContext: { ...event.requestContext, authorizer } } as HandlerEvent; // one member more, which every kind has
}

const titles = { 401: "Unauthorized", 403: "Forbidden", 503: "Service Unavailable" } as const;

function refuse(judgement: Exclude<Judgement<Written>, { kind: "allowed" }>, realm: string): RefusalResponse {
  if (judgement.kind === "unavailable" && judgement.error !== undefined) throw judgement.error;
  const status = { unauthenticated: 401, denied: 403, unavailable: 503 } as const;
  const statusCode = status[judgement.kind];
  const challenge =
    judgement.code === "TOKEN_MISSING"
      ? `Bearer realm="${realm}"`
      : `Bearer realm="${realm}", error="invalid_token"`;
  return {
    statusCode,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...(statusCode === 401 ? { "www-authenticate": challenge } : {}),
      ...(statusCode === 503 ? { "retry-after": "1" } : {}),
    },
    body: JSON.stringify({ title: titles[statusCode], status: statusCode }),
  };
}
