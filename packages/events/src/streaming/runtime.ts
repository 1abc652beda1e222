// What Lambda's Node.js runtime offers for streams, and nothing else of it.
import type { Writable } from "node:stream";
import { failures } from "./failures.ts";

/** The stream that Lambda sends to the caller. */
export type ResponseStream = Writable & { setContentType?(type: string): void };

/** A handler that writes its answer. */
export type StreamingHandler = (event: unknown, out: ResponseStream, context: unknown) => Promise<void>;

interface Runtime {
  streamifyResponse(handler: StreamingHandler): (...given: readonly unknown[]) => unknown;
}

/**
 * Marks a handler for the runtime as one that writes its answer.
 *
 * Where there is no such runtime (a test, another local tool) the handler refuses when it is called, so that its
 * module can be imported anywhere.
 */
export function streamify(handler: StreamingHandler): (...given: readonly unknown[]) => unknown {
  const { awslambda } = globalThis as { awslambda?: Partial<Runtime> }; // a global of the runtime
  if (typeof awslambda?.streamifyResponse === "function") return awslambda.streamifyResponse(handler);
  return () => Promise.reject(failures.create("STREAMING_UNAVAILABLE", {}));
}
