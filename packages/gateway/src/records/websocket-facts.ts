// What records of a WebSocket API are made from: one connect, message or disconnect from its arrival to its answer.
import type { WebsocketEvent } from "@gatewright/contract";
import type { LogFormat } from "../deploy/log-format.ts";
import type { RouteSettings } from "../model/websocket-api.ts";
import type { Passage } from "./access-phases.ts";

/** A connect, message or disconnect, and what came of it. */
export interface SocketFacts {
  readonly stage: RecordedStage;
  /** Of its route. */
  readonly settings: RouteSettings;
  /** As its event has it. */
  readonly context: SocketContext;
  /** The message; empty where it is none. */
  readonly body: string;
  readonly status: number;
  /** Milliseconds. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Why API Gateway itself answered. */
  readonly error?: SocketError;
  /** How a connect came past its guard; absent where it did not come so far, and on other events. */
  readonly access?: Omit<Passage, "refusal">;
  readonly called?: SocketCall;
  /** What the route sends back, if it does. */
  readonly answer?: string | Uint8Array;
  /** Values that no log may show, gathered when one is written. */
  readonly secrets?: () => readonly string[];
}

/** What events say of themselves. */
export type SocketContext = WebsocketEvent["requestContext"];

/** The stage that is recorded for. */
export interface RecordedStage {
  readonly apiId: string;
  readonly stage: string;
  readonly logFormat: LogFormat | undefined;
}

/** A refusal, or a failure on the way. */
export interface SocketError {
  /** As in `THROTTLED`. */
  readonly type: string;
  readonly message: string | null;
  /** In words for the developer only. */
  readonly why?: string;
  /** What a validator found. */
  readonly detail?: () => string;
}

/** One call of an integration. */
export interface SocketCall {
  readonly latencyMs: number;
  /** An `IntegrationOutcome`. */
  readonly outcome: object;
  /** Function, address or `MOCK`, without a query. */
  readonly endpoint: string;
  readonly isMock: boolean;
  /** What the integration's own code said; left out where it did not answer. */
  readonly status?: number;
  /** What was sent, made when a log asks for it. */
  readonly sent: () => string;
}
