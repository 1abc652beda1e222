// Requests on their way: waiting for the connection, waiting for the answer, and what becomes of them when it falls.
import type { SendOptions } from "./contract-types.ts";
import type { Link } from "./link.ts";
import { SocketError } from "./socket-error.ts";

/** What bounds the requests of a socket. */
export interface RequestLimits {
  readonly timeoutMs: number;
  readonly queueLimit: number;
  readonly maxBytes: number;
}

/** The requests of one socket. */
export interface Requests {
  send(route: string, payload: object | undefined, options?: SendOptions): Promise<unknown>;
  /** A connection is there: everything that waits goes out, in order. */
  flush(link: Link): void;
  /** A connection fell: what was sent on it goes back to the front of the queue (`retry`), or fails. */
  fell(link: Link): void;
  answer(id: string, data: unknown): void;
  fail(id: string, error: SocketError): void;
  /** An error that does not say whose it is: it is the one request's that waits for an answer, if it is only one. */
  failOnly(error: SocketError): boolean;
  failAll(error: SocketError): void;
}

interface Request {
  readonly text: string;
  readonly retry: boolean;
  readonly resolve: (data: unknown) => void;
  readonly reject: (error: SocketError) => void;
  readonly timer: ReturnType<typeof setTimeout>;
  /** The connection it was sent on; `undefined` while it waits. */
  link: Link | undefined;
}

/** Starts an empty book of requests. `current` gives the open connection, if there is one. */
export function createRequests(limits: RequestLimits, current: () => Link | undefined): Requests {
  // In order of sending: a request that goes back to waiting keeps its place before younger ones.
  const book = new Map<string, Request>();
  const prefix = Math.random().toString(36).slice(2, 10);
  let count = 0;

  const settle = (id: string, how: (request: Request) => void): void => {
    const request = book.get(id);
    if (!request) return; // answered twice, or after its time-out
    clearTimeout(request.timer);
    book.delete(id);
    how(request);
  };
  const post = (request: Request, link: Link): void => {
    request.link = link;
    link.send(request.text);
  };
  const waiting = (): number => [...book.values()].filter(({ link }) => !link).length;

  return {
    async send(route, payload, { timeoutMs = limits.timeoutMs, retry = false } = {}) {
      const id = `${prefix}-${(count += 1)}`;
      const text = toText({ ...payload, action: route, id }, limits.maxBytes);
      const link = current();
      if (!link && waiting() >= limits.queueLimit) {
        throw new SocketError("QUEUE_FULL", `${limits.queueLimit} requests already wait for the connection.`);
      }
      return new Promise<unknown>((resolve, reject) => {
        const late = (): void => settle(id, () => reject(timedOut(route, timeoutMs)));
        const timer = setTimeout(late, timeoutMs);
        const request: Request = { text, retry, resolve, reject, timer, link: undefined };
        book.set(id, request);
        if (link) post(request, link);
      });
    },
    flush(link) {
      for (const request of book.values()) if (!request.link) post(request, link);
    },
    fell(link) {
      for (const [id, request] of book) {
        if (request.link !== link) continue;
        if (request.retry) request.link = undefined;
        else settle(id, ({ reject }) => reject(lost()));
      }
    },
    answer: (id, data) => settle(id, ({ resolve }) => resolve(data)),
    fail: (id, error) => settle(id, ({ reject }) => reject(error)),
    failOnly(error) {
      const [id, ...others] = [...book].filter(([, { link }]) => link).map(([key]) => key);
      if (id === undefined || others.length > 0) return false;
      settle(id, ({ reject }) => reject(error));
      return true;
    },
    failAll(error) {
      for (const id of book.keys()) settle(id, ({ reject }) => reject(error));
    },
  };
}

function toText(message: object, maxBytes: number): string {
  let text: string;
  try {
    text = JSON.stringify(message);
  } catch (cause) {
    throw new SocketError("NOT_JSON", "The payload cannot be written as JSON.", { cause });
  }
  const bytes = new TextEncoder().encode(text).length;
  if (bytes <= maxBytes) return text;
  throw new SocketError("TOO_LARGE", `The request has ${bytes} bytes; at most ${maxBytes} may be sent.`);
}

function timedOut(route: string, timeoutMs: number): SocketError {
  return new SocketError("TIMEOUT", `"${route}" had no answer within ${timeoutMs} ms.`);
}

function lost(): SocketError {
  return new SocketError(
    "LOST",
    "The connection fell before the answer came; it may or may not have been handled.",
  );
}
