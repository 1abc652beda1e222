// A REST API, ready to stand behind a door.
import { createRestStages, type RestStages } from "../deploy/rest-stages.ts";
import { type Buckets, createBuckets } from "../meters/bucket.ts";
import { createResponseCaches, type ResponseCaches } from "../meters/response-caches.ts";
import { createUsage, type Usage } from "../meters/usage.ts";
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { defaultAccountThrottle, type ThrottleSettings } from "../model/stage.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { addRestIds, answerThrown, restTooLarge } from "./answer.ts";
import type { ArrivedHttp, HttpApplication } from "./application.ts";
import { type Access, createAuthorizers } from "./ask-authorizer.ts";
import type { Arrived } from "./exchange.ts";
import { toTraceId } from "./forwarded.ts";
import { invoke, type RestGateway } from "./pipeline.ts";
import { logReason, logRequest } from "./request-line.ts";
import type { MayInvalidate } from "./steps/cached.ts";
import { tellEnd } from "./streamed-answer.ts";
import { bodyTooLarge } from "./too-large.ts";
import { createTrace } from "./trace.ts";

/** What a REST API is made of. */
export interface RestApiOptions {
  readonly api: RestApi;
  readonly service: Service;
  readonly functions: Functions;
  /** Values of the keys that the definition gives none, by key id. */
  readonly apiKeyValues: ReadonlyMap<string, string>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Buckets that it shares with other APIs of the account. @default its own */
  readonly buckets?: Buckets;
  /** Of all APIs that share the buckets. @default 10,000 requests a second, 5,000 at once */
  readonly accountThrottle?: ThrottleSettings;
  /** What clients have used of their plans. @default nothing yet */
  readonly usage?: Usage;
  /** Most bytes that one stage's cache takes of this machine's memory. @default 256 MB */
  readonly cacheBytes?: number;
  /** Who may refresh a cache with `Cache-Control: max-age=0`. @default nobody who must ask */
  readonly mayInvalidate?: MayInvalidate;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
  /** @default nobody can sign, and tokens are checked with the keys at their issuers' own addresses */
  readonly access?: Access;
}

/** A REST API that answers, and what can be done with it meanwhile. */
export interface RestApplication extends HttpApplication {
  readonly stages: RestStages;
  readonly caches: ResponseCaches;
}

/**
 * Makes a REST API. Buckets, caches and authorizers' answers live as long as it does.
 *
 * @example
 * const application = createRestApi({ api, service, functions, apiKeyValues: new Map(), clock, ids, log });
 * const door = await startHttpDoor({ port: 4001, for: "the REST API", application });
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`.
 */
export function createRestApi(options: RestApiOptions): RestApplication {
  const { clock, log } = options;
  const gateway = toGateway(options);
  return {
    stages: gateway.stages,
    caches: gateway.caches,
    async answer(http) {
      const arrived = receive(http, options);
      const outcome = await invoke(arrived, gateway).catch((thrown: unknown) =>
        answerThrown(thrown, arrived, log),
      );
      const answer = addRestIds(outcome, arrived);
      const { status, stream } = answer;
      const finish = (why?: string): void => {
        if (why !== undefined)
          logReason(log, { api: "REST", status: 500, trace: arrived.trace }, `cut: ${why}`);
        logRequest(log, { ...arrived, api: "REST", status, ms: clock.now() - arrived.at });
      };
      if (stream) return { ...answer, stream: tellEnd(stream, finish) };
      finish();
      return answer;
    },
    tooLarge(http) {
      const answer = restTooLarge();
      const at = { ...receive(http, options), api: "REST", status: answer.status } as const;
      logReason(log, at, bodyTooLarge);
      logRequest(log, { ...at, ms: 0 });
      return answer;
    },
  };
}

function toGateway(options: RestApiOptions): RestGateway {
  const { functions, clock, ids } = options;
  return {
    stages: createRestStages(options),
    random: options.random ?? Math.random,
    functions,
    authorizers: createAuthorizers(functions, clock, options.access),
    meters: {
      buckets: options.buckets ?? createBuckets(clock),
      usage: options.usage ?? createUsage(clock),
      account: options.accountThrottle ?? defaultAccountThrottle,
      clock,
    },
    caches: createResponseCaches(clock, options.cacheBytes),
    mayInvalidate: options.mayInvalidate ?? (() => false),
    ids,
  };
}

function receive(http: ArrivedHttp, { clock, ids }: RestApiOptions): Arrived {
  const at = clock.now();
  return {
    http,
    requestId: ids.uuid(),
    extendedRequestId: ids.opaque(),
    traceId: toTraceId(http.headers, at, ids),
    at,
    trace: createTrace(() => clock.now()),
  };
}
