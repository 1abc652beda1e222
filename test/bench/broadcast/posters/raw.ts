// raw: posts signed and written down beforehand, straight into kept sockets. No HTTP client can be faster.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { concurrency, type StartPoster } from "../poster.ts";
import { presign, type Presigned } from "../presigned.ts";

export const start: StartPoster = async (audience, texts) => {
  const posts = new Map(
    [...presign(audience, texts)].map(([text, each]) => [text, each.map(toWire)] as const),
  );
  const { hostname, port } = new URL(audience.endpoint);
  const sockets = await Promise.all(
    Array.from({ length: concurrency }, async () => {
      const socket = connect(Number(port), hostname).setNoDelay(true).setEncoding("latin1");
      await once(socket, "connect");
      socket.unref();
      return socket;
    }),
  );
  return async (text) => {
    const left = (posts.get(text) ?? []).values();
    await Promise.all(sockets.map((socket) => work(socket, left)));
  };
};

function toWire({ url, headers, text }: Presigned): Buffer {
  const lines = Object.entries({ host: url.host, ...headers, "content-length": Buffer.byteLength(text) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`POST ${url.pathname} HTTP/1.1\r\n${head}\r\n${text}`);
}

/** Sends one post after another. The answers have no body, so each ends with its head. */
function work(socket: Socket, left: Iterator<Buffer>): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    const stop = (): void => {
      socket.off("data", take);
      socket.off("close", lost);
    };
    const lost = (): void => reject(new Error("The server ended a connection."));
    const next = (): void => {
      const { value, done } = left.next();
      if (!done) return void socket.write(value);
      stop();
      resolve();
    };
    const take = (chunk: string): void => {
      text += chunk;
      if (!text.endsWith("\r\n\r\n")) return;
      const isRight = text.startsWith("HTTP/1.1 200 ");
      if (isRight) {
        text = "";
        return next();
      }
      stop();
      reject(new Error(`A post was answered with ${text}`));
    };
    socket.on("data", take);
    socket.on("close", lost);
    next();
  });
}
