// The HTTP door: node:http on 127.0.0.1, bytes in and bytes out, no knowledge of APIs.
import { isUtf8 } from "node:buffer";
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import {
  type ArrivedHttp,
  type HeaderPair,
  type HttpAnswer,
  type HttpApplication,
  StreamCut,
} from "../invoke/application.ts";
import type { Log } from "../ports.ts";
import { turnEnd } from "../turn.ts";
import { drain, readBody } from "./http-body.ts";
import { createSecureServer, describePeer, isSecure, type Secure } from "./secure.ts";
import { writeStream } from "./http-stream.ts";

/** What a door is opened with. */
export interface HttpDoorOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  /** What stands behind the door, for the message where the port is taken. */
  readonly for: string;
  readonly application: HttpApplication;
  /** Where bugs of the application go. @default standard error */
  readonly log?: Pick<Log, "error">;
  /** Speaks TLS. @default plain HTTP */
  readonly secure?: Secure;
  /** Takes upgrade requests. @default they are answered as plain requests */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** How long a client may take. @default 20 s for the headers, 120 s for the whole request */
  readonly patience?: { readonly headersMs: number; readonly requestMs: number };
}

/** An open door. */
export interface HttpDoor {
  readonly port: number;
  /** Ends every connection at once, kept-alive ones too, and frees the port. */
  close(): Promise<void>;
}

const standardError: Pick<Log, "error"> = { error: (line) => void process.stderr.write(`${line}\n`) };

/** Room for a URL and headers that are over AWS's limits, so that the application can say which. */
const parserHeaderBytes = 65_536;
/** API Gateway keeps an idle connection for this time. */
const idleMs = 310_000;

/**
 * Opens a door on 127.0.0.1 for an application.
 *
 * Bodies over 10 MB are answered by the application's `tooLarge` and read no further; HTTP that cannot be parsed
 * gets 400, or 408 and 431, and a closed connection. An application that throws gets its client a 500.
 *
 * @example
 * const door = await startHttpDoor({ port: 0, for: "the REST API", application });
 * await fetch(`http://127.0.0.1:${door.port}/dev/rooms`);
 * await door.close();
 *
 * @throws failure `PORT_TAKEN`.
 */
export async function startHttpDoor(options: HttpDoorOptions): Promise<HttpDoor> {
  const { headersMs, requestMs } = options.patience ?? { headersMs: 20_000, requestMs: 120_000 };
  const settings = {
    maxHeaderSize: parserHeaderBytes,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headersMs, 5_000),
    keepAliveTimeout: idleMs,
  };
  const server = options.secure ? createSecureServer(settings, options.secure) : createServer(settings);
  server.maxHeadersCount = 0; // more than 2,000 would be left out without a word; their size has its limit
  server.on("request", (request, response) => {
    if (request.httpVersionMajor === 1) void serve(request, response, options);
    else answerBrokenHttp(new Error("HTTP/0.9"), request.socket);
  });
  server.on("clientError", answerBrokenHttp);
  if (options.upgrade) server.on("upgrade", options.upgrade);
  await listen(server, options);
  const { port } = server.address() as AddressInfo; // a listening TCP server has one
  return {
    port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { port, for: what }: HttpDoorOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      reject(
        cause.code === "EADDRINUSE" ? failures.create("PORT_TAKEN", { port, for: what }, { cause }) : cause,
      );
    });
    server.listen(port, "127.0.0.1", resolve);
  });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpDoorOptions,
): Promise<void> {
  const { application, log = standardError } = options;
  try {
    const body = await readBody(request, limits.payloadBytes);
    if (body === "gone") return;
    if (body === "too-large") {
      const answer = application.tooLarge(toArrived(request, Buffer.alloc(0)));
      await drain(request);
      write(request, response, { ...answer, headers: [...answer.headers, ["Connection", "close"]] });
      return;
    }
    // OpenSSL may tell of a client's bad certificate late, and end its connection: what it is told, it is told at once.
    if (!isSecure(request.socket)) await turnEnd();
    const answer = await application.answer(toArrived(request, body));
    const { status, stream } = answer;
    const isBodiless = hasNoBody(status) || request.method === "HEAD";
    if (stream) await writeStream(response, { status, lines: toLines(answer.headers), stream, isBodiless });
    else write(request, response, answer);
  } catch (error) {
    if (error instanceof StreamCut) {
      response.destroy();
      return;
    }
    log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (response.headersSent) response.destroy();
    else write(request, response, bug);
  }
}

const bug: HttpAnswer = {
  status: 500,
  headers: [["Content-Type", "application/json"]],
  body: Buffer.from('{"message":"Internal server error"}'),
};

function toArrived(request: IncomingMessage, body: Buffer): ArrivedHttp {
  const url = request.url ?? "/";
  const target = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  return {
    method: request.method ?? "GET",
    path: path === "" ? "/" : path,
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: toPairs(request.rawHeaders),
    body,
    sourceIp: request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1",
    protocol: "http",
    host: request.headers.host ?? "",
    ...describePeer(request.socket),
  };
}

function toPairs(rawHeaders: readonly string[]): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    pairs.push([rawHeaders[at] ?? "", fromWire(rawHeaders[at + 1] ?? "")]);
  }
  return pairs;
}

/** Writes an answer with its header names as they are; text outside latin1 goes out as UTF-8. */
function write(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  const bodiless = hasNoBody(answer.status);
  const lines = toLines(answer.headers);
  if (!bodiless) lines.push("Content-Length", String(answer.body.length));
  response.writeHead(answer.status, lines);
  if (bodiless || request.method === "HEAD") response.end();
  else if (answer.body.length > joinedBytes) response.end(answer.body);
  else response.end(answer.body.toString("latin1"), "latin1"); // as text it goes out with its head in one piece
}

/** Bodies up to this size are copied into one write with their head. */
const joinedBytes = 16_384;

function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

function toLines(headers: readonly HeaderPair[]): string[] {
  const lines: string[] = [];
  for (const [name, value] of headers) lines.push(name, toWire(value));
  return lines;
}

// oxlint-disable-next-line no-control-regex -- all of ASCII is meant
const ascii = /^[\0-\x7f]*$/;

function toWire(value: string): string {
  if (ascii.test(value)) return value;
  return Buffer.from(value, "utf8").toString("latin1");
}

/** Node reads header bytes as latin1; what is UTF-8 becomes the text that was meant. */
function fromWire(value: string): string {
  if (ascii.test(value)) return value;
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : value;
}

const brokenStatus: ReadonlyMap<string, number> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
  ["HPE_HEADER_OVERFLOW", 431],
]);

/** Answers what is no HTTP, by hand: there is no request to answer to. */
function answerBrokenHttp(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = brokenStatus.get(error.code ?? "") ?? 400;
  const body = JSON.stringify({ message: STATUS_CODES[status] });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: application/json",
    `Content-Length: ${body.length}`,
  ].join("\r\n");
  socket.end(`${head}\r\n\r\n${body}`);
  socket.once("finish", () => socket.destroy());
}
