// A result onto the wire: the metadata, eight zero bytes, and the body as the reader has room for it.
import { once } from "node:events";
import { finished } from "node:stream/promises";
import type { AnyHttpResult } from "../http/dialects/dialect.ts";
import type { StreamedBody } from "../http/responder.ts";
import { toBytes, type Chunk } from "../http/stream.ts";
import { startBudget, stopBudget, type TimeOver } from "../time-budget.ts";
import { failures } from "./failures.ts";
import type { ResponseStream } from "./runtime.ts";

/** What tells the gateway that metadata stand before the body. */
const integrationType = "application/vnd.awslambda.http-integration-response";
/** The gateway looks for the zero bytes in the first 16 KB. */
const preludeBytes = 16_384;
const zeros = 8;
/** A body that is there whole is written in parts of this size. */
const partBytes = 65_536;

/**
 * Sends a result.
 *
 * @throws `PRELUDE_TOO_LARGE` before anything is written; the source's own error, or a `TimeOver`, when the rest
 * cannot be sent: the runtime then cuts the connection, since the status has gone.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export async function send(result: AnyHttpResult, out: ResponseStream): Promise<void> {
  const { body, isBase64Encoded, ...metadata } = result;
  const prelude = toPrelude(metadata);
  out.setContentType?.(integrationType);
  const done = finished(out, { readable: false });
  done.catch(() => {}); // it is awaited below; until then a broken stream is no unhandled rejection
  out.write(prelude);
  const streamed: unknown = body;
  if (typeof streamed === "string") {
    await writeWhole(Buffer.from(streamed, isBase64Encoded === true ? "base64" : "utf8"), out);
  } else if (isStream(streamed)) {
    for await (const piece of streamed) await write(toBytes(piece), out);
  } else if (streamed !== undefined && streamed !== null) {
    await pump(streamed as StreamedBody, out); // what the responder put there
  }
  out.end();
  await done;
}

/** What a middleware may have put in the place of a body: a stream as Node has them. */
function isStream(body: unknown): body is AsyncIterable<Chunk> {
  return typeof body === "object" && body !== null && Symbol.asyncIterator in body;
}

/** Status, headers and cookies as the gateway reads them. Cookies have a list of their own in both kinds. */
function toPrelude(metadata: object): Buffer {
  const { multiValueHeaders, ...rest } = metadata as {
    multiValueHeaders?: Record<string, readonly string[]>;
  };
  const { "set-cookie": cookies, ...lists } = multiValueHeaders ?? {};
  const json = JSON.stringify({
    ...rest,
    ...(Object.keys(lists).length === 0 ? undefined : { multiValueHeaders: lists }),
    ...(cookies === undefined ? undefined : { cookies }),
  });
  const bytes = Buffer.byteLength(json) + zeros;
  if (bytes > preludeBytes) throw failures.create("PRELUDE_TOO_LARGE", { bytes, limit: preludeBytes });
  return Buffer.concat([Buffer.from(json), Buffer.alloc(zeros)]);
}

async function writeWhole(bytes: Buffer, out: ResponseStream): Promise<void> {
  for (let at = 0; at < bytes.length; at += partBytes) await write(bytes.subarray(at, at + partBytes), out);
}

/** Writes one piece and waits until there is room for the next. */
async function write(bytes: Buffer, out: ResponseStream, signal?: AbortSignal): Promise<void> {
  if (bytes.length > 0 && !out.write(bytes)) await once(out, "drain", signal && { signal });
}

/** Sends a stream's pieces until it ends, or the time does. */
async function pump({ body, isWanted, request }: StreamedBody, out: ResponseStream): Promise<void> {
  if (!isWanted) return body.discard();
  const ending = new AbortController();
  const over = Promise.withResolvers<never>();
  over.promise.catch(() => {}); // nobody may be waiting when the time is over
  const watched = startBudget(request.budgetMs(), (late: TimeOver) => {
    request.expire(late);
    ending.abort(late);
    over.reject(late);
  });
  const pieces = toIterator(body.chunks());
  try {
    for (;;) {
      const { done, value } = await Promise.race([pieces.next(), over.promise]);
      if (done === true) return;
      await Promise.race([write(toBytes(value), out, ending.signal), over.promise]);
    }
  } finally {
    stopBudget(watched);
    void Promise.resolve(pieces.return?.()).catch(() => {}); // a source that hangs must not hold the answer up
  }
}

function toIterator<T>(pieces: AsyncIterable<T> | Iterable<T>): AsyncIterator<T> | Iterator<T> {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}
