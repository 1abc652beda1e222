// The $connect integration: asks it, before the handshake is answered, whether the connection is taken.
import type { Log } from "../ports.ts";
import type { AdmittedCaller, WebsocketEvents } from "./events.ts";
import type { Handshake } from "./handshake.ts";
import { integrate } from "./integrate.ts";
import type { IntegratePorts, Integrated } from "./integration-call.ts";
import { explain } from "./proxy-result.ts";
import { refuse, refuseAs, refuseWithStatus } from "./refusals.ts";

/** What `$connect` needs. */
export interface ConnectPorts extends IntegratePorts {
  readonly events: WebsocketEvents;
  readonly log: Log;
}

/** Calls the integration of `$connect`, where there is one. */
export async function callConnect(
  caller: AdmittedCaller,
  handshake: Handshake,
  to: ConnectPorts,
): Promise<Integrated | undefined> {
  const route = to.plan.connect;
  if (!route) return undefined;
  const event = to.events.connect(caller, handshake);
  return integrate(route, { event, text: "", traceId: caller.traceId }, to);
}

/**
 * Reads what `$connect` said, and gives the subprotocol that it chose.
 *
 * @throws HandshakeRefusal with the integration's own status unless it is 2xx, 502 where it failed, 504 after 29 s.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-connect-route-subprotocol.html
 */
export function readConnect(
  integrated: Integrated | undefined,
  { offered, connectionId }: { readonly offered: readonly string[]; readonly connectionId: string },
  log: Log,
): string | undefined {
  if (!integrated) return undefined;
  const { result, called } = integrated;
  const failed = (why: string) =>
    log.error(`WebSocket $connect ${connectionId} ${called?.endpoint ?? "was not called"}: ${why}`);
  if (result.kind !== "answered") {
    failed(explain(result));
    if (result.kind === "refused") throw refuseAs(result.rejection);
    throw refuse(result.kind === "timed-out" ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE");
  }
  if (result.status === undefined) {
    failed("its result has no statusCode; nobody is let in without one");
    throw refuse("INTEGRATION_FAILURE");
  }
  if (result.status < 200 || result.status >= 300) throw refuseWithStatus(result.status);
  return chooseSubprotocol(result.headers.get("sec-websocket-protocol"), offered, log);
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
