// An HTTP API, ready to stand behind a door.
import { deployHttp } from "../deploy/http-plan.ts";
import { createKeptAnswers } from "../meters/kept-answers.ts";
import type { HttpApi } from "../model/http-api.ts";
import type { Service } from "../model/service.ts";
import type { Clock, Functions, Ids, Log } from "../ports.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "./application.ts";
import { addCors } from "./cors.ts";
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
export function createHttpApi(options: HttpApiOptions): HttpApplication {
  const { api, functions, clock, log } = options;
  const gateway: HttpGateway = {
    plan: deployHttp(api, options.service),
    functions,
    authorizers: { functions, clock, answers: createKeptAnswers(clock) },
  };
  const finish = (arrived: HttpArrived, outcome: HttpAnswer): HttpAnswer => {
    const { headers, ...answer } = addCors(outcome, api.cors, arrived.http);
    logRequest(log, { ...arrived, api: "HTTP", status: answer.status, ms: clock.now() - arrived.at });
    return { ...answer, headers: [...headers, ["Apigw-Requestid", arrived.requestId]] };
  };
  return {
    async answer(http) {
      const arrived = receive(http, options);
      const outcome = await invokeHttp(arrived, gateway).catch((thrown: unknown) =>
        answerHttpThrown(thrown, arrived, log),
      );
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
