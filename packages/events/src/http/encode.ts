// A reply into what is sent: body as text or base64, headers checked, nothing too large.
import { limits } from "@gatewright/contract";
import type { AnyHttpResult, Encoded } from "./dialects/dialect.ts";
import { failures } from "./failures.ts";
import type { Reply, ReplyHeaders } from "./reply.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What may not stand in a header: control characters, and what does not fit into one byte. */
// oxlint-disable-next-line no-control-regex -- control characters are what must be found
const unsendable = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;

/** A JSON text of this length cannot exceed the limit, however much of it must be escaped. */
const surelySmall = limits.lambdaPayloadBytes / 12;

/**
 * Writes a reply down.
 *
 * @throws `STATUS_INVALID`, `HEADER_INVALID`
 */
export function encode(reply: Reply, isHead: boolean, extra: Readonly<Record<string, string>>): Encoded {
  const { status } = reply;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw failures.create("STATUS_INVALID", { status });
  }
  const headers: Encoded["headers"] = {};
  const hasBody = reply.kind !== "none" && status !== 204 && status !== 304;
  if (hasBody) headers["content-type"] = defaultTypes[reply.kind];
  for (const name in reply.headers) copyHeader(name, reply.headers[name], headers);
  for (const name in extra) addExtra(name, extra[name] ?? "", headers);
  const body = hasBody && !isHead ? bodyOf(reply) : "";
  return { status, headers, cookies: reply.cookies, body, base64: body !== "" && reply.kind === "binary" };
}

const defaultTypes = {
  json: "application/json",
  text: "text/plain; charset=utf-8",
  binary: "application/octet-stream",
} as const;

function bodyOf({ kind, body }: Reply): string {
  if (kind === "text") return String(body);
  if (kind !== "binary") return JSON.stringify(body) ?? "null";
  const bytes = body as Uint8Array; // the kind says so
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function copyHeader(name: string, value: ReplyHeaders[string], headers: Encoded["headers"]): void {
  if (value === undefined) return;
  if (!token.test(name)) throw failures.create("HEADER_INVALID", { name: JSON.stringify(name) });
  const lines = typeof value === "object" ? [...value] : String(value);
  if (typeof lines === "string" ? unsendable.test(lines) : lines.some((line) => unsendable.test(line)))
    throw failures.create("HEADER_INVALID", { name });
  headers[name.toLowerCase()] = lines;
}

/** `Vary` of the house joins the handler's; any other header of the house stands. */
function addExtra(name: string, value: string, headers: Encoded["headers"]): void {
  const own = name === "vary" ? headers["vary"] : undefined;
  headers[name] = own === undefined ? value : `${String(own)}, ${value}`;
}

/**
 * Refuses a result that Lambda would refuse, with words that say so.
 *
 * @throws `RESULT_TOO_LARGE`
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function assertFits(result: AnyHttpResult): void {
  const length = result.body?.length ?? 0;
  if (length < surelySmall) return;
  const bytes = Buffer.byteLength(JSON.stringify(result));
  const limit = limits.lambdaPayloadBytes;
  if (bytes > limit) throw failures.create("RESULT_TOO_LARGE", { bytes, limit });
}
