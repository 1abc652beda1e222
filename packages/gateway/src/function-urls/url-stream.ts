// What a function streams to its URL: metadata and a body, or a body alone.
import type { Readable } from "node:stream";
import { gatewayLimits } from "@gatewright/contract";
import { resume, type StreamRest } from "../integrations/lambda-stream.ts";
import type { HttpAnswer } from "../invoke/application.ts";
import { tellOf } from "../invoke/streamed-answer.ts";
import { readHttpResult } from "../invoke/http-result.ts";

const delimiter = Buffer.alloc(8);

/**
 * Makes the answer of a stream that has begun. JSON that 8 zero bytes end within the first 16 KB is status and headers;
 * without it the stream is the body of a 200.
 *
 * @throws what the stream breaks off with before that is known, and HttpRejection for metadata that cannot be an answer
 * @see https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
 */
export async function toStreamedUrlAnswer(
  body: Readable,
  ended: (why?: string) => void,
): Promise<HttpAnswer> {
  try {
    const { metadata, rest } = await begin(body);
    const plain = { status: 200, headers: [["Content-Type", "application/octet-stream"]] } as const;
    const { status, headers } = metadata === undefined ? plain : readHttpResult(metadata, "2.0");
    return { status, headers, body: Buffer.alloc(0), stream: tellOf(rest, { passed() {}, ended }) };
  } catch (error) {
    body.destroy();
    throw error;
  }
}

async function begin(
  body: Readable,
): Promise<{ readonly metadata: string | undefined; readonly rest: StreamRest }> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Buffer>; // bytes: no encoding is set
  let seen: Buffer = Buffer.alloc(0);
  while (mayBeMetadata(seen)) {
    const next = await chunks.next();
    if (next.done) break;
    seen = Buffer.concat([seen, next.value]);
  }
  const end = seen.subarray(0, gatewayLimits.streamMetadataBytes).indexOf(delimiter);
  const metadata = end > 0 ? asMetadata(seen.toString("utf8", 0, end)) : undefined;
  const first = metadata === undefined ? seen : seen.subarray(end + delimiter.length);
  return { metadata, rest: resume(first, chunks, body) };
}

/** Whether more must be seen before it is known what the stream begins with. */
function mayBeMetadata(seen: Buffer): boolean {
  if (seen.length === 0) return true;
  const isJson = seen[0] === "{".charCodeAt(0);
  return isJson && seen.length < gatewayLimits.streamMetadataBytes && !seen.includes(delimiter);
}

/** The JSON text with a status in it; nothing where it is no object. */
function asMetadata(text: string): string | undefined {
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given !== "object" || given === null || Array.isArray(given)) return undefined;
    return JSON.stringify({ statusCode: 200, ...given });
  } catch {
    return undefined;
  }
}
