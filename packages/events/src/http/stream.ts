// A body that is sent as it comes: made by a handler, kept whole where nothing streams.
import { Reply, type ReplyHeaders } from "./reply.ts";

/** One piece of a streamed body; text is sent as UTF-8. */
export type Chunk = Uint8Array | string;

/** Where a streamed body comes from: a web or Node stream, an async generator, or any list of pieces. */
export type ChunkSource = AsyncIterable<Chunk> | Iterable<Chunk> | ReadableStreamLike;

/** A web stream, told by its shape: `fetch` need not be loaded for its type. */
export interface ReadableStreamLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Chunk | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** The body of a streamed reply. */
export class StreamBody {
  readonly #source: ChunkSource;

  constructor(source: ChunkSource) {
    this.#source = source;
  }

  /** The pieces, once. Leaving the loop early ends the source. */
  chunks(): AsyncIterable<Chunk> | Iterable<Chunk> {
    const source = this.#source;
    return "getReader" in source && !(Symbol.asyncIterator in source)
      ? readAll(source)
      : (source as AsyncIterable<Chunk>); // one of the three
  }

  /** Tells the source that nobody wants it. */
  async discard(): Promise<void> {
    for await (const _chunk of this.chunks()) return;
  }

  /** The same answer whole, for events that take no stream: as text when every piece was text. */
  async whole(reply: Reply): Promise<Reply> {
    const pieces: Buffer[] = [];
    let isText = true;
    for await (const chunk of this.chunks()) {
      if (typeof chunk !== "string") isText = false;
      pieces.push(toBytes(chunk));
    }
    const bytes = Buffer.concat(pieces);
    const { status, cookies } = reply;
    const headers = { "content-type": "application/octet-stream", ...reply.headers };
    return isText
      ? new Reply({ status, body: bytes.toString(), kind: "text", headers, cookies })
      : new Reply({ status, body: bytes, kind: "binary", headers, cookies });
  }
}

/** A piece as bytes. */
export function toBytes(chunk: Chunk): Buffer {
  return typeof chunk === "string"
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

async function* readAll(stream: ReadableStreamLike): AsyncGenerator<Chunk> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (value !== undefined) yield value;
    }
  } finally {
    await reader.cancel();
  }
}

/**
 * Answers with a body that is sent while it is made: `application/octet-stream` unless `content-type` says otherwise.
 *
 * On a handler with `mode: streaming` each piece goes out when the reader has room for it. On any other handler the
 * pieces are collected first, so that the same route serves every kind of event, within its limit.
 * The status is sent before the first piece: what can fail should be tried before.
 *
 * @example
 * return stream(200, rows(), { "content-type": "text/csv" }); // async function* rows() { … }
 */
export function stream<const Status extends number>(
  status: Status,
  source: ChunkSource,
  headers?: ReplyHeaders,
): Reply<Status, StreamBody> {
  return new Reply({ status, body: new StreamBody(source), kind: "stream", headers });
}
