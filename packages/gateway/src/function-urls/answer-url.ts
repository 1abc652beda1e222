// A function URL that answers: the order of work, and every refusal in Lambda's words.
import { deployHttp } from "../deploy/http-plan.ts";
import { authenticate } from "../identities/authenticate.ts";
import type { Identities } from "../identities/identities.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "../invoke/application.ts";
import { addCors } from "../invoke/cors.ts";
import { createHearCaller } from "../invoke/caller-headers.ts";
import { toTraceId } from "../invoke/forwarded.ts";
import type { HttpArrived, HttpAuthorized, HttpRouted } from "../invoke/http-exchange.ts";
import { readHttpResult } from "../invoke/http-result.ts";
import { HttpRejection } from "../invoke/rejection.ts";
import { toRequestKeys } from "../invoke/request-keys.ts";
import { logReason, logRequest } from "../invoke/request-line.ts";
import { toSignedRequest } from "../invoke/signed-request.ts";
import { checkHttpSize } from "../invoke/steps/check-http-size.ts";
import { matchHttpRoute } from "../invoke/steps/match-http-route.ts";
import { passPreflight } from "../invoke/steps/pass-preflight.ts";
import { createTrace } from "../invoke/trace.ts";
import type { FunctionUrl } from "../model/function-url.ts";
import type { HttpApi } from "../model/http-api.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Service } from "../model/service.ts";
import { askPolicy } from "../policy/policy.ts";
import {
  BrokenStream,
  type Clock,
  type Functions,
  type Ids,
  type Invocation,
  type Log,
  type StreamedInvocation,
} from "../ports.ts";
import { toUrlEvent } from "./url-event.ts";
import { toStreamedUrlAnswer } from "./url-stream.ts";

/** What a function URL answers with. */
export interface FunctionUrlOptions {
  readonly url: FunctionUrl;
  readonly lambda: LambdaFunction;
  readonly service: Service;
  readonly functions: Functions;
  readonly identities: Identities;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly callerHeaders?: boolean;
}

/** What an identity must be allowed to do to call a URL that asks for signatures. */
const actions = ["lambda:invokefunctionurl", "lambda:invokefunction"];

/**
 * Makes a function URL ready.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 */
export function createFunctionUrl(options: FunctionUrlOptions): HttpApplication {
  const { url, service, log, clock } = options;
  const plan = deployHttp(toApi(url, options.lambda), service);
  const hear = createHearCaller(options.callerHeaders ?? false, log);
  const finish = (arrived: HttpArrived, outcome: HttpAnswer): HttpAnswer => {
    const { headers, ...answer } = addCors(outcome, url.cors, arrived.http);
    const ms = clock.now() - arrived.at;
    logRequest(log, { ...arrived, api: "URL", status: answer.status, ms });
    return {
      ...answer,
      headers: [...headers, ["x-amzn-RequestId", arrived.requestId], ["X-Amzn-Trace-Id", arrived.traceId]],
    };
  };
  return {
    async answer(http) {
      const arrived = receive(hear(http), options);
      try {
        const sized = checkHttpSize(arrived);
        const passed = passPreflight({ ...sized, path: sized.http.path }, plan);
        if ("ended" in passed) return finish(arrived, passed.ended);
        const authorized = authorize(matchHttpRoute(passed, plan), options);
        return finish(arrived, await call(authorized, toUrlEvent(authorized, plan), options));
      } catch (thrown) {
        return finish(arrived, refuse(thrown, arrived, log));
      }
    },
    tooLarge(http) {
      const arrived = receive(http, options);
      return finish(arrived, refuse(new HttpRejection("REQUEST_TOO_LARGE"), arrived, log));
    },
  };
}

/** An API with nothing but the function. */
function toApi({ id, functionKey, cors }: FunctionUrl, { name, timeoutMs }: LambdaFunction): HttpApi {
  const integration = { type: "AWS_PROXY", functionKey, payloadVersion: "2.0", timeoutMs } as const;
  const routes = [{ routeKey: "$default", integration }];
  return { id, name, stage: "$default", stageVariables: {}, routes, authorizers: [], ...(cors && { cors }) };
}

