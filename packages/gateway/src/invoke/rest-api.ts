// A REST API, ready to stand behind a door.
import { deployRest } from "../deploy/rest-plan.ts";
import { createBuckets } from "../meters/bucket.ts";
import { createKeptAnswers } from "../meters/kept-answers.ts";
import { createQuotas } from "../meters/quota.ts";
import type { LocalServices } from "../integrations/aws-request.ts";
import { createCallHttp } from "../integrations/call-http.ts";
import type { RestApi } from "../model/rest-api.ts";
import type { Service } from "../model/service.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import { addRestIds, answerThrown, restTooLarge } from "./answer.ts";
import type { ArrivedHttp, HttpApplication } from "./application.ts";
import type { Arrived } from "./exchange.ts";
import { toTraceId } from "./forwarded.ts";
import { invoke, type RestGateway } from "./pipeline.ts";
import { logReason, logRequest } from "./request-line.ts";
import { tellEnd } from "./streamed-answer.ts";
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
  /** The AWS services that run here, for integrations that call them. @default none does */
  readonly services?: LocalServices;
}

/**
 * Makes a REST API. Buckets, quotas and authorizers' answers live as long as it does.
 *
 * @example
 * const application = createRestApi({ api, service, functions, apiKeyValues: new Map(), clock, ids, log });
 * const door = await startHttpDoor({ port: 4001, for: "the REST API", application });
 *
 * @throws failures `AUTHORIZER_NOT_DEPLOYED`, `IDENTITY_VALIDATION_INVALID`, `API_KEY_WITHOUT_VALUE`, and what cannot
 *   be read in templates, mappings, models and gateway responses.
 */
export function createRestApi(options: RestApiOptions): HttpApplication {
  const { functions, clock, ids, log } = options;
  const gateway: RestGateway = {
    plan: deployRest(options.api, options.service, options.apiKeyValues),
    functions,
    callHttp: createCallHttp(clock),
    services: options.services,
    authorizers: { functions, clock, answers: createKeptAnswers(clock) },
    meters: { buckets: createBuckets(clock), quotas: createQuotas(clock), clock },
    ids,
  };
  for (const warning of gateway.plan.warnings) log.warn(`REST ${warning}`);
  return {
    async answer(http) {
      const arrived = receive(http, options);
      const outcome = await invoke(arrived, gateway).catch((thrown: unknown) =>
        answerThrown(thrown, arrived, { plan: gateway.plan, log }),
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
      logRequest(log, { ...receive(http, options), api: "REST", status: answer.status, ms: 0 });
      return answer;
    },
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
    progress: { furthest: undefined },
  };
}
