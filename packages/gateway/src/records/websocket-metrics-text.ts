// Metrics of WebSocket APIs as others read them: CloudWatch's names as JSON, Prometheus text, a table for the terminal.
import { type NamedMetrics, toFigures, toHistogram, toLabelText } from "./metrics-text.ts";
import type { SocketCounter, SocketSeries } from "./websocket-metrics.ts";

/** Every series as CloudWatch names it. */
export function toNamedSocketMetrics(all: readonly SocketSeries[]): readonly NamedMetrics[] {
  return all.map(({ api, stage, route, counts, integrationLatency }) => ({
    dimensions: { ApiId: api, Stage: stage, Route: route },
    metrics: { ...counts, IntegrationLatency: toFigures(integrationLatency) },
  }));
}

const counters: readonly (readonly [name: string, help: string, counter: SocketCounter])[] = [
  ["apigateway_websocket_connects_total", "Connects sent to an integration", "ConnectCount"],
  ["apigateway_websocket_messages_total", "Messages from and to clients", "MessageCount"],
  ["apigateway_websocket_client_errors_total", "Refused before an integration was called", "ClientError"],
  [
    "apigateway_websocket_integration_errors_total",
    "Answers of 4XX and 5XX of integrations",
    "IntegrationError",
  ],
  ["apigateway_websocket_execution_errors_total", "Integrations that could not be called", "ExecutionError"],
];
const latencyName = "apigateway_websocket_integration_latency_milliseconds";

/**
 * Writes all series in Prometheus' text format; nothing where there is none.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toSocketPrometheus(all: readonly SocketSeries[]): string {
  if (all.length === 0) return "";
  const lines: string[] = [];
  for (const [name, help, counter] of counters) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
    for (const series of all) lines.push(`${name}{${toLabels(series)}} ${series.counts[counter]}`);
  }
  lines.push(
    `# HELP ${latencyName} From the call of an integration to its answer`,
    `# TYPE ${latencyName} histogram`,
  );
  for (const series of all)
    lines.push(...toHistogram(latencyName, toLabels(series), series.integrationLatency));
  return `${lines.join("\n")}\n`;
}

function toLabels({ api, stage, route }: SocketSeries): string {
  return toLabelText({ api, stage, route });
}

/** One line for each series, as the terminal shows them when a gateway ends. */
export function toSocketTable(all: readonly SocketSeries[]): readonly string[] {
  return all.map(({ stage, route, counts, integrationLatency }) => {
    const { average, max } = toFigures(integrationLatency);
    const parts = [
      `${counts.ConnectCount} connects`,
      `${counts.MessageCount} messages`,
      `${counts.ClientError} client errors`,
      `${counts.IntegrationError + counts.ExecutionError} integration errors`,
      `${average} ms (${max} at most)`,
    ];
    return `${stage} ${route === "" ? "(no route)" : route}: ${parts.join(", ")}`;
  });
}
