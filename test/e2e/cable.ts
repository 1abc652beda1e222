// A network cable that a test can pull: a TCP relay in front of a port.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A relay to a port of 127.0.0.1. */
export interface Cable {
  readonly port: number;
  /** Every connection falls without a word, and no new one gets through. */
  pull(): void;
  plug(): void;
  close(): Promise<void>;
}

/** Lays a cable to `to`. */
export async function layCable(to: number): Promise<Cable> {
  const sockets = new Set<Socket>();
  let isPlugged = true;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer((near) => {
    hold(near);
    if (!isPlugged) {
      near.destroy();
      return;
    }
    const far = connect(to, "127.0.0.1");
    hold(far);
    near.pipe(far).pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    pull() {
      isPlugged = false;
      cut();
    },
    plug() {
      isPlugged = true;
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
