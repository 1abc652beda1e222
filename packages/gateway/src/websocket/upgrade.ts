// How a client comes in, in order: handshake, authorizer, $connect, open. Read this first.
import type { HearCaller } from "../invoke/caller-headers.ts";
import { toTraceId } from "../invoke/forwarded.ts";
import type { Ids } from "../ports.ts";
import { authorizeConnect, type AuthorizePorts } from "./authorize-connect.ts";
import { callConnect } from "./connect.ts";
import { Connection } from "./connection.ts";
import type { AdmittedCaller, Caller } from "./events.ts";
import { type Handshake, readHandshake } from "./handshake.ts";
import { HandshakeRefusal, refuse } from "./refusals.ts";
import { serve, type ServePorts } from "./serve.ts";
import type { Knock } from "./wire.ts";

/** What an upgrade needs. */
export interface UpgradePorts extends AuthorizePorts, ServePorts {
  readonly ids: Ids;
  /** Whether one more client may come now. */
  readonly mayConnect: () => boolean;
  /** Where a caller says that it calls from. */
  readonly hear: HearCaller;
}

/** Answers one upgrade request: an open connection, or the status that says why not. Never rejects. */
export async function upgrade(knock: Knock, to: UpgradePorts): Promise<void> {
  const connectedAt = to.now();
  const connectionId = to.ids.opaque();
  const note = (outcome: string) =>
    to.log.info(`WebSocket $connect ${connectionId} ${outcome} ${to.now() - connectedAt} ms`);
  try {
    const handshake = readHandshake(knock, to.plan.stage, to.hear);
    if (!to.mayConnect()) throw refuse("THROTTLED");
    const caller = introduce(handshake, {
      connectionId,
      connectedAt,
      requestId: to.ids.opaque(),
      traceId: toTraceId(knock.headers, connectedAt, to.ids),
    });
    const admitted = await authorizeConnect(caller, handshake, to);
    if (knock.left) return note("left before $connect");
    const isOpen = await enter(admitted, { knock, handshake }, to);
    note(isOpen ? "101" : "left during $connect");
  } catch (error) {
    const refusal = error instanceof HandshakeRefusal ? error : refuse("GATEWAY_FAULT");
    if (refusal !== error) to.log.error(`WebSocket $connect ${connectionId}: ${String(error)}`);
    knock.refuse(refusal.answer);
    note(`${refusal.answer.status} ${refusal.message}`);
  }
}

function introduce(handshake: Handshake, born: Omit<Caller, "domainName" | "identity">): Caller {
  const { host, sourceIp, userAgent } = handshake;
  const identity = userAgent === undefined ? { sourceIp } : { sourceIp, userAgent };
  return { ...born, domainName: host, identity };
}

/** While `$connect` runs the connection is `opening`: it is known, and cannot be posted to. */
async function enter(
  admitted: AdmittedCaller,
  { knock, handshake }: { readonly knock: Knock; readonly handshake: Handshake },
  to: UpgradePorts,
): Promise<boolean> {
  const connection = new Connection(admitted, to.clock);
  to.table.add(connection);
  try {
    const subprotocol = await callConnect(admitted, handshake, to);
    return serve(connection, { knock, subprotocol }, to);
  } catch (error) {
    to.table.remove(connection);
    throw error;
  }
}
