// The values of `$context` variables in an access log.
import { toHttpContext } from "../invoke/http-context.ts";
import { lastHeader } from "../invoke/headers.ts";
import { toRequestTime } from "../invoke/request-time.ts";
import type { ArrivedHttp } from "../invoke/application.ts";
import { toDomainPrefix, toIamIdentity, toIdentity, toRestContext } from "../invoke/rest-context.ts";
import { toWafContext } from "../invoke/waf-context.ts";
import type { Routed } from "../invoke/exchange.ts";
import type { Notes } from "../invoke/trace.ts";
import { type HttpFacts, readOutcome, type RestFacts } from "./facts.ts";
import { createRedaction } from "./redaction.ts";

/** A tree in which `identity.sourceIp` is found by its names. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Everything that an access log of a REST API can name. What does not exist for this request is left out.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function toRestVariables(facts: RestFacts): Variables {
  const { arrived, reached, plan, notes } = facts;
  const known = isRouted(reached) ? toRestContext(reached, plan) : toArrivedContext(facts);
  const { apiKey, authorizer } = reached;
  const sampled = /Root=([^;]+)/.exec(reached.traceId)?.[1];
  return {
    ...known,
    ...toOutcome(facts),
    identity: {
      ...(known["identity"] as object), // made by toIdentity
      ...(reached.iamCaller && toIamIdentity(reached.iamCaller)),
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    },
    authorizer: { ...toClaims(authorizer), ...toAuthorizerOutcome(notes, authorizer) },
    authorize: toPassed(notes, authorizer !== undefined),
    authenticate: toPassed(notes, authorizer !== undefined),
    isCanaryRequest: plan.isCanary === true,
    responseLength: arrived.http.method === "HEAD" ? 0 : facts.answer.body.length,
    xrayTraceId: sampled,
    ...toWafContext(notes.waf),
    ...(notes.waf && { waf: { status: notes.waf.responseCode === "WAF_ALLOW" ? 200 : 403 } }),
    ...toDomain(arrived.http),
  };
}

/**
 * Everything that an access log of an HTTP API can name.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function toHttpVariables(facts: HttpFacts): Variables {
  const { arrived, reached, plan, answer } = facts;
  const context = toHttpContext(reached, plan);
  return {
    ...context,
    ...toDomain(arrived.http),
    dataProcessed: arrived.http.body.length + answer.body.length,
    ...toOutcome(facts),
    responseLength: answer.body.length,
  };
}

/** Under which base path of a custom domain it came. */
function toDomain({ mapping }: ArrivedHttp): Variables {
  return mapping ? { customDomain: { basePathMatched: mapping.basePath || "(none)" } } : {};
}

function isRouted(reached: RestFacts["reached"]): reached is RestFacts["reached"] & Routed {
  return reached.route !== undefined;
}

/** Of a request that met no method. */
function toArrivedContext({ arrived, plan }: RestFacts): Record<string, unknown> {
  const { http } = arrived;
  return {
    accountId: plan.place.accountId,
    apiId: plan.place.apiId,
    deploymentId: plan.api.deploymentId,
    domainName: http.host,
    domainPrefix: toDomainPrefix(http.host),
    extendedRequestId: arrived.extendedRequestId,
    httpMethod: http.method,
    identity: {
      ...toIdentity(http.sourceIp, lastHeader(http.headers, "user-agent") ?? null),
      ...http.caller,
    },
    path: http.path,
    protocol: "HTTP/1.1",
    requestId: arrived.requestId,
    requestTime: toRequestTime(arrived.at),
    requestTimeEpoch: arrived.at,
    stage: plan.place.stage,
  };
}

/** What both kinds of API say alike of the answer, the integration and the error. */
function toOutcome(facts: RestFacts | HttpFacts): Variables {
  const { arrived, notes, answer, endedAt } = facts;
  const { integration } = notes;
  const error = toShownError(facts);
  const status = integration && toIntegrationStatus(integration.outcome);
  const failed = integration && error?.why;
  return {
    status: answer.status,
    responseLatency: endedAt - arrived.at,
    integrationLatency: integration?.latencyMs,
    integrationStatus: status,
    integrationErrorMessage: failed,
    integration: {
      latency: integration?.latencyMs,
      integrationStatus: status,
      status: integration && !error ? answer.status : undefined,
      error: failed,
    },
    error: {
      message: error?.message,
      messageString: error && JSON.stringify(error.message),
      responseType: error?.type,
      validationErrorString: error?.validation,
    },
  };
}

/** An error may tell what the caller sent: its secrets are masked. */
function toShownError(facts: RestFacts | HttpFacts) {
  const { error } = facts.notes;
  if (!error) return undefined;
  const redact = createRedaction(facts);
  const { type, message, why, detail } = error;
  return {
    type,
    message: message === null ? null : redact(message),
    why: why === undefined ? undefined : redact(why),
    validation: detail && redact(detail()),
  };
}

/** The status that the Lambda service gave, or the back end itself. */
export function toIntegrationStatus(outcome: object): number | undefined {
  const { invocation, reply } = readOutcome(outcome);
  if (reply) return reply.status;
  switch (invocation?.kind) {
    case "returned":
    case "failed":
    case "begun":
      return 200;
    case "throttled":
      return 429;
    case "too-large":
      return 413;
    default:
      return undefined;
  }
}

/** Values as texts; `claims` as a whole is not to be had. */
function toClaims(authorizer: object | null | undefined): Variables {
  return { ...authorizer };
}

function toAuthorizerOutcome(notes: Notes, authorizer: object | null | undefined): Variables {
  const latency =
    notes.authorizer?.latencyMs ?? (authorizer as Variables | null | undefined)?.["integrationLatency"];
  if (latency === undefined && authorizer == null) return {};
  return { latency, integrationLatency: latency, integrationStatus: 200, status: 200 };
}

/** What became of a check that comes before the integration. */
function toPassed({ error }: Notes, passed: boolean): Variables {
  const types = ["ACCESS_DENIED", "UNAUTHORIZED", "AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"];
  if (passed) return { status: 200 };
  if (!error || !types.includes(error.type)) return {};
  const status = error.type === "UNAUTHORIZED" ? 401 : error.type === "ACCESS_DENIED" ? 403 : 500;
  return { status, error: error.message };
}
