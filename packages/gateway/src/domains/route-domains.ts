// What stands behind the door of custom domains: by host and path to an API and its stage.
import { gatewayResponses } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { ArrivedHttp, HttpAnswer, HttpApplication } from "../invoke/application.ts";
import { logRequest } from "../invoke/request-line.ts";
import { createTrace } from "../invoke/trace.ts";
import type { BasePathMapping, CustomDomain } from "../model/domain.ts";
import type { Ids, Log } from "../ports.ts";
import { createFindMapping } from "./find-domain.ts";

/** APIs by kind. */
export type Applications = Readonly<Partial<Record<BasePathMapping["api"], HttpApplication>>>;

/** What routing needs. */
export interface DomainPorts {
  readonly domains: readonly CustomDomain[];
  readonly applications: Applications;
  readonly ids: Ids;
  readonly log: Log;
}

/**
 * Makes the application of all custom domains. A domain with mutual TLS answers only those who showed a trusted
 * certificate to that very domain.
 *
 * @throws failure `DOMAIN_WITHOUT_API`.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html
 */
export function routeDomains({ domains, applications, ids, log }: DomainPorts): HttpApplication {
  const findMapping = createFindMapping(domains);
  for (const { domainName: domain, mappings: list } of domains) {
    const lost = list.find(({ api }) => api !== "websocket" && !applications[api]);
    if (lost) throw failures.create("DOMAIN_WITHOUT_API", { domain, api: lost.api });
  }

  const find = (arrived: ArrivedHttp) => {
    const { host, path, serverName } = arrived;
    const { clientCert, ...caller } = arrived.caller ?? {};
    const found = findMapping({ host, path, serverName, clientCert });
    const application = found && applications[found.mapping.api];
    if (!application) return undefined;
    const { mutualTls } = found.domain;
    const { stage, path: basePath } = found.mapping;
    const http: ArrivedHttp = {
      ...arrived,
      mapping: { stage, basePath },
      caller: mutualTls && clientCert ? { ...caller, clientCert } : caller,
    };
    return { application, http };
  };
  const refuse = (arrived: ArrivedHttp): HttpAnswer => {
    const answer = forbidden(ids);
    logRequest(log, {
      api: "Domain",
      http: arrived,
      status: answer.status,
      ms: 0,
      trace: createTrace(() => 0),
    });
    return answer;
  };
  return {
    async answer(arrived) {
      const found = find(arrived);
      return found ? found.application.answer(found.http) : refuse(arrived);
    },
    tooLarge(arrived) {
      const found = find(arrived);
      return found ? found.application.tooLarge(found.http) : refuse(arrived);
    },
  };
}

/** What API Gateway says where no mapping is met. */
function forbidden(ids: Ids): HttpAnswer {
  const { status, errorType, message } = gatewayResponses.INVALID_API_KEY;
  return {
    status,
    headers: [
      ["x-amzn-RequestId", ids.uuid()],
      ["x-amzn-ErrorType", errorType],
      ["Content-Type", "application/json"],
    ],
    body: Buffer.from(JSON.stringify({ message })),
  };
}
