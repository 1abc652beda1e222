// Signed requests as they go over the wire: what many have in common is written once.
import { createPathSigner, payloadHash, type Credentials, type PathSigner } from "@gatewright/signature";
import type { Origin } from "./line.ts";
import type { Message } from "./poster.ts";

/** An endpoint, taken apart once. */
export interface Place {
  readonly origin: Origin;
  readonly host: string;
  readonly region: string;
  /** As in `https://…/dev/@connections/`. */
  readonly url: URL;
}

export type Method = "POST" | "GET" | "DELETE";

/** What is asked, and about whom. */
interface Asked {
  readonly method: Method;
  readonly connectionId: string;
  readonly message?: Message;
}

/** Writes a request, head and body. */
type ToRequest = (asked: Asked, place: Place, credentials: Credentials) => Uint8Array;

/** Good for one method at one place within one second. */
interface Start {
  readonly method: Method;
  readonly credentials: Credentials;
  readonly second: number;
  readonly signer: PathSigner;
}

/** One message from one start. */
interface Prepared {
  readonly start: Start;
  readonly hash: string;
  /** A whole request, by the length of the segment that is still to be written into it. */
  readonly blank: (segmentLength: number) => Blank;
}

/** A request without the last segment of its path and without its signature. */
interface Blank {
  readonly bytes: Buffer;
  readonly segmentAt: number;
  readonly signatureAt: number;
}

/** Prepares the signatures once for each place and second, and the bytes once for each message beside. */
export function createRequests(): ToRequest {
  const begin = createStarts();
  const hashOf = createHashes();
  const kept = new WeakMap<Message, Map<Place, Prepared>>();
  const make = (start: Start, place: Place, message: Message | undefined): Prepared => {
    const blank = createBlanks(start, place, message?.bytes);
    return { start, hash: hashOf(message), blank };
  };
  const prepare = (start: Start, place: Place, message: Message | undefined): Prepared => {
    if (!message) return make(start, place, message);
    const byPlace = kept.get(message) ?? new Map<Place, Prepared>();
    kept.set(message, byPlace);
    const known = byPlace.get(place);
    if (known?.start === start) return known;
    const prepared = make(start, place, message);
    byPlace.set(place, prepared);
    return prepared;
  };
  return ({ method, connectionId, message }, place, credentials) => {
    const { start, hash, blank } = prepare(begin(method, place, credentials), place, message);
    const segment = encodeURIComponent(connectionId);
    const { bytes, segmentAt, signatureAt } = blank(segment.length);
    const request = Buffer.from(bytes);
    request.write(segment, segmentAt, "latin1");
    request.write(start.signer.signatureFor(segment, hash), signatureAt, "latin1");
    return request;
  };
}

const contentType = { "content-type": "application/octet-stream" };

function createStarts(): (method: Method, place: Place, credentials: Credentials) => Start {
  const starts = new WeakMap<Place, Start>();
  return (method, place, credentials) => {
    const now = Date.now();
    const second = Math.floor(now / 1_000);
    const known = starts.get(place);
    if (known?.second === second && known.method === method && isSame(known.credentials, credentials)) {
      return known;
    }
    const { url, region } = place;
    const signer = createPathSigner(
      { method, url, headers: method === "POST" ? contentType : {} },
      { credentials, region, service: "execute-api", now: new Date(now) },
    );
    const start = { method, credentials, second, signer };
    starts.set(place, start);
    return start;
  };
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one === other || (one.accessKeyId === other.accessKeyId && one.sessionToken === other.sessionToken);
}

function createHashes(): (message: Message | undefined) => string {
  const hashes = new WeakMap<Message, string>();
  let ofNothing: string | undefined;
  return (message) => {
    if (!message) return (ofNothing ??= payloadHash(""));
    const known = hashes.get(message) ?? payloadHash(message.bytes);
    hashes.set(message, known);
    return known;
  };
}

const signatureDigits = 64;

/** Connection ids are nearly always of one length: what they share is written once. */
function createBlanks(
  { method, signer }: Start,
  { host, url }: Place,
  body: Uint8Array = new Uint8Array(),
): Prepared["blank"] {
  const blanks = new Map<number, Blank>();
  const headers = { host, "content-length": String(body.length), ...signer.headers };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const before = `${method} ${url.pathname}`;
  const after = ` HTTP/1.1\r\n${lines.join("")}authorization: ${signer.authorizationStart}`;
  return (segmentLength) => {
    const known = blanks.get(segmentLength);
    if (known) return known;
    const segmentAt = before.length;
    const signatureAt = segmentAt + segmentLength + after.length;
    const head = `${before}${" ".repeat(segmentLength)}${after}${" ".repeat(signatureDigits)}\r\n\r\n`;
    const bytes = Buffer.allocUnsafe(head.length + body.length);
    bytes.write(head, "latin1");
    bytes.set(body, head.length);
    const blank = { bytes, segmentAt, signatureAt };
    if (blanks.size >= 8) blanks.clear(); // each holds the body
    blanks.set(segmentLength, blank);
    return blank;
  };
}
