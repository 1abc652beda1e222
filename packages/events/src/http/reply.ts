// What a handler answers: a status, a body, headers and cookies, independent of the event kind.
import { toSetCookie, type CookieAttributes } from "./cookies.ts";

/** Headers of an answer. Several values of one name go out on lines of their own. */
export interface ReplyHeaders {
  readonly [name: string]: string | number | boolean | readonly string[] | undefined;
}

/** How the body of a reply is written. */
export type BodyKind = "json" | "text" | "binary" | "stream" | "none";

/**
 * An answer. Make one with {@link reply}, {@link text}, {@link binary}, `file`, `stream`, {@link redirect} or {@link empty}.
 *
 * It cannot be changed; `header` and `cookie` give a new one.
 */
export class Reply<Status extends number = number, Body = unknown> {
  readonly status: Status;
  readonly body: Body;
  readonly kind: BodyKind;
  readonly headers: ReplyHeaders | undefined;
  /** Set-Cookie lines. */
  readonly cookies: readonly string[] | undefined;

  constructor(parts: ReplyParts<Status, Body>) {
    this.status = parts.status;
    this.body = parts.body;
    this.kind = parts.kind;
    this.headers = parts.headers;
    this.cookies = parts.cookies;
  }

  /** The same reply with one header more, or with another value for it. */
  header(name: string, value: string | number | boolean | readonly string[]): Reply<Status, Body> {
    return this.with({ headers: { ...this.headers, [name]: value } });
  }

  /**
   * The same reply with a cookie that is secure, for HTTP only and same-site unless said otherwise.
   *
   * @throws `COOKIE_INVALID`
   */
  cookie(name: string, value: string, attributes?: CookieAttributes): Reply<Status, Body> {
    return this.with({ cookies: [...(this.cookies ?? []), toSetCookie(name, value, attributes)] });
  }

  /** The same reply with other parts. */
  with(change: Partial<ReplyParts<Status, Body>>): Reply<Status, Body> {
    const { status, body, kind, headers, cookies } = this;
    return new Reply({ status, body, kind, headers, cookies, ...change });
  }
}

/** What a reply is made of. */
export interface ReplyParts<Status extends number, Body> {
  readonly status: Status;
  readonly body: Body;
  readonly kind: BodyKind;
  readonly headers?: ReplyHeaders | undefined;
  readonly cookies?: readonly string[] | undefined;
}

/**
 * Answers with JSON; without a body, with a status alone.
 *
 * @example
 * return reply(201, { id }, { location: `/rooms/${id}` });
 */
export function reply<const Status extends number>(status: Status): Reply<Status, undefined>;
export function reply<const Status extends number, Body>(
  status: Status,
  body: Body,
  headers?: ReplyHeaders,
): Reply<Status, Body>;
export function reply<Status extends number>(
  status: Status,
  body?: unknown,
  headers?: ReplyHeaders,
): Reply<Status> {
  return new Reply({ status, body, kind: body === undefined ? "none" : "json", headers });
}

/** Answers with text: `text/plain; charset=utf-8` unless `content-type` says otherwise. */
export function text<const Status extends number>(
  status: Status,
  body: string,
  headers?: ReplyHeaders,
): Reply<Status, string> {
  return new Reply({ status, body, kind: "text", headers });
}

/** Answers with bytes, exactly these: `application/octet-stream` unless `content-type` says otherwise. */
export function binary<const Status extends number>(
  status: Status,
  body: Uint8Array,
  headers?: ReplyHeaders,
): Reply<Status, Uint8Array> {
  return new Reply({ status, body, kind: "binary", headers });
}

/** Sends the caller elsewhere, by 302 unless another redirection is asked for. */
export function redirect(location: string): Reply<302, undefined>;
export function redirect<const Status extends 301 | 302 | 303 | 307 | 308>(
  location: string,
  status: Status,
  headers?: ReplyHeaders,
): Reply<Status, undefined>;
export function redirect(location: string, status = 302, headers?: ReplyHeaders): Reply<number, undefined> {
  return new Reply({ status, body: undefined, kind: "none", headers: { ...headers, location } });
}

/** Answers with a status and no body. */
export function empty(): Reply<204, undefined>;
export function empty<const Status extends number>(
  status: Status,
  headers?: ReplyHeaders,
): Reply<Status, undefined>;
export function empty(status = 204, headers?: ReplyHeaders): Reply<number, undefined> {
  return new Reply({ status, body: undefined, kind: "none", headers });
}

/** What a handler returned, as a reply: a plain value is a 200 of JSON, nothing is a 204. */
export function toReply(value: unknown): Reply {
  if (value instanceof Reply) return value;
  return value === undefined
    ? new Reply({ status: 204, body: undefined, kind: "none" })
    : new Reply({ status: 200, body: value, kind: "json" });
}
