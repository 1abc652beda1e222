// Bytes over a bare socket, and whatever comes back.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** What came back for some bytes. */
export interface Heard {
  readonly text: string;
  /** Statuses of all answers, in order. */
  readonly statuses: readonly number[];
  /** The server ended the connection before this side gave up waiting. */
  readonly isClosed: boolean;
}

/** How long after the last byte an open connection is taken for one that stays open. */
const quietMs = 100;

/** Sends bytes and listens until the server ends the connection or nothing more comes. */
export async function raw(port: number, ...parts: readonly (string | Uint8Array)[]): Promise<Heard> {
  const socket = await open(port);
  for (const part of parts) socket.write(typeof part === "string" ? Buffer.from(part, "latin1") : part);
  return listen(socket);
}

/** A connection whose errors are what is looked for, not what ends a test. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

/** What comes until the end, or until it has been quiet for a while after something came. */
export function listen(socket: Socket): Promise<Heard> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    const finish = (isClosed: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(chunks).toString("latin1");
      const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]));
      resolve({ text, statuses, isClosed });
    };
    const give = (): void => finish(false);
    let timer = setTimeout(give, 20 * quietMs);
    socket.on("data", (chunk) => {
      chunks.push(chunk);
      clearTimeout(timer);
      timer = setTimeout(give, quietMs);
    });
    socket.once("close", () => finish(true));
  });
}

/** A request's head and body. */
export function request(line: string, headers: readonly string[] = [], body = ""): string {
  return [`${line} HTTP/1.1`, "Host: 127.0.0.1", ...headers, "", body].join("\r\n");
}
