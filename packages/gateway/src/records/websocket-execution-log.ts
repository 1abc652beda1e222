// What happened inside a WebSocket API for one connect, message or disconnect, line by line.
import { cut } from "./execution-log.ts";
import { readOutcome, toIntegrationStatus } from "./facts.ts";
import { createMasking } from "./redaction.ts";
import type { SocketFacts } from "./websocket-facts.ts";

/**
 * The lines of one event, in order: only what failed for `ERROR`, bodies only with data trace. Secrets of the handshake
 * are masked to their last six characters; lines are cut at 1,024 bytes.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export function toSocketLines(facts: SocketFacts): readonly string[] {
  const { settings, context, secrets } = facts;
  const lines = settings.loggingLevel === "ERROR" ? toFailure(facts) : toStory(facts);
  const mask = createMasking(secrets?.() ?? []);
  return lines.map((line) => cut(`(${context.requestId}) ${mask(line)}`));
}

function toStory(facts: SocketFacts): readonly string[] {
  const { context, status, settings, body, answer } = facts;
  const isTraced = settings.dataTraceEnabled === true;
  return [
    `Extended Request Id: ${context.extendedRequestId}`,
    `Starting execution for request: ${context.requestId}`,
    `WebSocket Request Route: [${context.routeKey}]`,
    toArrival(facts),
    ...(isTraced && context.eventType === "MESSAGE"
      ? [`Route request body before transformations: ${body}`]
      : []),
    ...toCallLines(facts, isTraced),
    ...(isTraced && answer !== undefined
      ? [`Route response body after transformations: ${toShown(answer)}`]
      : []),
    ...(facts.error ? toFailure(facts) : ["Successfully completed execution"]),
    `Route completed with status: ${status}`,
  ];
}

function toArrival({ context }: SocketFacts): string {
  const { eventType, apiId, connectionId, identity } = context;
  if (eventType === "CONNECT") {
    const from = `UserAgent: ${identity.userAgent ?? "null"}, SourceIp: ${identity.sourceIp}`;
    return `Client [${from}] is connecting to WebSocket API [${apiId}].`;
  }
  if (eventType === "MESSAGE")
    return `Client [Connection Id: ${connectionId}] sent a message to API [${apiId}].`;
  return `Client [Connection Id: ${connectionId}] disconnected from API [${apiId}].`;
}

function toCallLines({ called }: SocketFacts, isTraced: boolean): readonly string[] {
  if (!called) return [];
  const { reply, invocation } = readOutcome(called.outcome);
  const payload = reply ? reply.body?.toString("utf8") : (invocation?.payload ?? invocation?.errorMessage);
  const status = toIntegrationStatus(called.outcome) ?? "none";
  return [
    `Endpoint request URI: ${called.endpoint}`,
    ...(isTraced ? [`Endpoint request body after transformations: ${called.sent()}`] : []),
    `Sending request to ${called.endpoint}`,
    `Received response. Status: ${status}, Integration latency: ${called.latencyMs} ms`,
    ...(isTraced && payload !== undefined
      ? [`Endpoint response body before transformations: ${payload}`]
      : []),
  ];
}

function toFailure({ error, status }: SocketFacts): readonly string[] {
  if (!error) return [];
  const why = error.why ?? error.message ?? error.type;
  const found = error.detail ? [`Validation failed: ${error.detail()}`] : [];
  return [
    ...found,
    status < 500 ? `${error.type}: ${why}` : `Execution failed due to configuration error: ${why}`,
  ];
}

function toShown(answer: string | Uint8Array): string {
  return typeof answer === "string" ? answer : `${answer.length} bytes, binary`;
}
