// A small WebSocket server over loopback that speaks the house's socket contract, and fails when told to.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer, type WebSocket } from "ws";

export interface Said {
  readonly action: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

export interface ChatServer {
  readonly url: string;
  /** Every message that arrived, in order. */
  readonly heard: readonly Said[];
  /** The protocols that each connection offered, refused ones too. */
  readonly offered: readonly string[];
  /** Open connections, oldest first. */
  sockets(): readonly WebSocket[];
  push(frame: object | string): void;
  close(): Promise<void>;
}

export interface ChatServerOptions {
  /** The status that refuses the upgrade; `undefined` lets it in. */
  readonly refuse?: (request: IncomingMessage) => number | undefined;
  /** What is sent back for a message; `undefined` sends nothing. The default answers with what was said. */
  readonly answer?: (said: Said, socket: WebSocket) => object | undefined;
}

export async function startChatServer(options: ChatServerOptions = {}): Promise<ChatServer> {
  const answer = options.answer ?? ((said) => ({ type: "answer", to: said.id, data: said }));
  const heard: Said[] = [];
  const offered: string[] = [];
  const http = createServer();
  const server = new WebSocketServer({ noServer: true, handleProtocols: () => "chat.v1" });
  const open = new Set<WebSocket>();
  http.on("upgrade", (request, socket, head) => {
    offered.push(request.headers["sec-websocket-protocol"] ?? "");
    const status = options.refuse?.(request);
    if (status) socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else server.handleUpgrade(request, socket, head, (client) => server.emit("connection", client));
  });
  server.on("connection", (socket: WebSocket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("message", (data: Buffer) => {
      const said = JSON.parse(data.toString()) as Said;
      heard.push(said);
      const back = answer(said, socket);
      if (back) socket.send(JSON.stringify(back));
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/dev`,
    heard,
    offered,
    sockets: () => [...open],
    push(frame) {
      for (const socket of open) socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
    },
    async close() {
      for (const socket of open) socket.terminate();
      server.close();
      http.closeAllConnections();
      http.close();
    },
  };
}
