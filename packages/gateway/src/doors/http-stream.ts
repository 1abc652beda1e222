// An answer whose body goes out as it comes: no faster than the client reads, and no longer than it said.
import type { ServerResponse } from "node:http";

/** What goes out. */
export interface StreamedResponse {
  readonly status: number;
  /** Names and values in turn. */
  readonly lines: readonly string[];
  readonly stream: AsyncIterable<Uint8Array>;
  /** HTTP has no body here: the stream is read to its end for nothing. */
  readonly isBodiless: boolean;
}

/**
 * Writes head and body; without a `Content-Length` the body is chunked. Reads no further once the client has gone.
 *
 * @throws what the stream throws, and where the body is not as long as its `Content-Length`: the connection must be cut.
 */
export async function writeStream(response: ServerResponse, answer: StreamedResponse): Promise<void> {
  response.strictContentLength = !answer.isBodiless;
  response.writeHead(answer.status, [...answer.lines]);
  response.flushHeaders();
  const chunks = answer.stream[Symbol.asyncIterator]();
  response.once("close", () => void chunks.return?.().catch(() => {})); // also while no chunk comes that would tell
  for await (const chunk of { [Symbol.asyncIterator]: () => chunks }) {
    if (response.destroyed) return;
    if (!answer.isBodiless && !response.write(chunk)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      response.off("close", done);
      resolve();
    };
    response.on("drain", done);
    response.on("close", done);
  });
}
