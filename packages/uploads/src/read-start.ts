// The first bytes of an object and its headers, by one signed request.
import type { IncomingMessage } from "node:http";
import { payloadHash, signRequest } from "@gatewright/signature";
import { failures } from "./failures.ts";
import { type Place, toObjectUrl } from "./place.ts";

/** What S3 says of an object. */
export interface Start {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const attemptsAtMost = 3;
const timeoutMs = 5000;
const answerBytesAtMost = 4096;
const nothing = payloadHash("");

/**
 * Reads the first `count` bytes of an object.
 *
 * Tries again where S3 is busy (5xx) or the network fails. No AWS SDK and no fetch: both cost a cold start more than
 * the request does.
 *
 * @throws `STORE_UNREACHABLE`
 */
export async function readStart(place: Place, key: string, count: number): Promise<Start> {
  const url = toObjectUrl(place, key);
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === attemptsAtMost;
    try {
      const start = await get(url, { range: `bytes=0-${count - 1}` }, place);
      if (start.status < 500 || isLast) return start;
    } catch (cause) {
      if (isLast) throw failures.create("STORE_UNREACHABLE", { host: url.host }, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** (attempt - 1) * (0.5 + Math.random())));
  }
}

function get(url: URL, headers: Record<string, string>, { credentials, region }: Place): Promise<Start> {
  const signer = { credentials, region, service: "s3" };
  const signed = signRequest({ method: "GET", url, headers, payloadHash: nothing }, signer);
  const { request } = process.getBuiltinModule(url.protocol === "http:" ? "node:http" : "node:https");
  return new Promise((resolve, reject) => {
    const asking = request(url, { headers: signed, signal: AbortSignal.timeout(timeoutMs) }, (answer) => {
      readAnswer(answer).then(resolve, reject);
    });
    asking.on("error", reject);
    asking.end();
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Start> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    // no encoding is set: bytes come
    size += piece.length;
    if (size > answerBytesAtMost) break; // the range was not honoured: leaving ends the connection
    pieces.push(piece);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>, // pairs made on the line above
    bytes: Buffer.concat(pieces),
  };
}
