// What CloudWatch would count of each API, by stage and method.

/** One request, counted. */
export interface Sample {
  readonly status: number;
  readonly latencyMs: number;
  readonly integrationMs: number | undefined;
  readonly cache: "hit" | "miss" | undefined;
  /** Bytes of request and answer. */
  readonly bytes: number;
}

/** Where a request belongs. */
export interface Place {
  readonly kind: "rest" | "http";
  readonly api: string;
  readonly stage: string;
  /** As in `GET /rooms/{room}`; empty where no route took it. */
  readonly route: string;
}

/** Milliseconds: how many, how long together, how long at most, and how many in each range of `latencyRanges`. */
export interface Timing {
  readonly count: number;
  readonly sum: number;
  readonly max: number;
  readonly ranges: readonly number[];
}

/** All requests of one place. */
export interface Series extends Place {
  readonly count: number;
  readonly clientErrors: number;
  readonly serverErrors: number;
  readonly cacheHits: number;
  readonly cacheMisses: number;
  readonly bytes: number;
  readonly latency: Timing;
  readonly integrationLatency: Timing;
}

/** Counters that live as long as the gateway. */
export interface Metrics {
  count(place: Place, sample: Sample): void;
  series(): readonly Series[];
}

/** Upper ends of the ranges in which latencies are counted, in milliseconds; the last range has none. */
export const latencyRanges: readonly number[] = [
  1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 29_000,
];

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };
type Counters = Writable<Omit<Series, "latency" | "integrationLatency">> & {
  readonly latency: GrowingTiming;
  readonly integrationLatency: GrowingTiming;
};

/** Starts counting. */
export function createMetrics(): Metrics {
  const byApi = new Map<string, Map<string, Map<string, Counters>>>();
  const find = (place: Place): Counters => {
    const stages = byApi.get(place.api) ?? new Map<string, Map<string, Counters>>();
    const routes = stages.get(place.stage) ?? new Map<string, Counters>();
    const counters = routes.get(place.route) ?? createCounters(place);
    byApi.set(place.api, stages.set(place.stage, routes.set(place.route, counters)));
    return counters;
  };
  return {
    count(place, sample) {
      const counters = byApi.get(place.api)?.get(place.stage)?.get(place.route) ?? find(place);
      counters.count += 1;
      counters.bytes += sample.bytes;
      if (sample.status >= 500) counters.serverErrors += 1;
      else if (sample.status >= 400) counters.clientErrors += 1;
      if (sample.cache === "hit") counters.cacheHits += 1;
      else if (sample.cache === "miss") counters.cacheMisses += 1;
      addTime(counters.latency, sample.latencyMs);
      if (sample.integrationMs !== undefined) addTime(counters.integrationLatency, sample.integrationMs);
    },
    series() {
      const all: Series[] = [];
      for (const stages of byApi.values()) {
        for (const routes of stages.values()) all.push(...routes.values());
      }
      return all;
    },
  };
}

function createCounters({ kind, api, stage, route }: Place): Counters {
  return {
    kind,
    api,
    stage,
    route,
    count: 0,
    clientErrors: 0,
    serverErrors: 0,
    cacheHits: 0,
    cacheMisses: 0,
    bytes: 0,
    latency: createTiming(),
    integrationLatency: createTiming(),
  };
}

/** A timing that grows. */
export type GrowingTiming = Writable<Timing> & { ranges: number[] };

/** A timing of nothing yet. */
export function createTiming(): GrowingTiming {
  return { count: 0, sum: 0, max: 0, ranges: Array.from(latencyRanges, () => 0) };
}

/** Adds so many milliseconds. */
export function addTime(timing: GrowingTiming, ms: number): void {
  timing.count += 1;
  timing.sum += ms;
  if (ms > timing.max) timing.max = ms;
  for (let at = 0; at < latencyRanges.length; at += 1) {
    if (ms > (latencyRanges[at] ?? Infinity)) continue;
    timing.ranges[at] = (timing.ranges[at] ?? 0) + 1;
    return;
  }
}
