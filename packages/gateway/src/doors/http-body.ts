// The body of an incoming request: collected up to a limit, never beyond it.
import type { IncomingMessage } from "node:http";

const none = Promise.resolve(Buffer.alloc(0));

/**
 * Collects a request's body.
 *
 * `"too-large"` as soon as the declared or the received length is over `most` bytes; `"gone"` if the client left.
 */
export function readBody(request: IncomingMessage, most: number): Promise<Buffer | "too-large" | "gone"> {
  const { "content-length": length = "0", "transfer-encoding": coding } = request.headers;
  if (Number(length) > most) return Promise.resolve("too-large");
  if (length === "0" && coding === undefined) return none;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const finish = (outcome: Buffer | "too-large" | "gone") => {
      request.off("data", take);
      resolve(outcome);
    };
    const take = (chunk: Buffer) => {
      received += chunk.length;
      if (received > most) finish("too-large");
      else chunks.push(chunk);
    };
    request.on("data", take);
    request.once("end", () => finish(Buffer.concat(chunks, Math.min(received, most))));
    request.once("error", () => finish("gone"));
    request.once("close", () => finish("gone"));
  });
}

/** How long a refused client may go on sending. Most clients read their answer only after they have sent all. */
const lingerMs = 1_000;

/** Throws away what a refused client still sends: until it ends, leaves, or a second is over. */
export function drain(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, lingerMs);
    request.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    request.once("end", () => {
      clearTimeout(timer);
      resolve();
    });
    request.resume();
  });
}
