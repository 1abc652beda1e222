// Lambda's streamed answers, inside an environment: the `awslambda` global, and the stream that a handler writes to.
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";

/** A handler that writes its answer. */
export type StreamingHandler = (event: unknown, out: Writable, context: object) => unknown;

/** What the runtime looks for on a handler. */
const streaming = Symbol.for("aws.lambda.runtime.handler.streaming");
const highWaterMark = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
/** Content type of a stream that begins with metadata. */
const withMetadata = "application/vnd.awslambda.http-integration-response";
const delimiterBytes = 8;
/** One message across the thread. */
const pieceBytes = 65_536;
/** What may be on its way to a slow reader: then the handler's stream is full. */
const windowBytes = 4 * pieceBytes;

/** The runtime's global for streamed answers. */
export const awslambda = {
  /** Marks a handler as one that writes its answer. */
  streamifyResponse<Handler extends object>(
    handler: Handler,
    options?: { readonly highWaterMark?: number },
  ): Handler {
    return Object.assign(handler, { [streaming]: "response", [highWaterMark]: options?.highWaterMark });
  },
  HttpResponseStream: {
    /** Has the stream begin with status and headers. They go out with the first `write`, not with `end`, as on AWS. */
    from(stream: ResponseStream, metadata: unknown): ResponseStream {
      stream.setContentType(withMetadata);
      stream._onBeforeFirstWrite = (write) => {
        write(JSON.stringify(metadata));
        write(Buffer.alloc(delimiterBytes));
      };
      return stream;
    },
  },
};

/** Whether a handler was marked by `streamifyResponse`. */
export function isStreamingHandler(handler: object): handler is StreamingHandler {
  return Reflect.get(handler, streaming) === "response";
}

/** Where the bytes go. */
export interface Outlet {
  /** Gets pieces with memory of their own. */
  send(piece: Uint8Array): void;
  /** Whether somebody says {@link ResponseStream.taken}; otherwise nothing ever waits. */
  readonly isPaced: boolean;
}

type Done = (error?: Error | null) => void;

/** The stream of one answer. Full when the reader at the other end is behind. */
export class ResponseStream extends Writable {
  /** The runtime's own hook: called with a `write` before the first one. */
  _onBeforeFirstWrite: ((write: (chunk: string | Uint8Array) => void) => void) | undefined;
  readonly #outlet: Outlet;
  #isWritten = false;
  #open = 0;
  #rest: Uint8Array = new Uint8Array();
  #done: Done | undefined;

  constructor(outlet: Outlet, handler: object) {
    const most: unknown = Reflect.get(handler, highWaterMark);
    super(typeof most === "number" ? { highWaterMark: most } : {});
    this.#outlet = outlet;
    this.on("error", () => {}); // the handler is told by what it awaits
  }

  /** Sets the answer's type for Lambda's own callers; API Gateway does not look at it. Not after the first write. */
  setContentType(_type: string): void {
    if (this.#isWritten) throw new InvalidStreamingOperation("Cannot set content-type, too late.");
  }

  /** Writes text or bytes; anything else as JSON. */
  override write(chunk: unknown, encoding?: BufferEncoding | Done, done?: Done): boolean {
    const content = typeof chunk === "string" || chunk instanceof Uint8Array ? chunk : JSON.stringify(chunk);
    const isFirst = !this.#isWritten;
    this.#isWritten = true;
    if (isFirst) this._onBeforeFirstWrite?.((before) => void super.write(before));
    return typeof encoding === "string"
      ? super.write(content, encoding, done)
      : super.write(content, encoding);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#rest = chunk;
    this.#done = done;
    this.#pump();
  }

  /** So many bytes have arrived at the other end. */
  taken(bytes: number): void {
    this.#open -= bytes;
    if (this.#done) this.#pump();
  }

  #pump(): void {
    while (this.#rest.length > 0 && (this.#open < windowBytes || !this.#outlet.isPaced)) {
      const piece = new Uint8Array(this.#rest.subarray(0, pieceBytes)); // copied: it moves to the other thread
      this.#rest = this.#rest.subarray(piece.length);
      this.#open += piece.length;
      this.#outlet.send(piece);
    }
    if (this.#rest.length > 0) return;
    const done = this.#done;
    this.#done = undefined;
    done?.();
  }
}

class InvalidStreamingOperation extends Error {
  override readonly name = "InvalidStreamingOperation";
}

/**
 * Runs a streaming handler until it has ended and its stream is whole. What it returns is ignored, with a warning.
 *
 * @throws what the handler throws, and where it ends without a promise or destroys its stream.
 */
export async function runStreaming(
  handler: StreamingHandler,
  stream: ResponseStream,
  call: { readonly event: unknown; readonly context: object },
): Promise<void> {
  try {
    const running = handler(call.event, stream, call.context);
    if (!isPromise(running))
      throw new InvalidStreamingOperation("Streaming does not support non-async handlers.");
    if ((await running) !== undefined) console.warn("Streaming handlers ignore return values.");
    await finished(stream);
  } catch (error) {
    stream.destroy();
    throw error;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
