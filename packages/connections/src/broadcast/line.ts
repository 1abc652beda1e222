// One kept connection to @connections: HTTP/1.1 over a socket, one exchange at a time.
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
    this.#socket = connect(origin);
    this.#timeoutMs = timeoutMs;
    this.#events = events;
    this.#socket.setNoDelay(true);
    this.#socket.setTimeout(timeoutMs, () => this.#silent());
    this.#socket.on("data", (bytes: Buffer) => this.#read(bytes));
    this.#socket.on("error", (error) => this.#end(toCode(error), error));
    this.#socket.on("close", () => this.#end("ECONNRESET", undefined));
  }

  /** Sends a request; the line must be free. */
  send(request: Uint8Array): Promise<Reply> {
    this.#socket.ref();
    return new Promise((resolve, reject) => {
      this.#exchange = { resolve, reject, since: performance.now() };
      this.#socket.write(request);
    });
  }

  /** Ends the line and what is under way on it. */
  cut(code: string): void {
    this.#end(code, undefined);
  }

  /** A frozen process finds the timer over when it thaws: only silence that was lived through counts. */
  #silent(): void {
    if (!this.#exchange) return;
    const silentMs = performance.now() - this.#exchange.since;
    if (silentMs >= this.#timeoutMs - 5) this.#end("TIMEOUT", undefined);
    else this.#socket.setTimeout(this.#timeoutMs);
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    if (!exchange) return this.#end("ECONNRESET", undefined); // nothing was asked
    const received = this.#received ? Buffer.concat([this.#received, bytes]) : bytes;
    const reply = readReply(received, false);
    if (reply === "broken") return this.#end("HPE_INVALID", undefined);
    if (reply === "more") {
      this.#received = received;
      return;
    }
    this.#settle(exchange, reply);
  }

  #settle(exchange: Exchange, reply: Reply): void {
    this.#exchange = undefined;
    this.#received = undefined;
    this.#served += 1;
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
    const reply = this.#received && readReply(this.#received, true);
    if (typeof reply === "object") return exchange.resolve(reply);
    const closed = code === "ECONNRESET" || code === "EPIPE";
    exchange.reject(new NoReply(code, cause, closed && this.#served > 0 && !this.#received));
  }
}

/** `node:net` and `node:tls` are loaded with the first line. */
function connect({ secure, hostname, port }: Origin): Socket {
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  if (!secure) return connectPlain({ host, port });
  const servername = /^[\d.]+$|:/.test(host) ? undefined : host;
  return process.getBuiltinModule("node:tls").connect({
    host,
    port,
    ALPNProtocols: ["http/1.1"],
    ...(servername && { servername }),
  });
}

function connectPlain(to: { readonly host: string; readonly port: number }) {
  return process.getBuiltinModule("node:net").connect(to);
}

function toCode(error: Error): string {
  const { code } = error as NodeJS.ErrnoException; // errors of sockets carry one
  return code ?? "UNKNOWN";
}
