// What happened inside a REST API for one request, in API Gateway's own words.
import { toRestEvent } from "../invoke/rest-event.ts";
import { readQuery, toSingleMap } from "../invoke/query.ts";
import type { MethodSettings } from "../model/stage.ts";
import type { Admitted } from "../invoke/exchange.ts";
import type { HeaderPair } from "../invoke/application.ts";
import { readOutcome, type RestFacts, toIntegrationMs, toIntegrationStatus } from "./facts.ts";
import { createRedaction, mask } from "./redaction.ts";
import { toLoggedUrl } from "../integrations/logged-url.ts";
import { gatewayLimits } from "@gatewright/contract";

/**
 * The lines of one request, in order: none for `OFF`, only what failed for `ERROR`, headers and bodies only with data
 * trace. Secrets are masked to their last six characters, and URLs have no query; lines are cut at 1,024 bytes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function toExecutionLines(facts: RestFacts, settings: MethodSettings): readonly string[] {
  const level = settings.loggingLevel ?? "OFF";
  if (level === "OFF") return [];
  const isTraced = settings.dataTraceEnabled === true;
  const lines = level === "ERROR" ? toFailure(facts) : toStory(facts, isTraced);
  if (lines.length === 0) return [];
  const redact = createRedaction(facts);
  return lines.map((line) => cut(`(${facts.arrived.requestId}) ${redact(line)}`));
}

function toStory(facts: RestFacts, isTraced: boolean): readonly string[] {
  const { arrived, reached } = facts;
  const { http } = arrived;
  return [
    `Extended Request Id: ${arrived.extendedRequestId}`,
    ...toPlanLines(facts),
    `Starting execution for request: ${arrived.requestId}`,
    `HTTP Method: ${http.method}, Resource Path: ${reached.path ?? http.path}`,
    ...(isTraced
      ? [
          `Method request path: ${toMap(reached.route?.pathParameters ?? {})}`,
          `Method request query string: ${toMap(toSingleMap(readQuery(http.query, "&;")) ?? {})}`,
          `Method request headers: ${toHeaderMap(http.headers)}`,
          `Method request body before transformations: ${http.body.toString("utf8")}`,
        ]
      : []),
    ...toIntegrationLines(facts, isTraced),
    ...(isTraced
      ? [
          `Method response body after transformations: ${facts.answer.body.toString("utf8")}`,
          `Method response headers: ${toHeaderMap(facts.answer.headers)}`,
        ]
      : []),
    ...(facts.notes.error ? toFailure(facts) : ["Successfully completed execution"]),
    `Method completed with status: ${facts.answer.status}`,
  ];
}

function toPlanLines({ arrived, reached, plan, notes }: RestFacts): readonly string[] {
  const { apiKey } = reached;
  if (!apiKey) return [];
  const key = mask(apiKey.value);
  const stage = `API Stage: ${plan.api.id}/${plan.api.stage}`;
  const isOver = notes.error?.type === "THROTTLED" || notes.error?.type === "QUOTA_EXCEEDED";
  return [
    `Verifying Usage Plan for request: ${arrived.requestId}. API Key: ${key} ${stage}`,
    isOver
      ? `Usage Plan check failed for API Key ${key} and ${stage}`
      : `Usage Plan check succeeded for API Key ${key} and ${stage}`,
    `API Key: ${key}`,
    `API Key ID: ${apiKey.id}`,
  ];
}

function toIntegrationLines(facts: RestFacts, isTraced: boolean): readonly string[] {
  const { integration } = facts.notes;
  if (!integration) return [];
  const uri = toEndpoint(facts);
  const sent = [...(isTraced ? toEndpointRequest(facts, uri) : []), `Sending request to ${uri}`];
  if (readOutcome(integration.outcome).invocation?.isMissing) return sent;
  const payload = toEndpointBody(integration.outcome);
  const status = toIntegrationStatus(integration.outcome) ?? "none";
  return [
    ...sent,
    `Received response. Status: ${status}, Integration latency: ${toIntegrationMs(facts)} ms`,
    ...(isTraced && payload !== undefined
      ? [`Endpoint response body before transformations: ${payload}`]
      : []),
  ];
}

function toEndpointRequest({ reached, plan }: RestFacts, uri: string): readonly string[] {
  const lines = [`Endpoint request URI: ${uri}`];
  const call = reached.mapping?.call;
  if (call?.to === "http") {
    const { headers, body } = call.request;
    return [
      ...lines,
      `Endpoint request headers: ${toHeaderMap(headers)}`,
      `Endpoint request body after transformations: ${body.toString("utf8")}`,
    ];
  }
  if (call?.to === "function") {
    return [...lines, `Endpoint request body after transformations: ${JSON.stringify(call.event)}`];
  }
  if (reached.route?.method.integration.type !== "AWS_PROXY") return lines;
  const event = toRestEvent(reached as Admitted, plan); // an integration was called: it came so far
  return [...lines, `Endpoint request body after transformations: ${JSON.stringify(event)}`];
}

function toEndpoint({ reached, plan }: RestFacts): string {
  const integration = reached.route?.method.integration;
  const { region, accountId } = plan.place;
  if (reached.mapping?.call.to === "http") return toLoggedUrl(reached.mapping.call.request.url);
  if (integration?.type !== "AWS_PROXY") {
    return integration && "uri" in integration && integration.uri !== undefined
      ? toLoggedUrl(integration.uri)
      : "MOCK";
  }
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${integration.functionKey}`;
  return `https://lambda.${region}.amazonaws.com/2015-03-31/functions/${arn}/invocations`;
}

function toEndpointBody(outcome: object): string | undefined {
  const { invocation, reply } = readOutcome(outcome);
  return reply ? reply.body?.toString("utf8") : (invocation?.payload ?? invocation?.errorMessage);
}

/** Why API Gateway itself answered, where it is not the caller's doing. */
function toFailure({ notes, answer }: RestFacts): readonly string[] {
  const { error } = notes;
  if (!error) return [];
  const why = error.why ?? error.message ?? error.type;
  if (answer.status < 500) return [`${toTitle(error.type)}: ${why}`];
  return [`Execution failed due to configuration error: ${why}`];
}

function toTitle(type: string): string {
  return type
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/^./, (first) => first.toUpperCase());
}

/** As Java prints a map. */
function toMap(map: Readonly<Record<string, string>>): string {
  return `{${Object.entries(map)
    .map(([name, value]) => `${name}=${value}`)
    .join(", ")}}`;
}

function toHeaderMap(headers: readonly HeaderPair[]): string {
  return toMap(Object.fromEntries(headers));
}

const truncated = "[TRUNCATED]";

/** Makes one line of a text, of 1,024 bytes at most. */
export function cut(line: string): string {
  const flat = line.replaceAll(/[\r\n]+/g, " ");
  if (Buffer.byteLength(flat) <= gatewayLimits.executionLogBytes) return flat;
  const head = Buffer.from(flat).subarray(0, gatewayLimits.executionLogBytes - truncated.length);
  return `${head.toString("utf8").replace(/\uFFFD$/, "")}${truncated}`;
}
