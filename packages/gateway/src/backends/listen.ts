// Opening a back end's port: on this machine only.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { failures } from "../failures.ts";

/**
 * Starts listening on 127.0.0.1 and gives the endpoint, as in `http://127.0.0.1:4004`.
 *
 * @throws `PORT_TAKEN`
 */
export function listenLocally(
  server: Server,
  { port, name }: { readonly port: number; readonly name: string },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => {
      const taken = error.code === "EADDRINUSE";
      reject(taken ? failures.create("PORT_TAKEN", { port, for: name }, { cause: error }) : error);
    };
    server.once("error", refuse);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", refuse);
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`); // listening on a port, not on a pipe
    });
  });
}

/** Lets running requests end, for at most `graceMs`, and closes what clients keep open. */
export function closeServer(server: Server, graceMs = 300): Promise<void> {
  return new Promise((resolve, reject) => {
    const idle = setInterval(() => server.closeIdleConnections(), 20);
    const force = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close((error) => {
      clearInterval(idle);
      clearTimeout(force);
      if (error) reject(error);
      else resolve();
    });
    server.closeIdleConnections();
  });
}
