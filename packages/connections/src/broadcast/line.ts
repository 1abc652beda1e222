// One kept connection to @connections: HTTP/1.1 over a socket, one exchange at a time.
import type { OnReadOpts, TcpNetConnectOpts } from "node:net";
import { readReply, type Reply } from "./read-reply.ts";

type Socket = ReturnType<typeof connectPlain>;

/** Where a line goes. */
export interface Origin {
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: number;
}

/** Why there was no reply: an error code of Node such as `ECONNREFUSED`, or `TIMEOUT`. */
export class NoReply extends Error {
  readonly code: string;
  /** The line had served before and was closed from the other side before anything was answered: worth a fresh one. */
  readonly stale: boolean;
  constructor(code: string, cause: unknown, stale = false) {
    super(`No reply: ${code}.`, { cause });
    this.code = code;
    this.stale = stale;
  }
}

interface Exchange {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: NoReply) => void;
  readonly since: number;
  /** The line is in it as long as the exchange is under way. */
  readonly underWay: Set<Line> | undefined;
}

/** What a line tells its pool. */
export interface LineEvents {
  free(line: Line): void;
  ended(line: Line): void;
}

/** A connection that serves one exchange after the other until either side closes it. */
export class Line {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  readonly #events: LineEvents;
  #exchange: Exchange | undefined;
  #received: Buffer | undefined;
  #served = 0;
  #over = false;

  constructor(origin: Origin, timeoutMs: number, events: LineEvents) {
    this.#socket = connect(origin, (bytes) => this.#read(bytes));
    this.#timeoutMs = timeoutMs;
    this.#events = events;
    this.#socket.setNoDelay(true);
    this.#socket.setTimeout(timeoutMs, () => this.#silent());
    this.#socket.on("error", (error) => this.#end(toCode(error), error));
    this.#socket.on("close", () => this.#end("ECONNRESET", undefined));
  }

  /** Sends a request; the line must be free, and is in `underWay` until there is a reply or none will come. */
  send(request: Uint8Array, underWay?: Set<Line>): Promise<Reply> {
    this.#socket.ref();
    underWay?.add(this);
    return new Promise((resolve, reject) => {
      this.#exchange = { resolve, reject, since: performance.now(), underWay };
      this.#socket.write(request);
    });
  }

  /** Ends the line and what is under way on it. */
  cut(code: string): void {
    this.#end(code, undefined);
  }

  /**
   * A frozen process finds the timer over when it thaws: only silence that was lived through counts. One that had no time
   * for its sockets sees its timers first: what has come meanwhile is read before there is a verdict.
   */
  #silent(): void {
    const exchange = this.#exchange;
    const received = this.#received;
    if (!exchange) return;
    const silentMs = performance.now() - exchange.since;
    if (silentMs < this.#timeoutMs - 5) return void this.#socket.setTimeout(this.#timeoutMs);
    setImmediate(() => {
      if (this.#exchange === exchange && this.#received === received) this.#end("TIMEOUT", undefined);
    });
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (!exchange) return this.#end("ECONNRESET", undefined); // nothing was asked
    const received = this.#received ? Buffer.concat([this.#received, bytes]) : bytes;
    const reply = readReply(received, false);
    if (reply === "broken") return this.#end("HPE_INVALID", undefined);
    if (reply === "more") {
      this.#received = Buffer.from(received); // the next read is into the same memory
      return;
    }
    this.#settle(exchange, reply);
  }

  #settle(exchange: Exchange, reply: Reply): void {
    this.#exchange = undefined;
    this.#received = undefined;
    this.#served += 1;
    exchange.underWay?.delete(this);
    exchange.resolve(reply);
    if (reply.last) return this.#end("ECONNRESET", undefined);
    this.#socket.unref();
    this.#events.free(this);
  }

  #end(code: string, cause: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket.destroy();
    this.#events.ended(this);
    const exchange = this.#exchange;
    if (!exchange) return;
    this.#exchange = undefined;
    exchange.underWay?.delete(this);
    const reply = this.#received && readReply(this.#received, true);
    if (typeof reply === "object") return exchange.resolve(reply);
    const closed = code === "ECONNRESET" || code === "EPIPE";
    exchange.reject(new NoReply(code, cause, closed && this.#served > 0 && !this.#received));
  }
}

/** `node:net` and `node:tls` are loaded with the first line. */
function connect({ secure, hostname, port }: Origin, take: (bytes: Buffer) => void): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const onread = readInto(take);
  if (!secure) return connectPlain({ host, port, onread });
  const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
  // `onread` is known to Node's TLS sockets (as every option of net.Socket), though not to its types
  const options = { host, port, onread, ALPNProtocols: ["http/1.1"], ...(servername && { servername }) };
  return process.getBuiltinModule("node:tls").connect(options);
}

function connectPlain(to: TcpNetConnectOpts) {
  return process.getBuiltinModule("node:net").connect(to);
}

let memory: Buffer | undefined;

/** One piece of memory for what all lines read, where Node takes 64 KiB for each read: `take` must not keep it. */
function readInto(take: (bytes: Buffer) => void): OnReadOpts {
  const buffer = (memory ??= Buffer.allocUnsafeSlow(65_536));
  return {
    buffer,
    callback(length) {
      take(buffer.subarray(0, length));
      return true;
    },
  };
}

function toCode(error: Error): string {
  const { code } = error as NodeJS.ErrnoException; // errors of sockets carry one
  return code ?? "UNKNOWN";
}
