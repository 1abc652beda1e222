// A reply into what is sent: body as text or base64, headers checked.
import type { Encoded } from "./dialects/dialect.ts";
import { failures } from "./failures.ts";
import type { Reply, ReplyHeaders } from "./reply.ts";

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What may not stand in a header: control characters, and what does not fit into one byte. */
// oxlint-disable-next-line no-control-regex -- control characters are what must be found
const unsendable = /[\0-\x08\x0a-\x1f\x7f]|[^\0-\xff]/;

/** Headers of the house, which no reply overrides; `vary` joins the reply's own. */
export type HouseHeaders = Readonly<Record<string, string>>;

/**
 * Writes a reply down. The body of a stream is left out: it is sent by itself.
 *
 * @throws `STATUS_INVALID`, `HEADER_INVALID`
 */
export function encode(reply: Reply, withBody: boolean, house: HouseHeaders): Encoded {
  const { status, kind } = reply;
  if (!Number.isInteger(status) || status < 200 || status > 599) {
    throw failures.create("STATUS_INVALID", { status });
  }
  const hasBody = kind !== "none" && status !== 204 && status !== 304;
  const headers: Record<string, string> = hasBody
    ? { "content-type": defaultTypes[kind], ...house }
    : { ...house };
  let lists: Record<string, readonly string[]> | undefined;
  for (const name in reply.headers) {
    const value = reply.headers[name];
    if (value === undefined) continue;
    const lower = checkedName(name);
    if (typeof value === "object") (lists ??= {})[lower] = value.map((line) => checkedValue(name, line));
    else setHeader(lower, checkedValue(name, value), { headers, house });
  }
  const body = hasBody && withBody ? bodyOf(reply) : "";
  return { status, headers, lists, cookies: reply.cookies, body, base64: kind === "binary" && body !== "" };
}

const defaultTypes = {
  json: "application/json",
  text: "text/plain; charset=utf-8",
  binary: "application/octet-stream",
  stream: "application/octet-stream",
} as const;

function bodyOf({ kind, body }: Reply): string {
  if (kind === "stream") return "";
  if (kind === "text") return String(body);
  if (kind !== "binary") return JSON.stringify(body) ?? "null";
  const bytes = body as Uint8Array; // the kind says so
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

function checkedName(name: string): string {
  if (!token.test(name)) throw failures.create("HEADER_INVALID", { name: JSON.stringify(name) });
  return name.toLowerCase();
}

function checkedValue(name: string, value: Exclude<ReplyHeaders[string], undefined>): string {
  const line = String(value);
  if (unsendable.test(line)) throw failures.create("HEADER_INVALID", { name });
  return line;
}

function setHeader(
  name: string,
  value: string,
  to: { readonly headers: Record<string, string>; readonly house: HouseHeaders },
): void {
  const known = to.house[name];
  if (known === undefined) to.headers[name] = value;
  else if (name === "vary") to.headers[name] = `${value}, ${known}`;
}
