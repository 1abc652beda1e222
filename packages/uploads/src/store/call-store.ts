// One signed request to S3, and its small answer.
import { encodeUri, payloadHash, signRequest } from "@gatewright/signature";
import { failures } from "../failures.ts";
import { type Place, toObjectPath } from "../place.ts";

/** What is asked of S3. */
export interface StoreCall {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** How long S3 may think. @default 5000 */
  readonly timeoutMs?: number;
  /** How much of the answer is read. @default 2 MB */
  readonly most?: number;
}

/** What S3 says. */
export interface StoreAnswer {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

const attemptsAtMost = 3;

/**
 * Asks S3 for something that may safely be asked twice.
 *
 * Tries again where S3 is busy (5xx) or the network fails. No AWS SDK and no fetch: both cost a cold start more than
 * the request does.
 *
 * @throws `STORE_UNREACHABLE`
 */
export async function callStore(place: Place, call: StoreCall): Promise<StoreAnswer> {
  const url = toUrl(place, call);
  for (let attempt = 1; ; attempt++) {
    const isLast = attempt === attemptsAtMost;
    try {
      const answer = await send(url, call, place);
      if (answer.status < 500 || isLast) return answer;
    } catch (cause) {
      if (isLast) throw failures.create("STORE_UNREACHABLE", { host: url.host }, { cause });
    }
    await new Promise((resolve) => setTimeout(resolve, 50 * 4 ** (attempt - 1) * (0.5 + Math.random())));
  }
}

/** The text of an XML element, its references to signs resolved; `undefined` where there is none. */
export function readElement(xml: string, name: string): string | undefined {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return text?.replaceAll(/&(amp|lt|gt|quot|apos|#34|#39);/g, (_, sign: string) => signs[sign] ?? "");
}

const signs: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  "#34": '"',
  "#39": "'",
};

function toUrl(place: Place, { key, query = {} }: StoreCall): URL {
  const pairs = Object.entries(query).map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`);
  const search = pairs.length > 0 ? `?${pairs.join("&")}` : "";
  return new URL(place.origin + toObjectPath(place, key) + search);
}

function send(url: URL, call: StoreCall, { credentials, region }: Place): Promise<StoreAnswer> {
  const { method, body = "", timeoutMs = 5000, most = 2 * 1024 ** 2 } = call;
  const length =
    method === "PUT" || method === "POST" ? { "content-length": String(Buffer.byteLength(body)) } : {};
  const signed = signRequest(
    { method, url, headers: { ...length, ...call.headers }, payloadHash: payloadHash(body) },
    { credentials, region, service: "s3" },
  );
  const { request } = process.getBuiltinModule(url.protocol === "http:" ? "node:http" : "node:https");
  return new Promise((resolve, reject) => {
    const options = { method, headers: signed, signal: AbortSignal.timeout(timeoutMs) };
    const asking = request(url, options, (answer) => void readAnswer(answer, most).then(resolve, reject));
    asking.on("error", reject);
    asking.end(body);
  });
}

/** As much of Node's answer as is read. */
interface Incoming extends AsyncIterable<unknown> {
  readonly statusCode?: number | undefined;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

async function readAnswer(answer: Incoming, most: number): Promise<StoreAnswer> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    // no encoding is set: bytes come
    size += piece.length;
    if (size > most) break; // a range was not honoured: leaving ends the connection
    pieces.push(piece);
  }
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
  return {
    status: answer.statusCode ?? 0,
    headers: Object.fromEntries(headers) as Record<string, string>, // pairs made on the line above
    bytes: Buffer.concat(pieces),
  };
}
