// One HTTP exchange over a kept connection, with as little in between as can be.
import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";

/** What is sent. */
export interface Exchange {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
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

/** Why there was no reply: an error code of Node such as `ECONNREFUSED`, or `TIMEOUT`. */
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
  const { method, url, headers, body, agent, timeoutMs, signal } = given;
  const options: RequestOptions = {
    method,
    headers: { ...headers, "content-length": body?.length ?? 0 },
    agent,
    ...(signal && { signal }),
  };
  return new Promise((resolve, reject) => {
    const request: ClientRequest = httpFor(url).request(url, options, (response) => {
      read(response).then(resolve, (cause: unknown) => reject(new NoReply(toCode(cause), cause)));
    });
    request.setTimeout(timeoutMs, () =>
      request.destroy(Object.assign(new Error("silence"), { code: "TIMEOUT" })),
    );
    request.on("error", (cause) => {
      const failure = new NoReply(toCode(cause), cause);
      if (request.reusedSocket && isClosedByPeer(failure.code)) resolve({ stale: failure });
      else reject(failure);
    });
    request.end(body);
  });
}

/** The module for a URL, loaded when first needed. */
export function httpFor(url: URL): typeof import("node:http") | typeof import("node:https") {
  return url.protocol === "http:"
    ? process.getBuiltinModule("node:http")
    : process.getBuiltinModule("node:https");
}

function isClosedByPeer(code: string): boolean {
  return code === "ECONNRESET" || code === "EPIPE";
}

async function read(response: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer; // no encoding is set, so the stream gives buffers
    if (size < bodyLimit) chunks.push(bytes.subarray(0, bodyLimit - size));
    size += bytes.length;
  }
  const errorType = response.headers["x-amzn-errortype"];
  return {
    status: response.statusCode ?? 0,
    errorType: typeof errorType === "string" ? errorType : undefined,
    body: Buffer.concat(chunks).toString(),
  };
}

function toCode(error: unknown): string {
  const code: unknown =
    typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "UNKNOWN";
}
