// A REST API, ready to stand behind a door.
import type { RestPlan } from "../deploy/rest-plan.ts";
import { createRestStages, type RestStages } from "../deploy/rest-stages.ts";
import { deployWebAcls } from "../deploy/web-acls.ts";
import { type Buckets, createBuckets } from "../meters/bucket.ts";
import type { LocalServices } from "../integrations/aws-request.ts";
import { createCallHttp } from "../integrations/call-http.ts";
import { createResponseCaches, type ResponseCaches } from "../meters/response-caches.ts";
import { createUsage, type Usage } from "../meters/usage.ts";
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import { defaultAccountThrottle, type ThrottleSettings } from "../model/stage.ts";
import { explainUnknownKey } from "../policy/condition-keys.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { terminalSink } from "../records/log-sink.ts";
import { createMetrics } from "../records/metrics.ts";
import { createRecorder, type Recorder } from "../records/recorder.ts";
import { addRestIds, answerThrown, restTooLarge } from "./answer.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "./application.ts";
import { type Access, createAuthorizers } from "./ask-authorizer.ts";
import { packAnswer } from "./compression.ts";
import type { Arrived } from "./exchange.ts";
import { createHearCaller } from "./caller-headers.ts";
import { toPlaceInApi } from "./place-in-api.ts";
import { logReason, logRequest } from "./request-line.ts";
import { mayInvalidate } from "./may-invalidate.ts";
import { toActiveTraceId, toTraceId } from "./forwarded.ts";
import { invoke, type RestGateway } from "./pipeline.ts";
import { requestSizes } from "./steps/check-size.ts";
import type { MayInvalidate } from "./steps/cached.ts";
import { tellOf } from "./streamed-answer.ts";
import { bodyTooLarge } from "./too-large.ts";
import { countIn, createTrace } from "./trace.ts";

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
  /** @default nobody can sign, and tokens are checked with the keys at their issuers' own addresses */
  readonly access?: Access;
  /** Whether callers on this machine may say where they call from. @default false */
  readonly callerHeaders?: boolean;
  /** The AWS services that run here, for integrations that call them. @default none does */
  readonly services?: LocalServices;
  /** Buckets that it shares with other APIs of the account. @default its own */
  readonly buckets?: Buckets;
  /** Of all APIs that share the buckets. @default 10,000 requests a second, 5,000 at once */
  readonly accountThrottle?: ThrottleSettings;
  /** What clients have used of their plans. @default nothing yet */
  readonly usage?: Usage;
  /** Most bytes that one stage's cache takes of this machine's memory. @default 256 MB */
  readonly cacheBytes?: number;
  /** Who may refresh a cache with `Cache-Control: max-age=0`. @default who is allowed to by policies */
  readonly mayInvalidate?: MayInvalidate;
  /** Keeps metrics and logs. @default logs go to `log`, metrics nowhere */
  readonly recorder?: Recorder;
  /** From 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

/** A REST API that answers, and what can be done with it meanwhile. */
export interface RestApplication extends HttpApplication {
  readonly stages: RestStages;
  readonly caches: ResponseCaches;
  /**
   * Makes ready for a definition read anew, with its web ACLs and its type of endpoint; the function that is returned takes
   * it over, and forgets what authorizers said.
   */
  prepare(api: RestApi, service: Service): () => void;
  /** Forgets what authorizers said. Returns how many answers there were. */
  forgetAuthorizers(): number;
}

/**
 * Makes a REST API. Buckets, caches and authorizers' answers live as long as it does.
 *
 * @example
 * const application = createRestApi({ api, service, functions, apiKeyValues: new Map(), clock, ids, log });
 * const door = await startHttpDoor({ port: 4001, for: "the REST API", application });
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`, and what cannot
 *   be read in templates, mappings, models and gateway responses.
 */
export function createRestApi(options: RestApiOptions): RestApplication {
  const { clock, log } = options;
  let gateway = toGateway(options);
  warnOfUnknownKeys(gateway, options);
  const hear = createHearCaller(options.callerHeaders ?? false, log);
  for (const warning of gateway.stages.find(options.api.stage)?.plan.warnings ?? [])
    log.warn(`REST ${warning}`);
  const recorder = options.recorder ?? createRecorder(createMetrics(), terminalSink(log));
  return {
    stages: gateway.stages,
    caches: gateway.caches,
    prepare(api, service) {
      const webAcls = deployWebAcls(service, clock);
      const sizes = requestSizes(api.endpointType);
      const commit = gateway.stages.prepare(api, service);
      return () => {
        commit();
        gateway = { ...gateway, webAcls, sizes };
        gateway.authorizers.forget();
      };
    },
    forgetAuthorizers: () => gateway.authorizers.forget(),
    async answer(http) {
      const arrived = receive(hear(http), options);
      let outcome: HttpAnswer;
      try {
        outcome = await invoke(arrived, gateway);
      } catch (thrown) {
        // what is refused before its stage is looked for is worded as that stage has it
        const stage = gateway.stages.find(toPlaceInApi(http).stage);
        if (stage) arrived.trace.notes.plan ??= stage.plan;
        outcome = answerThrown(thrown, arrived, log);
      }
      const plan = arrived.trace.notes.plan as RestPlan | undefined; // the step that finds the stage wrote it
      const packed =
        plan?.api.minimumCompressionSize === undefined ? outcome : await packAnswer(outcome, http, plan);
      const answer = addRestIds(packed, arrived);
      const { status, stream } = answer;
      const finish = (why?: string): void => {
        const endedAt = clock.now();
        if (why !== undefined)
          logReason(log, { api: "REST", status: 500, trace: arrived.trace }, `cut: ${why}`);
        logRequest(log, { ...arrived, api: "REST", status, ms: endedAt - arrived.at });
        recorder.rest(arrived, answer, endedAt);
      };
      if (stream)
        return { ...answer, stream: tellOf(stream, { passed: countIn(arrived.trace), ended: finish }) };
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
  const { functions, clock, ids, random = Math.random } = options;
  const buckets = options.buckets ?? createBuckets(clock);
  /** X-Ray's default rule: one request a second, and 5 of 100 of all others. */
  const isSampled = (): boolean =>
    buckets.take(`xray ${options.api.id}`, { rateLimit: 1, burstLimit: 1 }) || random() < 0.05;
  return {
    stages: createRestStages(options),
    sizes: requestSizes(options.api.endpointType),
    random,
    activeTraceId: (traceId) => toActiveTraceId(traceId, isSampled, ids),
    functions,
    authorizers: createAuthorizers(options, options.access),
    webAcls: deployWebAcls(options.service, clock),
    callHttp: createCallHttp(clock),
    services: options.services,
    meters: {
      buckets,
      usage: options.usage ?? createUsage(clock),
      account: options.accountThrottle ?? defaultAccountThrottle,
    },
    caches: createResponseCaches(clock, options.cacheBytes),
    mayInvalidate: options.mayInvalidate ?? mayInvalidate,
    ids,
  };
}

function warnOfUnknownKeys({ stages }: RestGateway, { api, log }: RestApiOptions): void {
  for (const key of stages.find(api.stage)?.plan.resourcePolicy?.unknownKeys ?? []) {
    log.warn(explainUnknownKey(`The resource policy of ${api.name}`, key));
  }
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
