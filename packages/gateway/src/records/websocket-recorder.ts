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
    sent: ({ apiId, stage }, route) => metrics.at({ api: apiId, stage, route }).count("MessageCount"),
  };
}

/** An error before an integration is called is the client's; one of the call itself is the gateway's. */
function count({ stage, context, status, error, called, answer }: SocketFacts, metrics: SocketMetrics): void {
  const at = metrics.at({ api: stage.apiId, stage: stage.stage, route: context.routeKey });
  if (context.eventType === "MESSAGE") at.count("MessageCount");
  if (context.eventType === "CONNECT" && called) at.count("ConnectCount");
  if (answer !== undefined) at.count("MessageCount");
  if (!called) {
    if (error && status < 500) at.count("ClientError");
    if (error && status >= 500) at.count("ExecutionError");
    return;
  }
  if (!called.isMock) at.time(called.latencyMs);
  if (error) at.count("ExecutionError");
  else if ((called.status ?? 200) >= 400) at.count("IntegrationError");
}
