// Small posts, read without node:http: whatever is not plainly one is handed to it, and stays with it.
import type { Socket } from "node:net";
import { STATUS_CODES } from "node:http";
import type { HttpAnswer, PlainRequest } from "../websocket/wire.ts";
import { firstOfTls } from "./secure.ts";

/** What a lane leads to. */
export interface LaneEnds {
  /** Answers a post. Does not throw. */
  request(request: PlainRequest): HttpAnswer | Promise<HttpAnswer>;
  /** Takes the socket for good; what was read of it comes again. */
  other(socket: Socket): void;
  /** Takes in the same way a socket that begins with TLS. @default `other` does */
  secure?(socket: Socket): void;
}

/** As long as API Gateway keeps an idle connection. */
const idleMs = 310_000;

/**
 * Reads posts from a new socket as long as each comes whole, in plain HTTP/1.1 with a `content-length`.
 *
 * A broadcast is thousands of them, and node:http costs twice what all the rest of a post does. The lane refuses
 * nothing: bodies in parts or in chunks, other methods, upgrades, `expect`, repeated headers and everything malformed
 * go to `other` from their first byte on.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112
 */
export function openPostLane(socket: Socket, to: LaneEnds): void {
  const { remoteAddress = "" } = socket;
  const broken = (): void => void socket.destroy();
  const ended = (): void => void socket.end();
  const idle = (): void => void socket.destroy();
  let isNew = true;
  const leave = (rest: Buffer): void => {
    socket.off("data", take).off("error", broken).off("end", ended).off("timeout", idle).setTimeout(0);
    socket.unshift(rest);
    if (isNew && rest[0] === firstOfTls && to.secure) to.secure(socket);
    else to.other(socket);
  };
  const answer = (answered: HttpAnswer): void => {
    if (!socket.writable) return;
    const text = toHttpText(answered);
    const isTaken = answered.body === "" ? socket.write(text, "latin1") : socket.write(text);
    if (isTaken) return;
    socket.pause();
    socket.once("drain", () => socket.resume());
  };
  const goOn = async (late: Promise<HttpAnswer>, rest: Buffer): Promise<void> => {
    socket.pause();
    answer(await late);
    socket.resume();
    take(rest);
  };
  const readPost = createPostReader(remoteAddress);
  const take = (chunk: Buffer): void => {
    let rest = chunk;
    while (rest.length > 0) {
      const read = readPost(rest);
      if (!read) return leave(rest);
      rest = rest.subarray(read.bytes);
      isNew = false;
      const answered = to.request(read.request);
      if (answered instanceof Promise) return void goOn(answered, rest);
      answer(answered);
    }
  };
  socket.setNoDelay(true).setTimeout(idleMs);
  socket.on("data", take).on("error", broken).on("end", ended).on("timeout", idle);
}

interface Read {
  readonly request: PlainRequest;
  /** How long it is, with its body. */
  readonly bytes: number;
}

const endOfHead = "\r\n\r\n";
const firstOfPost = 0x50;
const requestLine = /^POST (\/[\x21-\x7e]*) HTTP\/1\.1$/;
const headerName = /^[\w!#$%&'*+.^`|~-]+$/;
const strange = /[^\t\x20-\x7e\x80-\xff]/;
/** Headers that change how a request is read. */
const special: ReadonlySet<string> = new Set([
  "connection",
  "expect",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** A header line that was read. */
interface Header {
  readonly line: string;
  /** In lower case. */
  readonly name: string;
  readonly value: string;
}

/**
 * Reads one whole post at the beginning of what was received; `undefined` for anything else.
 *
 * It remembers the lines of the post before: those of a broadcast's posts are alike but for the signature.
 */
function createPostReader(remoteAddress: string): (bytes: Buffer) => Read | undefined {
  let before: readonly Header[] = [];
  return (bytes) => {
    if (bytes[0] !== firstOfPost) return undefined;
    const end = bytes.indexOf(endOfHead);
    if (end < 0) return undefined;
    const [line = "", ...lines] = bytes.toString("latin1", 0, end).split("\r\n");
    const target = requestLine.exec(line)?.[1];
    const read = target === undefined ? undefined : readHeaders(lines, before);
    const headers = read && gather(read);
    const stated = headers?.["content-length"] ?? "";
    if (target === undefined || !headers || !/^\d{1,7}$/.test(stated) || !headers["host"]) return undefined;
    before = read;
    const from = end + endOfHead.length;
    const until = from + Number(stated);
    if (until > bytes.length) return undefined;
    const body = bytes.subarray(from, until);
    return { request: { method: "POST", target, headers, body, remoteAddress }, bytes: until };
  };
}

/** Every line read, or taken from before where it stood in the same place; `undefined` where one is strange. */
function readHeaders(lines: readonly string[], before: readonly Header[]): readonly Header[] | undefined {
  const headers: Header[] = [];
  for (const line of lines) {
    const known = before[headers.length];
    const header = known?.line === line ? known : readHeader(line);
    if (!header) return undefined;
    headers.push(header);
  }
  return headers;
}

/** `undefined` for a header that is malformed, or that changes how a request is read. */
function readHeader(line: string): Header | undefined {
  const colon = line.indexOf(":");
  const name = line.slice(0, colon).toLowerCase();
  const value = line.slice(colon + 1).trim();
  if (colon < 1 || !headerName.test(name) || strange.test(value)) return undefined;
  const isUsual = !special.has(name) || (name === "connection" && value.toLowerCase() === "keep-alive");
  return isUsual ? { line, name, value } : undefined;
}

/** Headers by name; `undefined` where one is said twice, or has a name that every object knows already. */
function gather(headers: readonly Header[]): Record<string, string> | undefined {
  const byName: Record<string, string> = {};
  for (const { name, value } of headers) {
    if (name in byName) return undefined;
    byName[name] = value;
  }
  return byName;
}

/** An answer as it goes over the wire. */
export function toHttpText(
  { status, headers, body }: HttpAnswer,
  more: Readonly<Record<string, string>> = {},
): string {
  let text = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`;
  for (const name in headers) text += `${name}: ${headers[name]}\r\n`;
  for (const name in more) text += `${name}: ${more[name]}\r\n`;
  if (status !== 204) text += `content-length: ${body === "" ? 0 : Buffer.byteLength(body)}\r\n`;
  return `${text}date: ${toDate()}\r\n\r\n${body}`;
}

let second = 0;
let date = "";

/** The date of an answer, written once a second. */
function toDate(): string {
  const now = Math.floor(Date.now() / 1_000);
  if (now !== second) {
    second = now;
    date = new Date(now * 1_000).toUTCString();
  }
  return date;
}
