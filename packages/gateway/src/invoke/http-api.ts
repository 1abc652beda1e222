// An HTTP API, ready to stand behind a door.
import type { HttpPlan } from "../deploy/http-plan.ts";
import { createHttpStages, type HttpStages } from "../deploy/http-stages.ts";
import { findHttpWarnings } from "../deploy/http-integrations.ts";
import { createCallHttp } from "../integrations/call-http.ts";
import { type Buckets, createBuckets } from "../meters/bucket.ts";
import type { HttpApi } from "../model/http-api.ts";
import type { Service } from "../model/service.ts";
import { defaultAccountThrottle, type ThrottleSettings } from "../model/stage.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { terminalSink } from "../records/log-sink.ts";
import { createMetrics } from "../records/metrics.ts";
import { createRecorder, type Recorder } from "../records/recorder.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "./application.ts";
import { type Access, createAuthorizers } from "./ask-authorizer.ts";
import { addCors } from "./cors.ts";
import { createHearCaller } from "./caller-headers.ts";
import { toTraceId } from "./forwarded.ts";
import { answerHttpThrown } from "./http-answer.ts";
import type { HttpArrived } from "./http-exchange.ts";
import { type HttpGateway, invokeHttp } from "./http-pipeline.ts";
import { HttpRejection } from "./rejection.ts";
import { logRequest } from "./request-line.ts";
import { bodyTooLarge } from "./too-large.ts";
import { createTrace } from "./trace.ts";

/** What an HTTP API is made of. */
export interface HttpApiOptions {
  readonly api: HttpApi;
  readonly service: Service;
  readonly functions: Functions;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** @default nobody can sign, and tokens are checked with the keys at their issuers' own addresses */
  readonly access?: Access;
  /** Whether callers on this machine may say where they call from. @default false */
  readonly callerHeaders?: boolean;
  /** Buckets that it shares with other APIs of the account. @default its own */
  readonly buckets?: Buckets;
  /** Of all APIs that share the buckets. @default 10,000 requests a second, 5,000 at once */
  readonly accountThrottle?: ThrottleSettings;
  /** Keeps metrics and logs. @default logs go to `log`, metrics nowhere */
  readonly recorder?: Recorder;
}

/** An HTTP API that answers, and what can be done with it meanwhile. */
export interface HttpApiApplication extends HttpApplication {
  readonly stages: HttpStages;
  /** Makes ready for a definition read anew; the function that is returned takes it over, and forgets what authorizers said. */
  prepare(api: HttpApi, service: Service): () => void;
  /** Forgets what authorizers said. Returns how many answers there were. */
  forgetAuthorizers(): number;
}

/**
 * Makes an HTTP API. Authorizers' answers live as long as it does.
 *
 * @example
 * const application = createHttpApi({ api, service, functions, clock, ids, log });
 * const door = await startHttpDoor({ port: 4002, for: "the HTTP API", application });
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`.
 */
export function createHttpApi(options: HttpApiOptions): HttpApiApplication {
  const { functions, clock, log } = options;
  const gateway: HttpGateway = {
    stages: createHttpStages(options),
    meters: {
      buckets: options.buckets ?? createBuckets(clock),
      account: options.accountThrottle ?? defaultAccountThrottle,
    },
    functions,
    authorizers: createAuthorizers(options, options.access),
    callHttp: createCallHttp(clock),
    ids: options.ids,
  };
  for (const warning of findHttpWarnings(options.api.routes)) log.warn(`HTTP ${warning}`);
  const recorder = options.recorder ?? createRecorder(createMetrics(), terminalSink(log));
  const finish = (arrived: HttpArrived, outcome: HttpAnswer): HttpAnswer => {
    const plan = arrived.trace.notes.plan as HttpPlan | undefined; // the step that finds the stage wrote it
    const { headers, ...answer } = addCors(outcome, plan?.api.cors, arrived.http);
    const endedAt = clock.now();
    logRequest(log, { ...arrived, api: "HTTP", status: answer.status, ms: endedAt - arrived.at });
    recorder.http(arrived, outcome, endedAt);
    return { ...answer, headers: [...headers, ["Apigw-Requestid", arrived.requestId]] };
  };
  const hear = createHearCaller(options.callerHeaders ?? false, log);
  return {
    stages: gateway.stages,
    prepare(api, service) {
      const commit = gateway.stages.prepare(api, service);
      return () => {
        commit();
        gateway.authorizers.forget();
      };
    },
    forgetAuthorizers: () => gateway.authorizers.forget(),
    async answer(http) {
      const arrived = receive(hear(http), options);
      let outcome: HttpAnswer;
      try {
        outcome = await invokeHttp(arrived, gateway);
      } catch (thrown) {
        outcome = answerHttpThrown(thrown, arrived, log);
      }
      return finish(arrived, outcome);
    },
    tooLarge(http) {
      const arrived = receive(http, options);
      const refused = new HttpRejection("REQUEST_TOO_LARGE", bodyTooLarge);
      return finish(arrived, answerHttpThrown(refused, arrived, log));
    },
  };
}

function receive(http: ArrivedHttp, { clock, ids }: HttpApiOptions): HttpArrived {
  const at = clock.now();
  return {
    http,
    requestId: ids.opaque(),
    traceId: toTraceId(http.headers, at, ids),
    at,
    trace: createTrace(() => clock.now()),
  };
}
