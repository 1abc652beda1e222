// The values of `$context` variables in an access log.
import { toHttpContext } from "../invoke/http-context.ts";
import type { ArrivedHttp } from "../invoke/application.ts";
import { toArrivedContext, toIamIdentity, toRestContext } from "../invoke/rest-context.ts";
import { toWafContext } from "../invoke/waf-context.ts";
import type { Routed } from "../invoke/exchange.ts";
import type { Notes } from "../invoke/trace.ts";
import { type HttpFacts, type RestFacts, toIntegrationStatus } from "./facts.ts";
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
  const known = isRouted(reached) ? toRestContext(reached, plan) : toFirstContext(facts);
  const { apiKey, authorizer } = reached;
  return {
    ...known,
    ...toOutcome(facts),
    identity: {
      ...known.identity,
      ...(reached.iamCaller && toIamIdentity(reached.iamCaller)),
      ...(apiKey && { apiKey: apiKey.value, apiKeyId: apiKey.id }),
    },
    authorizer: { ...authorizer, ...toAuthorizerOutcome(notes, authorizer) },
    authorize: toPassed(notes, authorizer !== undefined),
    authenticate: toPassed(notes, authorizer !== undefined),
    isCanaryRequest: plan.isCanary === true,
    responseLength: arrived.http.method === "HEAD" ? 0 : facts.answer.body.length,
    xrayTraceId: /Root=([^;]+)/.exec(reached.traceId)?.[1],
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
function toFirstContext({ arrived, plan }: RestFacts) {
  const known = toArrivedContext(arrived, plan);
  const identity = { ...known.identity, ...arrived.http.caller };
  return { ...known, deploymentId: plan.api.deploymentId, identity };
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
