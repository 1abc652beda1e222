// The $disconnect integration: tells the function that a connection has ended, and how.
import type { ConnectionTable } from "../connections/table.ts";
import type { Functions, Log } from "../ports.ts";
import type { Ending } from "./close.ts";
import type { Connection } from "./connection.ts";
import type { WebsocketEvents } from "./events.ts";
import { explain } from "./message.ts";
import type { WebsocketPlan } from "./plan.ts";
import { readProxyResult } from "./proxy-result.ts";

/** What `$disconnect` needs. */
export interface DisconnectPorts {
  readonly plan: WebsocketPlan;
  readonly events: WebsocketEvents;
  readonly functions: Functions;
  readonly table: ConnectionTable;
  readonly log: Log;
  now(): number;
}

/**
 * Takes a connection off the table and calls the `$disconnect` function, where there is one.
 *
 * Nothing can be answered any more: a function that fails is only logged. Never rejects.
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
  if (!route) return to.log.info(note("(no route)"));
  const { functionKey, timeoutMs } = route;
  const event = to.events.disconnect(connection.caller, ending);
  const result = readProxyResult(await to.functions.invoke(functionKey, event, { timeoutMs }));
  if (result.kind === "answered") to.log.info(note("ok"));
  else to.log.error(note(`${functionKey}: ${explain(result)}`));
}
