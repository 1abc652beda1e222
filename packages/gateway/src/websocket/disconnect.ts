// The $disconnect integration: tells whoever it calls that a connection has ended, and how.
import type { ConnectionTable } from "../connections/table.ts";
import type { Log } from "../ports.ts";
import type { SocketRecorder } from "../records/websocket-recorder.ts";
import type { Ending } from "./close.ts";
import type { Connection } from "./connection.ts";
import type { WebsocketEvents } from "./events.ts";
import { integrate } from "./integrate.ts";
import type { IntegratePorts, Integrated } from "./integration-call.ts";
import { explain } from "./proxy-result.ts";
import { judgeResult } from "./verdict.ts";

/** What `$disconnect` needs. */
export interface DisconnectPorts extends IntegratePorts {
  readonly events: WebsocketEvents;
  readonly recorder: SocketRecorder;
  readonly table: ConnectionTable;
  readonly log: Log;
}

/**
 * Takes a connection off the table and calls the integration of `$disconnect`, where there is one.
 *
 * Nothing can be answered any more: what fails is only logged. Never rejects.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export async function leave(connection: Connection, observed: Ending, to: DisconnectPorts): Promise<void> {
  const since = to.now();
  const ending = connection.closed(observed);
  to.table.remove(connection);
  const note = (outcome: string) =>
    `WebSocket $disconnect ${connection.id} ${ending.code} ${outcome} ${to.now() - since} ms`;
  if (connection.isLost) return to.log.warn(note("(lost on purpose)"));
  const route = to.plan.disconnect;
  const event = to.events.disconnect(connection.caller, ending);
  const incoming = { event, text: "", traceId: connection.caller.traceId };
  const integrated: Partial<Integrated> = route ? await integrate(route, incoming, to) : {};
  const { result, called } = integrated;
  const failed = result && result.kind !== "answered" ? result : undefined;
  const verdict = failed && judgeResult(failed);
  to.recorder.record({
    stage: to.plan,
    settings: route?.settings ?? to.plan.settings,
    context: event.requestContext,
    body: "",
    status: verdict?.status ?? called?.status ?? 200,
    startedAt: since,
    endedAt: to.now(),
    ...(verdict && { error: verdict.error }),
    ...(called && { called }),
  });
  if (failed) to.log.error(note(`${called?.endpoint ?? "not called"}: ${explain(failed)}`));
  else to.log.info(note(route ? "ok" : "(no route)"));
}
