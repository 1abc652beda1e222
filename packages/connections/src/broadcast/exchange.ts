// One HTTP exchange over a kept connection, with as little in between as can be.
import type { Agent, IncomingMessage } from "node:http";
import type { Place } from "./place.ts";

/** What is sent. */
export interface Exchange {
  readonly method: "POST" | "GET" | "DELETE";
  readonly place: Place;
  readonly path: string;
  /** Without `host` and `content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  /** A string leaves together with the head in one write, which costs the system a third of what two do. */
  readonly body?: { readonly text: string; readonly length: number };
  readonly agent: Agent;
  /** Silence on the line for this long ends the exchange. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly errorType: string | undefined;
  /** At most 64 KiB of it. */
  readonly body: string;
}

/** Why there was no reply: an error code of Node such as `ECONNREFUSED`, `TIMEOUT`, or `ABORT_ERR` for the signal. */
export class NoReply extends Error {
  readonly code: string;
  constructor(code: string, cause: unknown) {
    super(`No reply: ${code}.`, { cause });
    this.code = code;
  }
}

const bodyLimit = 65_536;

/** Sends one request. A kept connection that the other side had closed meanwhile is replaced once, unseen. */
export async function exchange(given: Exchange): Promise<Reply> {
  const first = await send(given);
  if (!("stale" in first)) return first;
  const second = await send(given);
  if (!("stale" in second)) return second;
  throw second.stale;
}

function send(given: Exchange): Promise<Reply | { readonly stale: NoReply }> {
  const { place, body, signal } = given;
  if (signal?.aborted) return Promise.reject(new NoReply("ABORT_ERR", signal.reason));
  const { promise, resolve, reject } = Promise.withResolvers<Reply | { readonly stale: NoReply }>();
  const request = moduleFor(place.protocol).request({
    method: given.method,
    hostname: place.hostname,
    port: place.port,
    path: given.path,
    headers: toHeaderList(given),
    agent: given.agent,
  });
  let ended: NoReply | undefined;
  let isAnswered = false;
  const end = (why: NoReply): void => {
    ended = why;
    request.destroy(why);
  };
  const silence = setTimeout(() => end(new NoReply("TIMEOUT", undefined)), given.timeoutMs);
  const forget = signal && endWith(signal, end);
  const settled = (): void => {
    clearTimeout(silence);
    forget?.();
  };
  request.on("error", (cause) => {
    settled();
    const failure = ended ?? new NoReply(toCode(cause), cause);
    if (request.reusedSocket && !isAnswered && isClosedByPeer(failure.code)) resolve({ stale: failure });
    else reject(failure);
  });
  request.once("response", (response: IncomingMessage) => {
    isAnswered = true;
    const listener = { heard: () => silence.refresh(), settled };
    read(response, listener).then(resolve, (cause: unknown) =>
      reject(ended ?? new NoReply(toCode(cause), cause)),
    );
  });
  request.end(body?.text);
  return promise;
}

/** The module for a protocol, loaded when first needed. */
export function moduleFor(
  protocol: Place["protocol"],
): typeof import("node:http") | typeof import("node:https") {
  return protocol === "http:"
    ? process.getBuiltinModule("node:http")
    : process.getBuiltinModule("node:https");
}

/** A list is written as it is; from an object Node first makes a table of its own. */
function toHeaderList({ place, headers, body }: Exchange): string[] {
  const list = ["host", place.host];
  for (const name in headers) list.push(name, headers[name] ?? "");
  list.push("content-length", String(body?.length ?? 0));
  return list;
}

/** What each signal ends: one listener for all requests of a broadcast. */
const underWay = new WeakMap<AbortSignal, Set<(why: NoReply) => void>>();

/** Ends a request with the signal, until the returned function is called. */
function endWith(signal: AbortSignal, end: (why: NoReply) => void): () => void {
  const known = underWay.get(signal);
  const ends = known ?? new Set();
  if (!known) {
    underWay.set(signal, ends);
    const endAll = (): void => ends.forEach((each) => each(new NoReply("ABORT_ERR", signal.reason)));
    signal.addEventListener("abort", endAll, { once: true });
  }
  ends.add(end);
  return () => ends.delete(end);
}

function isClosedByPeer(code: string): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}

/** By its events: an iterator over the stream would cost as much as all the rest of an exchange. */
function read(
  response: IncomingMessage,
  told: { readonly heard: () => void; readonly settled: () => void },
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const chunks: Buffer[] = [];
  let size = 0;
  response.on("data", (bytes: Buffer) => {
    told.heard();
    if (size < bodyLimit) chunks.push(bytes.subarray(0, bodyLimit - size));
    size += bytes.length;
  });
  response.once("end", () => {
    told.settled();
    const errorType = response.headers["x-amzn-errortype"];
    resolve({
      status: response.statusCode ?? 0,
      errorType: typeof errorType === "string" ? errorType : undefined,
      body: size === 0 ? "" : Buffer.concat(chunks).toString(),
    });
  });
  response.on("error", (error) => {
    told.settled();
    reject(error);
  });
  return promise;
}

function toCode(error: unknown): string {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