function receive(http: ArrivedHttp, { clock, ids }: FunctionUrlOptions): HttpArrived {
  const at = clock.now();
  const trace = createTrace(() => clock.now());
  return { http, requestId: ids.uuid(), traceId: toTraceId(http.headers, at, ids), at, trace };
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html */
function authorize(routed: HttpRouted, options: FunctionUrlOptions): HttpAuthorized {
  const { url, lambda, service, identities, clock } = options;
  if (url.authType === "NONE") return { ...routed, authorizer: null };
  const { http, at } = routed;
  const { region, accountId } = service;
  const checkpoint = { identities, region, service: "lambda", now: clock.now() };
  const signed = authenticate(toSignedRequest(http), checkpoint);
  if (!signed.ok) throw new HttpRejection("FORBIDDEN", signed.errorType);
  const { caller } = signed;
  const resource = `arn:aws:lambda:${region}:${accountId}:function:${lambda.name}`;
  const keys = toRequestKeys({ http, at, caller });
  const isAllowed = actions.every(
    (action) => askPolicy(caller.policy, { action, resource, principal: caller, keys }) === "allow",
  );
  if (!isAllowed || caller.accountId !== accountId)
    throw new HttpRejection("FORBIDDEN", `${caller.arn} may not make this call`);
  return { ...routed, authorizer: { kind: "iam", caller } };
}

async function call(
  { requestId, trace }: HttpAuthorized,
  event: object,
  { url, lambda, functions, log }: FunctionUrlOptions,
): Promise<HttpAnswer> {
  const options = { timeoutMs: lambda.timeoutMs * 2, requestId };
  if (url.invokeMode === "BUFFERED") {
    const invocation = await functions.invoke(lambda.key, event, options);
    if (invocation.kind === "returned") return readHttpResult(invocation.payload, "2.0");
    throw toFault(invocation);
  }
  const invocation = await functions.stream(lambda.key, event, options);
  if (invocation.kind !== "streaming") throw toFault(invocation);
  const ended = (why?: string): void => {
    if (why !== undefined) logReason(log, { api: "URL", status: 500, trace }, `cut: ${why}`);
  };
  return toStreamedUrlAnswer(invocation.body, ended).catch((thrown: unknown) => {
    if (thrown instanceof BrokenStream) throw new Fault(502, "Internal Server Error", thrown.message);
    throw thrown;
  });
}

type NoAnswer = Exclude<Invocation | StreamedInvocation, { readonly kind: "returned" | "streaming" }>;

/** Lambda's own refusals, and a function that failed: 502, as Lambda stands before it. */
class Fault extends Error {
  readonly status: number;
  readonly why: string;

  constructor(status: number, message: string, why: string) {
    super(message);
    this.status = status;
    this.why = why;
  }
}

function toFault(invocation: NoAnswer): Fault {
  if (invocation.kind === "throttled") return new Fault(429, "Rate Exceeded.", "throttled");
  if (invocation.kind === "too-large" && invocation.which === "event")
    return new Fault(413, "Request must be smaller than 6291456 bytes", "the event is too large");
  const why = invocation.kind === "failed" ? `the function failed: ${invocation.errorType}` : invocation.kind;
  return new Fault(502, "Internal Server Error", why);
}

function refuse(thrown: unknown, { trace }: HttpArrived, log: Log): HttpAnswer {
  if (thrown instanceof HttpRejection) {
    const { status, message } = refusals[thrown.type] ?? { status: 502, message: "Internal Server Error" };
    if (thrown.why !== undefined) logReason(log, { api: "URL", status, trace }, thrown.why);
    return toError(status, message);
  }
  if (thrown instanceof Fault) {
    logReason(log, { api: "URL", status: thrown.status, trace }, thrown.why);
    return toError(thrown.status, thrown.message);
  }
  log.error(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
  return toError(500, "Internal Server Error");
}

const refusals: Readonly<Partial<Record<HttpRejection["type"], { status: number; message: string }>>> = {
  FORBIDDEN: { status: 403, message: "Forbidden" },
  REQUEST_TOO_LARGE: { status: 413, message: "Request must be smaller than 6291456 bytes" },
  URI_TOO_LONG: { status: 414, message: "Request-URI Too Long" },
  HEADERS_TOO_LARGE: { status: 431, message: "Request Header Fields Too Large" },
};

/** 502 is plain text, all else JSON. */
function toError(status: number, message: string): HttpAnswer {
  if (status === 502) {
    return { status, headers: [["Content-Type", "text/plain"]], body: Buffer.from(message) };
  }
  const type: readonly (readonly [string, string])[] =
    status === 403 ? [["x-amzn-ErrorType", "AccessDeniedException"]] : [];
  const body = Buffer.from(JSON.stringify({ Message: message }));
  return { status, headers: [["Content-Type", "application/json"], ...type], body };
}
