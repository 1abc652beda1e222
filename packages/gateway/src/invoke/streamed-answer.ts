// A streamed answer of a REST API: its metadata read, its end told.
import type { StreamBeginning } from "../integrations/lambda-stream.ts";
import { type HeaderPair, type HttpAnswer, StreamCut } from "./application.ts";
import { toRestAnswerHeaders } from "./rest-answer-headers.ts";
import { toMalformed } from "./rest-result.ts";
import {
  isJsonObject,
  Malformed,
  readHeader,
  readMultiHeaders,
  readSingleHeaders,
  readStatus,
} from "./result-headers.ts";

type Begun = Extract<StreamBeginning, { readonly kind: "begun" }>;

const known = new Set(["statusCode", "headers", "multiValueHeaders", "cookies"]);

/**
 * Makes the answer of a stream that has begun. Its own `Content-Length` counts: the door holds the stream to it.
 *
 * @throws Rejection `INTEGRATION_FAILURE` with 502 for metadata that cannot be an answer; the stream is let go.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html
 */
export function toStreamedAnswer({ metadata, rest }: Begun, traceId: string): HttpAnswer {
  try {
    const { status, headers } = read(metadata);
    const length = headers.filter(isLength);
    return {
      status,
      headers: [...toRestAnswerHeaders(headers), ...length, ["X-Amzn-Trace-Id", traceId]],
      body: Buffer.alloc(0),
      stream: rest,
    };
  } catch (error) {
    void rest.return();
    if (!(error instanceof Malformed)) throw error;
    throw toMalformed(error.message);
  }
}

function read(metadata: string): { readonly status: number; readonly headers: readonly HeaderPair[] } {
  const given = parse(metadata);
  if (!isJsonObject(given)) throw new Malformed("its metadata is not an object");
  const unknown = Object.keys(given).find((key) => !known.has(key));
  if (unknown !== undefined)
    throw new Malformed(`the key ${JSON.stringify(unknown)} is not allowed in metadata`);
  const headers = [
    ...readMultiHeaders(given["multiValueHeaders"]),
    ...readSingleHeaders(given["headers"]),
    ...readCookies(given["cookies"]),
  ];
  if (headers.some((pair) => isLength(pair) && !/^\d+$/.test(pair[1]))) {
    throw new Malformed("its Content-Length is not a number");
  }
  return { status: readStatus(given["statusCode"] ?? 200), headers };
}

function parse(metadata: string): unknown {
  try {
    return JSON.parse(metadata);
  } catch {
    throw new Malformed("its metadata is not JSON");
  }
}

function readCookies(value: unknown): readonly HeaderPair[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Malformed("cookies is not a list");
  return value.map((cookie) => readHeader("Set-Cookie", cookie));
}

function isLength([name]: HeaderPair): boolean {
  return name.toLowerCase() === "content-length";
}

/** Who is told of a stream. */
export interface StreamListener {
  /** Of every chunk, how many bytes it has. */
  passed(bytes: number): void;
  /** Once: with the reason where it broke off, without where it is whole or where the client has gone. */
  ended(why?: string): void;
}

/** The same stream, told of. A door that goes on reading sees {@link StreamCut} in the place of whatever was thrown. */
export function tellOf(
  stream: AsyncIterable<Uint8Array>,
  listener: StreamListener,
): AsyncIterableIterator<Uint8Array> {
  const chunks = stream[Symbol.asyncIterator]();
  let isOver = false;
  const tell = (why?: string): void => {
    if (!isOver) listener.ended(why);
    isOver = true;
  };
  return {
    async next() {
      try {
        const next = await chunks.next();
        if (next.done) tell();
        else listener.passed(next.value.length);
        return next;
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        tell(why);
        throw new StreamCut(why);
      }
    },
    async return() {
      tell();
      await chunks.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
