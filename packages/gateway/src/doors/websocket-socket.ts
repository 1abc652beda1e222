// One socket of the protocol library, in this house's words.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { gatewayLimits } from "@gatewright/contract";
import type { WebSocket, WebSocketServer } from "ws";
import type { ClientSocket, SocketListener } from "../websocket/wire.ts";
import { watchFrames } from "../websocket/frame-watch.ts";

/** An upgrade request as node:http hands it over. */
export interface RawUpgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Answers the handshake; `undefined`, with the socket ended, where the client has left. */
export function openSocket(
  protocol: WebSocketServer,
  { request, socket, head }: RawUpgrade,
  listener: SocketListener,
): ClientSocket | undefined {
  let opened: ClientSocket | undefined;
  // Without `verifyClient` the library calls back before it returns, or not at all.
  protocol.handleUpgrade(request, socket, head, (client) => {
    listen(client, listener);
    // In front of the library's own listener, so that a frame's length is known before the frame is collected.
    socket.prependListener(
      "data",
      watchFrames(gatewayLimits.websocketFrameBytes, () => {
        client.close(1009);
        listener.violated(1009);
      }),
    );
    opened = toClientSocket(client, socket);
  });
  return opened;
}

function listen(client: WebSocket, listener: SocketListener): void {
  client.on("message", (data: Buffer, isBinary) => {
    if (isBinary) listener.binary();
    else listener.text(data.toString("utf8"));
  });
  client.on("ping", () => listener.alive());
  client.on("pong", () => listener.alive());
  client.on("error", (error: NodeJS.ErrnoException) => {
    const code = closeCodes[error.code ?? ""];
    if (code !== undefined || error.code?.startsWith("WS_ERR_")) listener.violated(code ?? 1002);
  });
  client.on("close", (code, reason) => listener.closed(code, reason.toString("utf8")));
}

/** The codes that the library closes with, by its errors; every other error of the protocol is 1002. */
const closeCodes: Readonly<Record<string, number>> = {
  WS_ERR_INVALID_UTF8: 1007,
  WS_ERR_TOO_MANY_BUFFERED_PARTS: 1008,
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: 1009,
};

const asText = { binary: false };
const asBinary = { binary: true };
/** A payload up to this length is copied behind its header: two buffers cost the system more than the copy. */
const copiedAtMost = 16_384;

function toClientSocket(client: WebSocket, socket: Duplex): ClientSocket {
  return {
    get isOpen() {
      return client.readyState === client.OPEN;
    },
    get bufferedBytes() {
      return client.bufferedAmount;
    },
    send(text, done) {
      const isSmall = typeof text !== "string" && text.length <= copiedAtMost;
      // Between two messages of the library, which compresses none and so writes each whole at once.
      if (isSmall && client.readyState === client.OPEN) socket.write(toFrame(text), done);
      else client.send(text, asText, done);
    },
    sendBinary: (bytes, done) => client.send(bytes, asBinary, done),
    close: (code, reason) => client.close(code, reason),
    terminate: () => client.terminate(),
    pause: () => client.pause(),
    resume: () => client.resume(),
  };
}

const finalText = 0x81;
const longestShort = 125;
const lengthFollows = 126;

/**
 * One text message as one frame, unmasked as a server's are; at most 65,535 bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
function toFrame(text: Uint8Array): Buffer {
  const { length } = text;
  const start = length > longestShort ? 4 : 2;
  const frame = Buffer.allocUnsafe(start + length);
  frame[0] = finalText;
  frame[1] = length > longestShort ? lengthFollows : length;
  if (length > longestShort) frame.writeUInt16BE(length, 2);
  frame.set(text, start);
  return frame;
}
