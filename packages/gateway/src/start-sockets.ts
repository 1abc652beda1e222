// What the WebSocket API shares with the REST and the HTTP API: buckets, usage plans, records.
import { deployKeys, type KeySources } from "./deploy/api-keys.ts";
import type { LogSink } from "./records/log-sink.ts";
import { createSocketMetrics, type SocketMetrics } from "./records/websocket-metrics.ts";
import { createSocketRecorder } from "./records/websocket-recorder.ts";
import type { SocketAccount } from "./websocket/start-websocket-api.ts";

/** What is shared. */
export interface SharedWithSockets {
  readonly meters: Omit<SocketAccount["meters"], "keysOf">;
  readonly sink: LogSink;
  /** Keys and plans as they are now. */
  readonly sources: () => KeySources;
}

/** The WebSocket API's part of an account, all but the desk. */
export interface SocketTraffic extends Omit<SocketAccount, "desk"> {
  readonly metrics: SocketMetrics;
  /** Gathers the keys anew when they are next asked for. */
  rekey(): void;
}

/** Makes the WebSocket API's part of an account. */
export function openSocketTraffic({ meters, sink, sources }: SharedWithSockets): SocketTraffic {
  const metrics = createSocketMetrics();
  const known = new Map<string, ReturnType<typeof deployKeys>>();
  return {
    metrics,
    recorder: createSocketRecorder(metrics, sink),
    meters: {
      ...meters,
      keysOf(stage) {
        const keys = known.get(stage.stage) ?? deployKeys(stage, sources());
        known.set(stage.stage, keys);
        return keys;
      },
    },
    rekey: () => known.clear(),
  };
}
