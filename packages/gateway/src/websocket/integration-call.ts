// What calling an integration of a WebSocket route takes and gives.
import type { WebsocketEvent } from "@gatewright/contract";
import type { LocalServices } from "../integrations/aws-request.ts";
import type { MappedPorts } from "../integrations/call-mapped.ts";
import type { SocketCall } from "../records/websocket-facts.ts";
import type { WebsocketPlan } from "./plan.ts";
import type { IntegrationResult } from "./proxy-result.ts";

/** What integrations are called with. */
export interface IntegratePorts extends MappedPorts {
  readonly plan: WebsocketPlan;
  /** Absent where no AWS service runs here. */
  readonly services: LocalServices | undefined;
  now(): number;
}

/** A connect, a message or a disconnect on its way to its integration. */
export interface Incoming {
  readonly event: WebsocketEvent;
  /** Empty unless it is a message. */
  readonly text: string;
  readonly traceId: string;
}

/** What came of it. */
export interface Integrated {
  readonly result: IntegrationResult;
  /** Absent where it was refused before anything was called. */
  readonly called?: SocketCall;
}
