// The $connect integration: asks the function, before the handshake is answered, whether it takes the connection.
import type { Functions, Log } from "../ports.ts";
import type { AdmittedCaller, WebsocketEvents } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import { explain } from "./message.ts";
import type { WebsocketPlan } from "./plan.ts";
import { readProxyResult } from "./proxy-result.ts";
import { refuse, refuseWithStatus } from "./refusals.ts";

/** What `$connect` needs. */
export interface ConnectPorts {
  readonly plan: WebsocketPlan;
  readonly events: WebsocketEvents;
  readonly functions: Functions;
  readonly log: Log;
}

/**
 * Calls the `$connect` function, where there is one, and gives the subprotocol that it chose.
 *
 * @throws HandshakeRefusal with the function's own status unless it is 2xx, 502 where it failed, 504 after 29 s.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
export async function callConnect(
  caller: AdmittedCaller,
  handshake: Handshake,
  to: ConnectPorts,
): Promise<string | undefined> {
  const route = to.plan.connect;
  if (!route) return undefined;
  const { functionKey, timeoutMs } = route;
  const event = to.events.connect(caller, handshake);
  const result = readProxyResult(await to.functions.invoke(functionKey, event, { timeoutMs }));
  const failed = (why: string) =>
    to.log.error(`WebSocket $connect ${caller.connectionId} ${functionKey}: ${why}`);
  if (result.kind !== "answered") {
    failed(explain(result));
    throw refuse(result.kind === "timed-out" ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE");
  }
  if (result.status === undefined) {
    failed("its result has no statusCode; nobody is let in without one");
    throw refuse("INTEGRATION_FAILURE");
  }
  if (result.status >= 300) throw refuseWithStatus(result.status);
  return chooseSubprotocol(result.headers.get("sec-websocket-protocol"), handshake.offered, to.log);
}

/** Only what `$connect` returned, and only if the client offered it. Offers may hold tokens and are not printed. */
function chooseSubprotocol(
  returned: string | undefined,
  offered: readonly string[],
  log: Log,
): string | undefined {
  if (returned !== undefined && offered.includes(returned)) return returned;
  if (returned !== undefined) {
    log.warn(
      "WebSocket $connect returned a Sec-WebSocket-Protocol that the client does not offer: left out.",
    );
  } else if (offered.length > 0) {
    log.warn(
      "WebSocket $connect returned no Sec-WebSocket-Protocol though the client offers some: browsers will close.",
    );
  }
  return undefined;
}
