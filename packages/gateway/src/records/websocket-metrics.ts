// What CloudWatch would count of each WebSocket API, by stage and route.
import { addTime, createTiming, type GrowingTiming, type Timing } from "./metrics.ts";

/** Where a connection or message belongs. */
export interface SocketPlace {
  readonly api: string;
  readonly stage: string;
  /** As in `$connect`; empty where no route took it. */
  readonly route: string;
}

/** What is counted one by one, under CloudWatch's names. */
export type SocketCounter =
  | "ConnectCount"
  | "MessageCount"
  | "ClientError"
  | "IntegrationError"
  | "ExecutionError";

/** All connections and messages of one place. */
export interface SocketSeries extends SocketPlace {
  readonly counts: Readonly<Record<SocketCounter, number>>;
  readonly integrationLatency: Timing;
}

/** Counters that live as long as the gateway. */
export interface SocketMetrics {
  count(place: SocketPlace, counter: SocketCounter): void;
  /** Notes how long an integration took, in milliseconds. */
  time(place: SocketPlace, ms: number): void;
  series(): readonly SocketSeries[];
}

const nothing: SocketSeries["counts"] = {
  ConnectCount: 0,
  MessageCount: 0,
  ClientError: 0,
  IntegrationError: 0,
  ExecutionError: 0,
};

type Counters = SocketPlace & {
  readonly counts: Record<SocketCounter, number>;
  readonly integrationLatency: GrowingTiming;
};

/**
 * Starts counting.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
export function createSocketMetrics(): SocketMetrics {
  const byApi = new Map<string, Map<string, Map<string, Counters>>>();
  const find = ({ api, stage, route }: SocketPlace): Counters => {
    const known = byApi.get(api)?.get(stage)?.get(route);
    if (known) return known;
    const stages = byApi.get(api) ?? new Map<string, Map<string, Counters>>();
    const routes = stages.get(stage) ?? new Map<string, Counters>();
    const made = { api, stage, route, counts: { ...nothing }, integrationLatency: createTiming() };
    byApi.set(api, stages.set(stage, routes.set(route, made)));
    return made;
  };
  return {
    count: (place, counter) => void (find(place).counts[counter] += 1),
    time: (place, ms) => addTime(find(place).integrationLatency, ms),
    series() {
      const all: SocketSeries[] = [];
      for (const stages of byApi.values()) {
        for (const routes of stages.values()) all.push(...routes.values());
      }
      return all;
    },
  };
}
