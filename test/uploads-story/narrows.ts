// A way to a server on which so many bytes get through, and no more: a browser is then surely in the middle of a file.
import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A relay to a server. */
export interface Narrows {
  /** Of the relay, as in `127.0.0.1:4005`. */
  readonly host: string;
  /** Lets so many bytes of requests get through from now on; settles when they have, and more are waiting. */
  letThrough(bytes: number): Promise<void>;
  /** Lets everything through; what was waiting is lost with its connection. */
  widen(): void;
  close(): Promise<void>;
}

/** Lays a relay to a host and port. */
export async function layNarrows(to: string): Promise<Narrows> {
  const sockets = new Set<Socket>();
  const stuck = new Set<Socket>();
  let left = Infinity;
  let isFull = (): void => undefined;
  const hold = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const pass = (bytes: Buffer, near: Socket, far: Socket): void => {
    const through = bytes.subarray(0, left);
    left -= through.length;
    if (!far.write(through)) {
      near.pause();
      far.once("drain", () => near.resume());
    }
    if (through.length === bytes.length) return;
    near.pause();
    stuck.add(near);
    isFull();
  };
  const server = createServer((near) => {
    const { hostname, port } = new URL(`tcp://${to}`);
    const far = connect(Number(port), hostname);
    hold(near);
    hold(far);
    near.on("data", (bytes: Buffer) => pass(bytes, near, far));
    far.pipe(near);
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return {
    host: `127.0.0.1:${port}`,
    letThrough(bytes) {
      left = bytes;
      return new Promise((resolve) => (isFull = resolve));
    },
    widen() {
      left = Infinity;
      for (const near of stuck) near.destroy();
      stuck.clear();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
