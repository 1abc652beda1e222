// Counts and durations per route, as CloudWatch's embedded metric format.
import type { MiddlewareObj, Request } from "@middy/core";
import { refuseMissing } from "./failures.ts";
import { readInvocation, statusOf, type Invocation } from "./invocation.ts";

/** What is asked of a collector: Powertools' `Metrics` is one. */
export interface InvocationMetrics {
  addDimensions(dimensions: Record<string, string>): unknown;
  addMetric(name: string, unit: "Count" | "Milliseconds", value: number): unknown;
  publishStoredMetrics(): unknown;
}

/** Where the metrics go. */
export interface MeteredOptions {
  /** Your own `Metrics`. Without it one is made at the first invocation, from `@aws-lambda-powertools/metrics`. */
  readonly metrics?: InvocationMetrics;
  /** @default process.env.POWERTOOLS_METRICS_NAMESPACE */
  readonly namespace?: string;
  /** @default process.env.POWERTOOLS_SERVICE_NAME */
  readonly service?: string;
}

/** What `before` found: later the event may be another object, put there by another middleware. */
interface Begun {
  readonly invocation: Invocation;
  readonly at: number;
}

const begun = Symbol("gatewright.metered");

/**
 * Writes `Duration` (milliseconds), `Refused` (answers of 400 to 499) and `Failed` (500 and above) with the dimensions
 * `api` and `route`, and whatever else was added to the same `Metrics` meanwhile.
 *
 * CloudWatch bills each combination of name and dimensions as one metric: three per route.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metered({ metrics, namespace, service }: MeteredOptions = {}): MiddlewareObj {
  let ready = metrics;
  return {
    name: "gatewright.metered",
    async before(request) {
      const invocation = readInvocation(request.event);
      Object.assign(request.internal, { [begun]: { invocation, at: performance.now() } satisfies Begun });
      ready ??= await makeMetrics({ namespace, serviceName: service });
    },
    after: (request) => ready && finish(ready, request),
    onError: (request) => ready && finish(ready, request),
  };
}

function finish(metrics: InvocationMetrics, request: Request): void {
  const { [begun]: start } = request.internal as { [begun]?: Begun }; // put there by `before`
  const { api, route = "none" } = start?.invocation ?? { api: "other" };
  const status = statusOf(api, request.response, request.error);
  metrics.addDimensions({ api, route });
  if (start) metrics.addMetric("Duration", "Milliseconds", performance.now() - start.at);
  metrics.addMetric("Refused", "Count", status >= 400 && status < 500 ? 1 : 0);
  metrics.addMetric("Failed", "Count", status >= 500 ? 1 : 0);
  metrics.publishStoredMetrics();
}

async function makeMetrics(options: {
  readonly namespace: string | undefined;
  readonly serviceName: string | undefined;
}): Promise<InvocationMetrics> {
  const peer = "@aws-lambda-powertools/metrics";
  const { Metrics } = await import("@aws-lambda-powertools/metrics").catch(refuseMissing(peer));
  const given = Object.entries(options).filter((entry) => entry[1] !== undefined);
  return new Metrics(Object.fromEntries(given));
}
