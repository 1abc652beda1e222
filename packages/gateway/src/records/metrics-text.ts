// Metrics as others read them: CloudWatch's names as JSON, Prometheus text, a table for the terminal.
import { latencyRanges, type Series, type Timing } from "./metrics.ts";

/** One series under the names that CloudWatch has for its kind of API. */
export interface NamedMetrics {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: Readonly<Record<string, number | { readonly average: number; readonly max: number }>>;
}

/**
 * Names every series as CloudWatch does: `4XXError` for a REST API, `4xx` for an HTTP API.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html
 */
export function toNamedMetrics(all: readonly Series[]): readonly NamedMetrics[] {
  return all.map((series) => {
    const shared = {
      Count: series.count,
      Latency: toFigures(series.latency),
      IntegrationLatency: toFigures(series.integrationLatency),
    };
    if (series.kind === "http") {
      return {
        dimensions: { ApiId: series.api, Stage: series.stage, Route: series.route },
        metrics: {
          ...shared,
          "4xx": series.clientErrors,
          "5xx": series.serverErrors,
          DataProcessed: series.bytes,
        },
      };
    }
    const [method = "", resource = ""] = series.route.split(" ");
    return {
      dimensions: { ApiName: series.api, Stage: series.stage, Resource: resource, Method: method },
      metrics: {
        ...shared,
        "4XXError": series.clientErrors,
        "5XXError": series.serverErrors,
        CacheHitCount: series.cacheHits,
        CacheMissCount: series.cacheMisses,
      },
    };
  });
}

/** What CloudWatch shows of a timing. */
export function toFigures({ count, sum, max }: Timing): { average: number; max: number } {
  return { average: count === 0 ? 0 : Math.round((sum / count) * 100) / 100, max };
}

type Counter = readonly [name: string, help: string, value: (series: Series) => number];

const counters: readonly Counter[] = [
  ["apigateway_count_total", "Requests", (series) => series.count],
  ["apigateway_4xx_errors_total", "Answers from 400 to 499", (series) => series.clientErrors],
  ["apigateway_5xx_errors_total", "Answers from 500", (series) => series.serverErrors],
  ["apigateway_cache_hits_total", "Answers from a stage's cache", (series) => series.cacheHits],
  ["apigateway_cache_misses_total", "Answers that were not in the cache", (series) => series.cacheMisses],
  ["apigateway_data_processed_bytes_total", "Bytes of bodies, in and out", (series) => series.bytes],
];

const histograms: readonly (readonly [string, string, (series: Series) => Timing])[] = [
  ["apigateway_latency_milliseconds", "From a request to its answer", (series) => series.latency],
  [
    "apigateway_integration_latency_milliseconds",
    "From the call of an integration to its answer",
    (series) => series.integrationLatency,
  ],
];

/**
 * Writes all series in Prometheus' text format.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function toPrometheus(all: readonly Series[]): string {
  const lines: string[] = [];
  for (const [name, help, value] of counters) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} counter`);
    for (const series of all) lines.push(`${name}{${toLabels(series)}} ${value(series)}`);
  }
  for (const [name, help, timing] of histograms) {
    lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} histogram`);
    for (const series of all) lines.push(...toHistogram(name, toLabels(series), timing(series)));
  }
  return `${lines.join("\n")}\n`;
}

/** A timing as a histogram of Prometheus. */
export function toHistogram(name: string, labels: string, { count, sum, ranges }: Timing): readonly string[] {
  let below = 0;
  const buckets = latencyRanges.map((end, index) => {
    below += ranges[index] ?? 0;
    return `${name}_bucket{${labels},le="${end}"} ${below}`;
  });
  return [
    ...buckets,
    `${name}_bucket{${labels},le="+Inf"} ${count}`,
    `${name}_sum{${labels}} ${sum}`,
    `${name}_count{${labels}} ${count}`,
  ];
}

function toLabels({ kind, api, stage, route }: Series): string {
  const [method = "", resource = ""] = route.split(" ");
  return toLabelText({ kind, api, stage, resource, method });
}

/** Labels as Prometheus reads them. */
export function toLabelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(
      ([name, value]) =>
        `${name}="${value.replaceAll(/["\\\n]/g, (one) => (one === "\n" ? "\\n" : `\\${one}`))}"`,
    )
    .join(",");
}

/** One line for each series, as the terminal shows them when a gateway ends. */
export function toMetricsTable(all: readonly Series[]): readonly string[] {
  return all
    .toSorted((one, other) => other.count - one.count)
    .map((series) => {
      const { average, max } = toFigures(series.latency);
      const cache = series.cacheHits + series.cacheMisses;
      const route = series.route === "" ? "(no route)" : series.route;
      const parts = [
        `${series.count} requests`,
        `${series.clientErrors} 4XX`,
        `${series.serverErrors} 5XX`,
        `${average} ms (${max} at most)`,
        ...(cache === 0 ? [] : [`${series.cacheHits} of ${cache} from the cache`]),
      ];
      return `${series.stage} ${route}: ${parts.join(", ")}`;
    });
}
