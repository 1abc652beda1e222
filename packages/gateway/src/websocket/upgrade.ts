// How a client comes in, in order: handshake, limits, authorizer, API key, $connect, open. Read this first.
import type { HearCaller } from "../invoke/caller-headers.ts";
import { toTraceId } from "../invoke/forwarded.ts";
import { Rejection } from "../invoke/rejection.ts";
import type { AuthorizerNote, Notes } from "../invoke/trace.ts";
import type { SocketCall } from "../records/websocket-facts.ts";
import { admitConnect, admitKnock } from "./admit.ts";
import { authorizeConnect, type AuthorizePorts } from "./authorize-connect.ts";
import { callConnect, readConnect } from "./connect.ts";
import { Connection } from "./connection.ts";
import type { AdmittedCaller, Caller } from "./events.ts";
import { type Handshake, readHandshake } from "./handshake.ts";
import { type HandshakeProgress, recordConnect } from "./record-connect.ts";
import { HandshakeRefusal, refuse, refuseAs } from "./refusals.ts";
import { serve, type ServePorts } from "./serve.ts";
import type { Knock } from "./wire.ts";

/** What an upgrade needs. */
export interface UpgradePorts extends AuthorizePorts, ServePorts {
  /** Where a caller says that it calls from. */
  readonly hear: HearCaller;
}

/** What is known of a client so far, for the records. */
interface Progress {
  caller?: AdmittedCaller;
  handshake?: Handshake;
  access?: NonNullable<HandshakeProgress["access"]>;
  called?: SocketCall;
}

/** Answers one upgrade request: an open connection, or the status that says why not. Never rejects. */
export async function upgrade(knock: Knock, to: UpgradePorts): Promise<void> {
  const connectedAt = to.now();
  const connectionId = to.ids.opaque();
  const progress: Progress = {};
  const note = (outcome: string) =>
    to.log.info(`WebSocket $connect ${connectionId} ${outcome} ${to.now() - connectedAt} ms`);
  try {
    const handshake = readHandshake(knock, to.plan.stage, to.hear);
    progress.handshake = handshake;
    progress.caller = introduce(handshake, {
      connectionId,
      connectedAt,
      requestId: to.ids.opaque(),
      traceId: toTraceId(knock.headers, connectedAt, to.ids),
    });
    admitKnock(to.meters);
    progress.caller = await passGuard(progress.caller, { handshake, progress }, to);
    progress.caller = admitConnect(progress.caller, handshake, to);
    if (knock.left) return note("left before $connect");
    const isOpen = await enter(progress.caller, { knock, handshake, progress }, to);
    recordConnect(progress, undefined, to);
    note(isOpen ? "101" : "left during $connect");
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal.message === "GATEWAY_FAULT")
      to.log.error(`WebSocket $connect ${connectionId}: ${String(error)}`);
    knock.refuse(refusal.answer);
    recordConnect(progress, { refusal, why: error instanceof Rejection ? error.detail.why : undefined }, to);
    note(`${refusal.answer.status} ${refusal.message}`);
  }
}

async function passGuard(
  caller: Caller,
  { handshake, progress }: { readonly handshake: Handshake; readonly progress: Progress },
  to: UpgradePorts,
): Promise<AdmittedCaller> {
  const since = to.now();
  const notes: Pick<Notes, "accessMs" | "authorizer"> = {};
  progress.access = { isIn: false, notes };
  try {
    const note = (asked: AuthorizerNote) => void (notes.authorizer = asked);
    const known = await authorizeConnect(caller, handshake, { ...to, note });
    progress.access = { isIn: true, notes };
    return known;
  } finally {
    notes.accessMs = to.now() - since;
  }
}

function toRefusal(error: unknown): HandshakeRefusal {
  if (error instanceof HandshakeRefusal) return error;
  return error instanceof Rejection ? refuseAs(error) : refuse("GATEWAY_FAULT");
}

function introduce(handshake: Handshake, born: Omit<Caller, "domainName" | "identity">): Caller {
  const { host, sourceIp, userAgent } = handshake;
  const identity = userAgent === undefined ? { sourceIp } : { sourceIp, userAgent };
  return { ...born, domainName: host, identity };
}

/** While `$connect` runs the connection is `opening`: it is known, and cannot be posted to. */
async function enter(
  admitted: AdmittedCaller,
  of: { readonly knock: Knock; readonly handshake: Handshake; readonly progress: Progress },
  to: UpgradePorts,
): Promise<boolean> {
  const { knock, handshake, progress } = of;
  const connection = new Connection(admitted, to.clock);
  to.table.add(connection);
  try {
    const integrated = await callConnect(admitted, handshake, to);
    if (integrated?.called) progress.called = integrated.called;
    const { offered } = handshake;
    const subprotocol = readConnect(integrated, { offered, connectionId: connection.id }, to.log);
    return serve(connection, { knock, subprotocol }, to);
  } catch (error) {
    to.table.remove(connection);
    throw error;
  }
}
