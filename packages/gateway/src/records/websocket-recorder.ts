// Everything that is kept of a connect, message or disconnect once it is done: metrics always, logs where a stage asks for them.
import { fillLogFormat } from "./access-log.ts";
import type { LogSink } from "./log-sink.ts";
import { toSocketLines } from "./websocket-execution-log.ts";
import type { RecordedStage, SocketFacts } from "./websocket-facts.ts";
import type { SocketMetrics } from "./websocket-metrics.ts";
import { toSocketVariables } from "./websocket-variables.ts";

/** Keeps records. */
export interface SocketRecorder {
  record(facts: SocketFacts): void;
  /** Counts a message to a client. */
  sent(stage: RecordedStage, route: string): void;
}

/** Creates a recorder. What found no stage leaves no record, as on AWS. */
export function createSocketRecorder(metrics: SocketMetrics, sink: LogSink): SocketRecorder {
  return {
    record(facts) {
      count(facts, metrics);
      const { apiId, stage, logFormat } = facts.stage;
      if (logFormat) sink.write(logFormat.destination, fillLogFormat(logFormat, toSocketVariables(facts)));
      const level = facts.settings.loggingLevel ?? "OFF";
      if (level === "OFF") return;
      const time = new Date(facts.endedAt).toISOString();
      for (const line of toSocketLines(facts)) {
        sink.write(`/aws/apigateway/${apiId}/${stage}`, `${time} ${line}`);
      }
    },
    sent: ({ apiId, stage }, route) => metrics.count({ api: apiId, stage, route }, "MessageCount"),
  };
}

/** An error before an integration is called is the client's; one of the call itself is the gateway's. */
function count({ stage, context, status, error, called, answer }: SocketFacts, metrics: SocketMetrics): void {
  const place = { api: stage.apiId, stage: stage.stage, route: context.routeKey };
  if (context.eventType === "MESSAGE") metrics.count(place, "MessageCount");
  if (context.eventType === "CONNECT" && called) metrics.count(place, "ConnectCount");
  if (answer !== undefined) metrics.count(place, "MessageCount");
  if (!called) {
    if (error && status < 500) metrics.count(place, "ClientError");
    if (error && status >= 500) metrics.count(place, "ExecutionError");
    return;
  }
  if (!called.isMock) metrics.time(place, called.latencyMs);
  if (error) metrics.count(place, "ExecutionError");
  else if ((called.status ?? 200) >= 400) metrics.count(place, "IntegrationError");
}
