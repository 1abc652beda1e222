// Everything that is kept of a request once it is answered: metrics always, logs where a stage asks for them.
import type { HttpAnswer } from "../invoke/application.ts";
import type { Arrived } from "../invoke/exchange.ts";
import type { HttpArrived } from "../invoke/http-exchange.ts";
import { fillLogFormat } from "./access-log.ts";
import { toHttpVariables, toRestVariables } from "./context-variables.ts";
import { toExecutionLines } from "./execution-log.ts";
import {
  type HttpFacts,
  type RestFacts,
  toAnswerBytes,
  toHttpFacts,
  toIntegrationMs,
  toRestFacts,
} from "./facts.ts";
import type { LogSink } from "./log-sink.ts";
import type { Metrics } from "./metrics.ts";

/** Keeps records. */
export interface Recorder {
  rest(arrived: Arrived, answer: HttpAnswer, endedAt: number): void;
  http(arrived: HttpArrived, answer: HttpAnswer, endedAt: number): void;
}

/**
 * Creates a recorder. As on AWS, a request that found no stage leaves no record, nor does one with too large headers.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-monitor.html
 */
export function createRecorder(metrics: Metrics, sink: LogSink): Recorder {
  return {
    rest(arrived, answer, endedAt) {
      const facts = toRestFacts(arrived, answer, endedAt);
      if (!facts || facts.notes.error?.status === 431) return;
      const { plan, reached } = facts;
      const route = reached.route?.name ?? "";
      metrics.count({ kind: "rest", api: plan.api.name, stage: plan.api.stage, route }, toSample(facts));
      if (plan.logFormat) {
        const { destination } = plan.logFormat;
        const group = destination !== undefined && plan.isCanary ? `${destination}/Canary` : destination;
        sink.write(group, fillLogFormat(plan.logFormat, toRestVariables(facts)));
      }
      if (plan.hasExecutionLog) writeExecution(facts, sink);
    },
    http(arrived, answer, endedAt) {
      const facts = toHttpFacts(arrived, answer, endedAt);
      if (!facts) return;
      const { plan, reached } = facts;
      const route = reached.route?.routeKey ?? "";
      metrics.count({ kind: "http", api: plan.api.id, stage: plan.api.stage, route }, toSample(facts));
      if (plan.logFormat) {
        sink.write(plan.logFormat.destination, fillLogFormat(plan.logFormat, toHttpVariables(facts)));
      }
    },
  };
}

function toSample(facts: RestFacts | HttpFacts) {
  const { arrived, answer, notes, endedAt } = facts;
  return {
    status: answer.status,
    latencyMs: endedAt - arrived.at,
    integrationMs: toIntegrationMs(facts),
    cache: notes.cache,
    bytes: arrived.http.body.length + toAnswerBytes(facts),
  };
}

/** To the log group that API Gateway itself makes for a stage; a canary has one of its own. */
function writeExecution(facts: RestFacts, sink: LogSink): void {
  const { plan, reached } = facts;
  if (!reached.route) return;
  const { settings } = plan.methodPlans(reached.route.method, reached.http.method);
  const group = `API-Gateway-Execution-Logs_${plan.api.id}/${plan.api.stage}${plan.isCanary ? "/Canary" : ""}`;
  const time = new Date(facts.endedAt).toISOString();
  for (const line of toExecutionLines(facts, settings)) sink.write(group, `${time} ${line}`);
}
