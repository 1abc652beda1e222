// The door of a WebSocket API: node:http and ws, with a lane of its own for small posts.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { limits } from "@gatewright/contract";
import { WebSocketServer } from "ws";
import type { Certificate } from "../domains/local-authority.ts";
import { failures } from "../failures.ts";
import type { HttpAnswer, Knock, PlainRequest } from "../websocket/wire.ts";
import { drain, readBody } from "./http-body.ts";
import { type LaneEnds, openPostLane, toHttpText } from "./post-lane.ts";
import { createHandshakes } from "./secure.ts";
import { openSocket } from "./websocket-socket.ts";

/** What a door is opened with. */
export interface WebsocketDoorOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** Who wants the port, as in `the WebSocket API`. */
  readonly for: string;
  /** Takes every upgrade request. */
  upgrade(knock: Knock): void;
  /** Answers every other request. Does not throw. */
  request(request: PlainRequest): HttpAnswer | Promise<HttpAnswer>;
  /** For clients that speak TLS; asked for when the first one comes. @default there is none for them */
  readonly certificate?: () => Promise<Certificate>;
}

/** An open door. */
export interface WebsocketDoor {
  readonly port: number;
  /** Ends every socket, upgraded or not, and lets go of the port. */
  close(): Promise<void>;
}

/**
 * Opens an HTTP server for WebSockets on 127.0.0.1, which takes TLS on the same port.
 *
 * The protocol library neither chooses a subprotocol nor compresses; messages and frames over API Gateway's
 * limits are closed with 1009.
 *
 * @throws failure `PORT_TAKEN`.
 */
export async function startWebsocketDoor(options: WebsocketDoorOptions): Promise<WebsocketDoor> {
  const chosen = new WeakMap<IncomingMessage, string>();
  const protocol = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: limits.websocketMessageBytes,
    handleProtocols: (_offered, request) => chosen.get(request) ?? false,
  });
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void serve(request, response, options));
  const other = takeConnections(server, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    openPostLane(socket, lane);
  });
  const plain: LaneEnds = { request: (request) => options.request(request), other };
  const secure =
    options.certificate &&
    createHandshakes({
      certificate: options.certificate,
      take: (socket) => openPostLane(socket, plain),
    });
  const lane: LaneEnds = secure ? { ...plain, secure: (socket) => void secure(socket) } : plain;
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy()); // a reset by the client is no error of ours
    const accept: Knock["accept"] = (subprotocol, listener) => {
      if (subprotocol !== undefined) chosen.set(request, subprotocol);
      return openSocket(protocol, { request, socket, head }, listener);
    };
    options.upgrade(toKnock(request, socket, accept));
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port, // it listens on TCP
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, options: WebsocketDoorOptions): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port, "127.0.0.1", resolve);
  try {
    await promise;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code; // what `listen` fails with
    const at = { port: options.port, for: options.for };
    if (code === "EADDRINUSE") throw failures.create("PORT_TAKEN", at, { cause: error });
    throw error;
  } finally {
    server.removeListener("error", reject);
  }
}

function toKnock(request: IncomingMessage, socket: Duplex, accept: Knock["accept"]): Knock {
  const { rawHeaders } = request;
  const names = rawHeaders.filter((_, index) => index % 2 === 0);
  return {
    method: request.method ?? "",
    target: request.url ?? "",
    headers: names.map((name, index) => [name, rawHeaders[2 * index + 1] ?? ""]),
    remoteAddress: request.socket.remoteAddress ?? "",
    get left() {
      return !socket.readable || !socket.writable;
    },
    accept,
    refuse: (answer) => refuse(socket, answer),
  };
}

/** Takes each new socket before node:http does, and returns what gives it one. */
function takeConnections(server: Server, take: (socket: Socket) => void): (socket: Socket) => void {
  const [other] = server.listeners("connection");
  if (!other) throw new Error("node:http does not listen for connections of its server.");
  server.removeAllListeners("connection");
  server.on("connection", take);
  return (socket) => void other.call(server, socket);
}

function refuse(socket: Duplex, answer: HttpAnswer): void {
  if (!socket.writable) return void socket.destroy();
  socket.once("finish", () => socket.destroy());
  socket.end(toHttpText(answer, { connection: "close" }));
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: WebsocketDoorOptions,
): Promise<void> {
  const { method = "", url: target = "", headers } = request;
  const body = await readBody(request, limits.payloadBytes);
  if (body === "gone") return void response.destroy();
  const isTooLarge = body === "too-large";
  if (isTooLarge) await drain(request);
  const { remoteAddress = "" } = request.socket;
  const sent = isTooLarge ? undefined : body;
  const answer = await options.request({ method, target, headers, body: sent, remoteAddress });
  const length = answer.status === 204 ? {} : { "content-length": Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...answer.headers, ...length, ...(isTooLarge && close) });
  response.end(answer.body);
}

const close = { connection: "close" };
