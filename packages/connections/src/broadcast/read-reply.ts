// Reads one HTTP/1.1 response out of what a line has received so far.

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly errorType: string | undefined;
  /** At most 64 KiB of it. */
  readonly body: string;
  /** The other side closes the line after it. */
  readonly last: boolean;
  /** To the same request on a second line, since the first was closed without an answer. */
  readonly isSecond?: boolean;
}

const bodyLimit = 65_536;
/** More than this is no answer of @connections. */
const replyLimit = 1_048_576;
const endOfHead = "\r\n\r\n";

/**
 * Reads a whole response, or says that there is `more` to come, or that it is `broken`.
 *
 * `ended` tells that nothing more will come: a body without a length is then complete.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 */
export function readReply(received: Buffer, ended: boolean): Reply | "more" | "broken" {
  if (received.length > replyLimit) return "broken";
  const end = received.indexOf(endOfHead);
  if (end < 0) return "more";
  const head = received.toString("latin1", 0, end);
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |\r|$)/.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(status)) return "broken";
  const rest = received.subarray(end + endOfHead.length);
  if (status < 200) return readReply(rest, ended);

  const body = readBody({ head, rest, ended, bodiless: status === 204 || status === 304 });
  if (typeof body === "string") return body;
  const last = body.untilClose || /^connection:[^\r]*\bclose\b/im.test(head);
  if (body.left > 0) return "broken";
  return {
    status,
    errorType: /^x-amzn-errortype:[ \t]*([^\r]*?)[ \t]*$/im.exec(head)?.[1],
    body: body.bytes.toString("utf8", 0, bodyLimit),
    last,
  };
}

interface Rest {
  readonly head: string;
  readonly rest: Buffer;
  readonly ended: boolean;
  readonly bodiless: boolean;
}

interface Body {
  readonly bytes: Buffer;
  /** Bytes after the body, which nobody asked for. */
  readonly left: number;
  readonly untilClose: boolean;
}

function readBody({ head, rest, ended, bodiless }: Rest): Body | "more" | "broken" {
  if (bodiless) return { bytes: Buffer.alloc(0), left: rest.length, untilClose: false };
  if (/^transfer-encoding:[^\r]*\bchunked\b/im.test(head)) return readChunks(rest);
  const stated = /^content-length:[ \t]*([^\r]*)/im.exec(head)?.[1]?.trim();
  if (stated === undefined) return ended ? { bytes: rest, left: 0, untilClose: true } : "more";
  if (!/^\d{1,9}$/.test(stated)) return "broken";
  const length = Number(stated);
  if (rest.length < length) return "more";
  return { bytes: rest.subarray(0, length), left: rest.length - length, untilClose: false };
}

function readChunks(rest: Buffer): Body | "more" | "broken" {
  const chunks: Buffer[] = [];
  for (let at = 0; ;) {
    const end = rest.indexOf("\r\n", at);
    if (end < 0) return "more";
    const stated = /^([\da-f]{1,6})(?:[ \t]*;.*)?$/i.exec(rest.toString("latin1", at, end))?.[1];
    if (stated === undefined) return "broken";
    const size = Number.parseInt(stated, 16);
    const from = end + 2;
    if (size === 0) return readTrailers(rest, from, chunks);
    if (rest.length < from + size + 2) return "more";
    if (rest.toString("latin1", from + size, from + size + 2) !== "\r\n") return "broken";
    chunks.push(rest.subarray(from, from + size));
    at = from + size + 2;
  }
}

function readTrailers(rest: Buffer, from: number, chunks: readonly Buffer[]): Body | "more" {
  const bytes = Buffer.concat(chunks);
  if (rest.toString("latin1", from, from + 2) === "\r\n") {
    return { bytes, left: rest.length - from - 2, untilClose: false };
  }
  const end = rest.indexOf(endOfHead, from);
  return end < 0 ? "more" : { bytes, left: rest.length - end - endOfHead.length, untilClose: false };
}
