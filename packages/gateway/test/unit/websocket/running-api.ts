// A WebSocket API on a free port with functions in this process, for the tests of this room.
import { connect as connectTcp, type Socket } from "node:net";
import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import type { FaultSource } from "../../../src/faults/faults.ts";
import { inlineFunctions, type InlineHandler } from "../../../src/integrations/inline-functions.ts";
import { manualClock } from "../../../src/manual-clock.ts";
import type { LambdaAuthorizer } from "../../../src/model/authorizer.ts";
import type { WebsocketApi, WebsocketRoute } from "../../../src/model/websocket-api.ts";
import { systemIds, type Log } from "../../../src/ports.ts";
import { startWebsocketApi, type WebsocketApiOptions } from "../../../src/websocket/start-websocket-api.ts";

export const credentials = { accessKeyId: "AKIDLOCAL", secretAccessKey: "not-a-real-secret" };

/** A function as a proxy. */
export function toProxy(functionKey: string, timeoutMs = 29_000) {
  return { type: "AWS_PROXY", functionKey, timeoutMs } as const;
}

export function toRoute(routeKey: string, over: Partial<WebsocketRoute> = {}): WebsocketRoute {
  return { routeKey, integration: toProxy(routeKey.replace("$", "")), routeResponse: true, ...over };
}

export function toApi(over: Partial<WebsocketApi> = {}): WebsocketApi {
  return {
    id: "wsapi12345",
    name: "chat-dev-websockets",
    stage: "dev",
    stageVariables: {},
    routeSelectionExpression: "$request.body.action",
    routes: [],
    authorizers: [],
    ...over,
  };
}

/** Starts an API whose routes are the handlers' keys, `$connect` written `connect`. */
export async function startApi(
  handlers: Readonly<Record<string, InlineHandler>>,
  over: Partial<WebsocketApi> = {},
  faults?: FaultSource,
  more: Pick<WebsocketApiOptions, "identities" | "callerHeaders" | "account"> = {},
) {
  const lifecycle = new Set(["connect", "disconnect", "default"]);
  const routes = Object.keys(handlers)
    .filter((key) => key !== "authorizer")
    .map((key) => toRoute(lifecycle.has(key) ? `$${key}` : key));
  const clock = manualClock(Date.now());
  const lines: string[] = [];
  const note = (line: string) => void lines.push(line);
  const log: Log = { info: note, warn: note, error: note };
  const functions = inlineFunctions(handlers, clock);
  const api = await startWebsocketApi({
    api: toApi({ routes, ...over }),
    service: { region: "us-east-1", accountId: "000000000000" },
    functions,
    credentials,
    clock,
    ids: systemIds,
    log,
    port: 0,
    ...more,
    ...(faults && { faults }),
  });
  const clients: WebSocket[] = [];
  return {
    api,
    clock,
    lines,
    url: `ws://127.0.0.1:${api.port}/dev`,
    http: `http://127.0.0.1:${api.port}/dev`,
    /** A client that is open. */
    async open(query = "", options: ClientOptions & { protocols?: string[] } = {}): Promise<Client> {
      const client = toClient(`ws://127.0.0.1:${api.port}/dev${query}`, options);
      clients.push(client.ws);
      await once(client.ws, "open");
      return client;
    },
    /** The status and body of a handshake that is refused. */
    refused: (path = "/dev", options: ClientOptions & { protocols?: string[] } = {}) =>
      refusedAt(`ws://127.0.0.1:${api.port}${path}`, options),
    async [Symbol.asyncDispose]() {
      await api.close();
      for (const client of clients) client.terminate();
    },
  };
}

/** A client that keeps what it gets. */
export interface Client {
  readonly ws: WebSocket;
  /** The next text that came and was not taken yet. */
  next(): Promise<string>;
  readonly closed: Promise<{ code: number; reason: string }>;
}

export function toClient(url: string, options: ClientOptions & { protocols?: string[] } = {}): Client {
  const ws = new WebSocket(url, options.protocols ?? [], options);
  const texts: string[] = [];
  const takers: ((text: string) => void)[] = [];
  ws.on("message", (data: Buffer, isBinary) => {
    const text = isBinary ? `(binary) ${data.toString("base64")}` : data.toString("utf8");
    const take = takers.shift();
    if (take) take(text);
    else texts.push(text);
  });
  ws.on("error", () => {});
  return {
    ws,
    next() {
      const text = texts.shift();
      return text === undefined ? new Promise((resolve) => takers.push(resolve)) : Promise.resolve(text);
    },
    closed: new Promise((resolve) => {
      ws.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    }),
  };
}

export function refusedAt(
  url: string,
  options: ClientOptions & { protocols?: string[] },
): Promise<{ status: number; type: string | undefined; body: string }> {
  const ws = new WebSocket(url, options.protocols ?? [], options);
  return new Promise((resolve, reject) => {
    ws.on("open", () => {
      ws.terminate();
      reject(new Error("the handshake was not refused"));
    });
    ws.on("error", reject);
    ws.on("unexpected-response", (_request, response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers["x-amzn-errortype"] as string | undefined, // sent once
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
  });
}

/** A socket after the handshake, for what a well-behaved client never sends. */
export async function openRaw(port: number, headers: readonly string[] = []): Promise<Socket> {
  const socket = connectTcp(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(rawUpgrade(headers));
  await once(socket, "data");
  return socket;
}

export function rawUpgrade(headers: readonly string[] = []): string {
  return [
    "GET /dev HTTP/1.1",
    "Host: 127.0.0.1",
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...headers,
    "",
    "",
  ].join("\r\n");
}

/** A masked client frame (with a mask of zeros). */
export function toFrame(opcode: number, payload: Buffer, fin = true): Buffer {
  const first = (fin ? 0x80 : 0) | opcode;
  const mask = Buffer.alloc(4);
  if (payload.length < 126)
    return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, payload]);
  if (payload.length < 65_536) {
    const head = Buffer.from([first, 0x80 | 126, 0, 0]);
    head.writeUInt16BE(payload.length, 2);
    return Buffer.concat([head, mask, payload]);
  }
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, mask, payload]);
}

/** Something that a handler hands to the test when it runs. */
export function toSignal<Value = unknown>() {
  const waiting: ((value: Value) => void)[] = [];
  const values: Value[] = [];
  return {
    give(value: Value) {
      const take = waiting.shift();
      if (take) take(value);
      else values.push(value);
    },
    take(): Promise<Value> {
      const value = values.shift();
      return value === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(value);
    },
  };
}

export const allow = (context: Record<string, unknown> = {}) => ({
  principalId: "ada",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }],
  },
  context,
});

/** An authorizer of `$connect` that wants one header. */
export const session: LambdaAuthorizer = {
  id: "a1",
  name: "session",
  type: "REQUEST",
  functionKey: "authorizer",
  identitySources: [{ from: "header", name: "Sec-WebSocket-Protocol" }],
  ttlSeconds: 0,
};

/** Routes for these handlers, `connect` with the authorizer. */
export const withAuthorizer = (handlers: readonly string[]): Partial<WebsocketApi> => ({
  routes: handlers.map((key) => {
    if (key === "connect") return toRoute("$connect", { authorizerId: session.id });
    return toRoute(key === "disconnect" ? "$disconnect" : key);
  }),
  authorizers: [session],
});
