// The embedded DynamoDB, which has no types of its own, behind a request handler that cannot bring the process down.
import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createRequire } from "node:module";

interface DynaliteOptions {
  readonly path?: string;
  readonly createTableMs: number;
  readonly deleteTableMs: number;
  readonly updateTableMs: number;
}

/** The server's `close` also waits for writes and closes the database. */
type Dynalite = (options: DynaliteOptions) => Server;

type Handler = (request: EventEmitter, response: ServerResponse) => void;

/** The embedded DynamoDB: it does not listen yet. */
export interface EmbeddedDynamodb {
  readonly server: Server;
  /**
   * Takes no more requests, and waits for those that run. Call it before the server is closed: dynalite throws, out of
   * anybody's reach, where its database is closed under a request whose client has gone.
   */
  readonly drain: () => Promise<void>;
}

/** DynamoDB's own bound on a request. */
const maxRequestBytes = 16 * 1024 * 1024;

/**
 * Makes the server; it does not listen yet.
 *
 * Each request is read to its end before dynalite sees it: dynalite throws, out of anybody's reach, when a client goes
 * away in the middle of one, and when something surprises it.
 */
export function createDynalite(folder: string | undefined): EmbeddedDynamodb {
  const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite; // a CommonJS function without types
  const server = dynalite({
    ...(folder === undefined ? {} : { path: folder }),
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [handle] = server.listeners("request") as Handler[]; // the one listener of http.createServer(listener)
  server.removeAllListeners("request");
  const running = createRunning();
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    readWhole(request).then(
      (body) =>
        handle && running.add(response) ? replay(handle, { request, body, response }) : response.destroy(),
      () => response.destroy(), // the client is gone, or sent more than DynamoDB takes
    );
  });
  return { server, drain: () => running.drain() };
}

interface Running {
  /** Counts a request until dynalite has answered it, whether anybody hears the answer or not; `false` once it drains. */
  add(response: ServerResponse): boolean;
  drain(): Promise<void>;
}

function createRunning(): Running {
  let count = 0;
  let drained: (() => void) | undefined;
  let draining: Promise<void> | undefined;
  return {
    add(response) {
      if (draining) return false;
      count += 1;
      const end = response.end.bind(response);
      response.end = (...answer: unknown[]) => {
        response.end = end;
        count -= 1;
        if (count === 0) drained?.();
        return (end as (...answer: unknown[]) => ServerResponse)(...answer); // whatever end takes
      };
      return true;
    },
    drain() {
      draining ??= count === 0 ? Promise.resolve() : new Promise((resolve) => (drained = resolve));
      return draining;
    },
  };
}

async function readWhole(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes) throw new RangeError("request too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function replay(
  handle: Handler,
  { request, body, response }: { request: IncomingMessage; body: Buffer; response: ServerResponse },
): void {
  const { headers, method, url } = request;
  const replayed = Object.assign(new EventEmitter(), { headers, method, url });
  try {
    handle(replayed, response);
    if (body.length > 0) replayed.emit("data", body);
    replayed.emit("end");
  } catch {
    if (response.headersSent) return void response.end();
    response.writeHead(500, { "content-type": "application/x-amz-json-1.0" });
    response.end(JSON.stringify({ __type: "com.amazon.coral.service#InternalFailure" }));
  }
}
