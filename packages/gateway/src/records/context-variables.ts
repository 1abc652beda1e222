// The values of `$context` variables in an access log.
import { toHttpContext } from "../invoke/http-context.ts";
import { lastHeader } from "../invoke/headers.ts";
import type { ArrivedHttp } from "../invoke/application.ts";
import { toArrivedContext, toIamIdentity, toRestContext } from "../invoke/rest-context.ts";
import { toWafContext } from "../invoke/waf-context.ts";
import type { Routed } from "../invoke/exchange.ts";
import { toHttpAuthorizer, toRestPhases } from "./access-phases.ts";
import {
  type HttpFacts,
  readOutcome,
  type RestFacts,
  toAnswerBytes,
  toIntegrationMs,
  toIntegrationStatus,
} from "./facts.ts";
import { type ShownError, toShownError } from "./shown-error.ts";

/** A tree in which `identity.sourceIp` is found by its names. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Everything that an access log of a REST API can name. What does not exist for this request is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function toRestVariables(facts: RestFacts): Variables {
  const { arrived, reached, plan, notes } = facts;
  const known = isRouted(reached) ? toRestContext(reached, plan) : toFirstContext(facts);
  const { apiKey, authorizer = notes.error?.authorizer } = reached;
  const error = toShownError(facts);
  const phases = toRestPhases(facts, error);
  return {
    ...known,
    ...toOutcome(facts, error),
    identity: {
      ...known.identity,
      ...(reached.iamCaller && toIamIdentity(reached.iamCaller)),
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    },
    ...phases,
    authorizer: { ...authorizer, ...phases.authorizer },
    isCanaryRequest: plan.isCanary === true,
    xrayTraceId: /Root=([^;]+)/.exec(reached.traceId)?.[1],
    ...toWafContext(notes.waf),
    ...toConnection(arrived.http),
  };
}

/**
 * Everything that an access log of an HTTP API can name.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function toHttpVariables(facts: HttpFacts): Variables {
  const { arrived, reached, plan } = facts;
  const context = toHttpContext(reached, plan);
  const error = toShownError(facts);
  return {
    ...context,
    ...toConnection(arrived.http),
    authorizer: { ...(context["authorizer"] as object | undefined), ...toHttpAuthorizer(facts, error) }, // made by toHttpContext
    dataProcessed: arrived.http.body.length + toAnswerBytes(facts),
    ...toOutcome(facts, error),
  };
}

/** Under which base path of a custom domain it came, and how it was secured. */
function toConnection({ mapping, tls }: ArrivedHttp): Variables {
  const { version, cipherSuite } = tls?.() ?? {};
  return {
    ...(mapping && { customDomain: { basePathMatched: mapping.basePath || "(none)" } }),
    tlsVersion: version,
    cipherSuite,
  };
}

function isRouted(reached: RestFacts["reached"]): reached is RestFacts["reached"] & Routed {
  return reached.route !== undefined;
}

/** Of a request that met no method. */
function toFirstContext({ arrived, plan }: RestFacts) {
  const known = toArrivedContext(arrived, plan);
  const identity = { ...known.identity, ...arrived.http.caller };
  return { ...known, deploymentId: plan.api.deploymentId, identity };
}

/** What both kinds of API say alike of the answer, the integration and the error. */
function toOutcome(facts: RestFacts | HttpFacts, error: ShownError | undefined): Variables {
  const { arrived, notes, answer, endedAt } = facts;
  const integration = toIntegration(facts, error);
  const replied = notes.integration && readOutcome(notes.integration.outcome).reply?.headers;
  return {
    status: answer.status,
    responseLatency: endedAt - arrived.at,
    responseLength: arrived.http.method === "HEAD" ? 0 : toAnswerBytes(facts),
    awsEndpointRequestId: integration?.requestId,
    awsEndpointRequestId2: lastHeader(replied ?? [], "x-amz-id-2"),
    integrationLatency: integration?.latency,
    integrationStatus: integration?.integrationStatus,
    integrationErrorMessage: integration?.error,
    integration,
    error: {
      message: error?.message,
      messageString: error && JSON.stringify(error.message),
      responseType: error?.type,
      validationErrorString: error?.validation,
    },
  };
}

/** `$context.integration`; nothing where none was called. */
function toIntegration(facts: RestFacts | HttpFacts, error: ShownError | undefined) {
  const { notes, answer } = facts;
  const { integration, stream } = notes;
  if (!integration) return undefined;
  const { requestId, reply } = readOutcome(integration.outcome);
  const headers = reply?.headers ?? [];
  return {
    latency: toIntegrationMs(facts),
    integrationStatus: toIntegrationStatus(integration.outcome),
    status: reply?.status ?? (error ? undefined : answer.status),
    error: error?.why,
    requestId:
      requestId ?? lastHeader(headers, "x-amzn-requestid") ?? lastHeader(headers, "x-amz-request-id"),
    responseTransferMode: isStreaming(facts) ? "STREAMED" : "BUFFERED",
    ...(stream && {
      timeToAllHeaders: integration.latencyMs,
      timeToFirstContent: stream.firstAt === undefined ? undefined : stream.firstAt - integration.startedAt,
    }),
  };
}

/** As the method's integration is declared, whatever came of it. */
function isStreaming({ reached }: RestFacts | HttpFacts): boolean {
  const { route } = reached;
  if (!route || !("method" in route)) return false;
  const { integration } = route.method;
  return "responseTransferMode" in integration && integration.responseTransferMode === "STREAM";
}
