// A WebSocket as it is on the wire: every frame kept, answers found by their id, handshakes that are refused.
import { once } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocket, type ClientOptions } from "ws";

/** One frame of the server, parsed. */
export type Frame = Readonly<Record<string, unknown>>;

/** An open connection. */
export interface Wire {
  readonly socket: WebSocket;
  /** Everything that came, in order. */
  readonly frames: readonly Frame[];
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number; readonly reason: string }>;
  send(text: string): void;
  /** Says something with an id of its own, and gives the frame that answers it: an answer, or an error. */
  ask(action: string, fields?: object): Promise<Frame>;
  /** The first frame that fits, also one that is still to come. */
  heard(fits: (frame: Frame) => boolean): Promise<Frame>;
  close(): Promise<void>;
}

const patienceMs = 10_000;

/** Opens a connection; rejects where the handshake is refused. */
export async function openWire(
  url: string,
  protocols: readonly string[] = [],
  options: ClientOptions = {},
): Promise<Wire> {
  const socket = new WebSocket(url, [...protocols], options);
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  const { promise: ended, resolve: end } = Promise.withResolvers<{ code: number; reason: string }>();
  socket.on("close", (code, reason) => end({ code, reason: reason.toString() }));
  socket.on("message", (data: Buffer) => {
    frames.push(JSON.parse(data.toString()) as Frame); // every frame of the house is a JSON object
    for (const look of waiting) look();
  });
  await once(socket, "open");
  socket.on("error", () => undefined); // what follows is `close`, and that is looked at

  const heard: Wire["heard"] = (fits) => {
    const { promise, resolve, reject } = Promise.withResolvers<Frame>();
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `No frame fits ${String(fits)}:\n${frames.map((each) => JSON.stringify(each)).join("\n")}`,
          ),
        ),
      patienceMs,
    );
    const look = (): void => {
      const found = frames.find(fits);
      if (!found) return;
      waiting.delete(look);
      clearTimeout(timer);
      resolve(found);
    };
    waiting.add(look);
    look();
    return promise;
  };
  let asked = 0;
  return {
    socket,
    frames,
    ended,
    heard,
    send: (message) => socket.send(message),
    ask(action, fields = {}) {
      asked += 1;
      const id = `ask-${asked}`;
      socket.send(JSON.stringify({ action, id, ...fields }));
      return heard((frame) => frame["to"] === id);
    },
    async close() {
      socket.close();
      await ended;
    },
  };
}

/** How a handshake was refused. */
export interface Refusal {
  readonly status: number;
  readonly errorType: string;
  readonly body: string;
}

/** Tries to connect where nobody is let in; rejects where somebody is. */
export async function refusalOf(
  url: string,
  protocols: readonly string[] = [],
  options: ClientOptions = {},
): Promise<Refusal> {
  const socket = new WebSocket(url, [...protocols], options);
  const { promise, resolve, reject } = Promise.withResolvers<readonly [ClientRequest, IncomingMessage]>();
  socket.on("open", () => {
    socket.terminate();
    reject(new Error("The connection was let in."));
  });
  socket.on("error", reject);
  socket.on("unexpected-response", (request, response) => resolve([request, response]));
  const [request, response] = await promise;
  const errorType = String(response.headers["x-amzn-errortype"] ?? "");
  const body = await text(response);
  request.destroy();
  return { status: response.statusCode ?? 0, errorType, body };
}
