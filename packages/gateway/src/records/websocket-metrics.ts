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

/** Counts what happens at one place. */
export interface SocketCounters {
  count(counter: SocketCounter): void;
  /** Notes how long an integration took, in milliseconds. */
  time(ms: number): void;
}

/** Counters that live as long as the gateway. */
export interface SocketMetrics {
  /** The counters of one place. */
  at(place: SocketPlace): SocketCounters;
  series(): readonly SocketSeries[];
}

const nothing: SocketSeries["counts"] = {
  ConnectCount: 0,
  MessageCount: 0,
  ClientError: 0,
  IntegrationError: 0,
  ExecutionError: 0,
};

class Counters implements SocketCounters, SocketSeries {
  readonly api: string;
  readonly stage: string;
  readonly route: string;
  readonly counts: Record<SocketCounter, number> = { ...nothing };
  readonly integrationLatency: GrowingTiming = createTiming();

  constructor({ api, stage, route }: SocketPlace) {
    this.api = api;
    this.stage = stage;
    this.route = route;
  }

  count(counter: SocketCounter): void {
    this.counts[counter] += 1;
  }

  time(ms: number): void {
    addTime(this.integrationLatency, ms);
  }
}

/**
 * Starts counting.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-logging.html
 */
export function createSocketMetrics(): SocketMetrics {
  const byApi = new Map<string, Map<string, Map<string, Counters>>>();
  const make = (place: SocketPlace): Counters => {
    const { api, stage, route } = place;
    const stages = byApi.get(api) ?? new Map<string, Map<string, Counters>>();
    const routes = stages.get(stage) ?? new Map<string, Counters>();
    const made = new Counters(place);
    byApi.set(api, stages.set(stage, routes.set(route, made)));
    return made;
  };
  return {
    at: (place) => byApi.get(place.api)?.get(place.stage)?.get(place.route) ?? make(place),
    series() {
      const all: SocketSeries[] = [];
      for (const stages of byApi.values()) {
        for (const routes of stages.values()) all.push(...routes.values());
      }
      return all;
    },
  };
}
