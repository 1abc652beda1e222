// A Lambda function whose answer is handed on as it is written.
import type { Readable } from "node:stream";
import { gatewayLimits } from "@gatewright/contract";
import type { BrokenStream, Functions, StreamedInvocation, StreamOptions } from "../ports.ts";

/** Bytes as they come; returned, they are no longer waited for. */
export interface StreamRest extends AsyncIterableIterator<Uint8Array> {
  return(): Promise<IteratorResult<Uint8Array>>;
}

/** What the function's stream began with. */
export type StreamBeginning =
  | {
      readonly kind: "begun";
      /** JSON text: status and headers. */
      readonly metadata: string;
      /** The body; it throws `BrokenStream`. Whoever has it reads it to its end or returns it. */
      readonly rest: StreamRest;
    }
  /** The stream does not begin as it must. */
  | { readonly kind: "malformed"; readonly why: string };

/** What came of calling it. */
export type StreamOutcome = Exclude<StreamedInvocation, { readonly kind: "streaming" }> | StreamBeginning;

const delimiter = Buffer.alloc(8);

/**
 * Calls a function and waits for the beginning of its stream: metadata, then 8 bytes of zero, within the first 16 KB.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export async function callStreaming(
  functions: Functions,
  to: StreamOptions & { readonly functionKey: string },
  event: unknown,
): Promise<StreamOutcome> {
  const { functionKey, ...options } = to;
  const invocation = await functions.stream(functionKey, event, options);
  if (invocation.kind !== "streaming") return invocation;
  const chunks = invocation.body[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // bytes: no encoding is set
  try {
    const beginning = await begin(chunks, invocation.body);
    if (beginning.kind === "malformed") invocation.body.destroy();
    return beginning;
  } catch (error) {
    const { message: errorMessage } = error as BrokenStream; // the one error of such a stream
    return { kind: "failed", errorType: "BrokenStream", errorMessage };
  }
}

async function begin(chunks: AsyncIterator<Buffer>, source: Readable): Promise<StreamBeginning> {
  let seen: Buffer = Buffer.alloc(0);
  for (;;) {
    const next = await chunks.next();
    if (next.done)
      return { kind: "malformed", why: `the stream ended after ${seen.length} bytes, ${missing}` };
    seen = Buffer.concat([seen, next.value]);
    const end = seen.indexOf(delimiter);
    const isWithin = end >= 0 && end + delimiter.length <= gatewayLimits.streamMetadataBytes;
    if (isWithin) {
      const first = seen.subarray(end + delimiter.length);
      return { kind: "begun", metadata: seen.toString("utf8", 0, end), rest: resume(first, chunks, source) };
    }
    if (seen.length >= gatewayLimits.streamMetadataBytes)
      return { kind: "malformed", why: `its first 16 KB are ${missing}` };
  }
}

const missing =
  "without metadata and the 8 zero bytes after it; use awslambda.HttpResponseStream.from and write() before end()";

/**
 * What is left of a stream, and what was seen of it already. Not a generator: one that waits for the next piece, or that
 * was asked for nothing yet, would not let the function go when it is returned.
 */
export function resume(
  first: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  source: Pick<Readable, "destroy">,
): StreamRest {
  let before = first;
  return {
    next() {
      if (before.length === 0) return chunks.next();
      const value = before;
      before = new Uint8Array();
      return Promise.resolve({ done: false, value });
    },
    return() {
      source.destroy();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
