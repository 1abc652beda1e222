// An open connection at work: what its socket tells goes to the inbox, the clocks and the end.
import type { Clock } from "../ports.ts";
import { startClocks } from "./clocks.ts";
import { endings, explainViolation, observedEnding } from "./close.ts";
import type { Connection } from "./connection.ts";
import { type DisconnectPorts, leave } from "./disconnect.ts";
import { createInbox } from "./inbox.ts";
import { type MessagePorts, takeMessage } from "./message.ts";
import type { ClientSocket, Knock, SocketListener } from "./wire.ts";

/** What an open connection needs. */
export interface ServePorts extends DisconnectPorts, MessagePorts {
  readonly clock: Clock;
  /** Notes work that the gateway waits for when it stops. */
  track(work: Promise<void>): void;
}

/**
 * Answers the handshake with 101 and serves the connection until its end.
 *
 * A client that has left meanwhile gets its `$disconnect` at once: its `$connect` has run.
 *
 * @returns whether the connection is open.
 */
export function serve(
  connection: Connection,
  { knock, subprotocol }: { readonly knock: Knock; readonly subprotocol: string | undefined },
  to: ServePorts,
): boolean {
  let socket: ClientSocket | undefined;
  const inbox = createInbox({
    handle: (text) => (connection.isCutShort ? Promise.resolve() : takeMessage(connection, text, to)),
    pause: () => socket?.pause(),
    resume: () => socket?.resume(),
  });
  const clocks = startClocks(connection, to.clock, () => connection.close(endings.goingAway));
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  to.track(gone);
  const end = (code: number, reason: string) => {
    clocks.stop();
    void leave(connection, observedEnding(code, reason), to).then(resolve);
  };
  socket = knock.accept(
    subprotocol,
    listenFor(connection, { push: (text) => inbox.push(text), end, log: to.log }),
  );
  if (!socket) {
    end(1006, "");
    return false;
  }
  connection.open(socket);
  return true;
}

function listenFor(
  connection: Connection,
  to: {
    readonly push: (text: string) => void;
    readonly end: (code: number, reason: string) => void;
    readonly log: DisconnectPorts["log"];
  },
): SocketListener {
  const explain = (code: number) =>
    to.log.warn(`WebSocket ${connection.id} is closed with ${code}: ${explainViolation(code)}`);
  return {
    text(text) {
      if (connection.state !== "open") return;
      connection.touch();
      to.push(text);
    },
    binary() {
      if (connection.state !== "open") return;
      explain(endings.binary.code);
      connection.close(endings.binary);
    },
    alive: () => connection.touch(),
    violated(code) {
      explain(code);
      connection.willEnd({ code, reason: "" });
    },
    closed: to.end,
  };
}
