// A request as AWS tells it in each kind of event: the other half of reading, written from the documents alone.
import type { HttpEvent, RestEvent } from "@gatewright/contract";
import type { AlbEvent, AnyHttpEvent } from "../../src/http.ts";
import { albEvent, albMultiEvent } from "../events/alb.ts";
import { functionUrlEvent, httpEvent } from "../events/http.ts";
import { http1Event, restEvent } from "../events/rest.ts";

/** What a client sent, before anybody encoded anything. */
export interface Sent {
  readonly method: string;
  readonly room: string;
  readonly query: readonly (readonly [string, string])[];
  /** Lower-case names, each once. */
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: Readonly<Record<string, string>>;
  readonly bytes: Uint8Array;
}

type Lists = Record<string, string[]>;

function encode(text: string): string {
  return encodeURIComponent(text);
}

function lists(pairs: Sent["query"], as: (text: string) => string): Lists {
  const map = new Map<string, string[]>();
  for (const [name, value] of pairs) map.set(as(name), [...(map.get(as(name)) ?? []), as(value)]);
  return Object.fromEntries(map);
}

function last(all: Lists): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([name, values]) => [name, values.at(-1) ?? ""]));
}

function cookiePairs({ cookies }: Sent): string[] {
  return Object.entries(cookies).map(([name, value]) => `${name}=${encode(value)}`);
}

function withCookie(sent: Sent): Record<string, string> {
  const pairs = cookiePairs(sent);
  return pairs.length === 0 ? sent.headers : { ...sent.headers, Cookie: pairs.join("; ") };
}

function title(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name.replaceAll(/(^|-)[a-z]/g, (letter) => letter.toUpperCase()),
      value,
    ]),
  );
}

function body(sent: Sent): { readonly body: string; readonly isBase64Encoded: boolean } {
  return { body: Buffer.from(sent.bytes).toString("base64"), isBase64Encoded: true };
}

function single(all: Readonly<Record<string, string>>): Lists {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]));
}

function rest(sent: Sent): RestEvent {
  const query = lists(sent.query, String);
  const headers = title(withCookie(sent));
  const has = sent.query.length > 0;
  return restEvent({
    httpMethod: sent.method,
    path: `/rooms/${encode(sent.room)}/messages`,
    pathParameters: { room: encode(sent.room) },
    headers,
    multiValueHeaders: single(headers),
    queryStringParameters: has ? last(query) : null,
    multiValueQueryStringParameters: has ? query : null,
    ...body(sent),
  });
}

function http(sent: Sent, named = false): HttpEvent {
  const path = `/rooms/${sent.room}/messages`;
  const rawPath = named ? `/prod${path}` : path;
  const routeKey = named ? "$default" : `${sent.method} /rooms/{room}/messages`;
  return httpEvent(
    {
      routeKey,
      rawPath,
      rawQueryString: sent.query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join("&"),
      pathParameters: named ? {} : { room: sent.room },
      headers: sent.headers,
      cookies: cookiePairs(sent),
      ...body(sent),
    },
    { routeKey, stage: named ? "prod" : "$default", http: { method: sent.method, path: rawPath } },
  );
}

function functionUrl(sent: Sent): HttpEvent {
  const { rawQueryString, headers, cookies } = http(sent);
  const event = functionUrlEvent({
    rawPath: `/rooms/${encode(sent.room)}/messages`,
    rawQueryString,
    headers,
    ...(cookies && { cookies }),
    ...body(sent),
  });
  const { requestContext } = event;
  return {
    ...event,
    requestContext: { ...requestContext, http: { ...requestContext.http, method: sent.method } },
  };
}

function balancer(sent: Sent): AlbEvent {
  return albMultiEvent({
    httpMethod: sent.method,
    path: `/rooms/${encode(sent.room)}/messages`,
    multiValueQueryStringParameters: lists(sent.query, encode),
    multiValueHeaders: single(withCookie(sent)),
    ...body(sent),
  });
}

/** Every kind, by name. The last has no repeated names, as a load balancer without multi-value headers. */
export const encoders: Readonly<Record<string, (sent: Sent) => AnyHttpEvent>> = {
  "a REST API": rest,
  "an HTTP API": (sent) => http(sent),
  "an HTTP API of a named stage, on $default": (sent) => http(sent, true),
  "an HTTP API with payload 1.0": (sent) => {
    const event = rest(sent);
    return http1Event({
      ...event,
      requestContext: http1Event().requestContext,
      pathParameters: { room: sent.room },
    });
  },
  "a function URL": functionUrl,
  "a load balancer": balancer,
  "a load balancer with single values": (sent) =>
    albEvent({
      httpMethod: sent.method,
      path: `/rooms/${encode(sent.room)}/messages`,
      queryStringParameters: last(lists(sent.query, encode)),
      headers: withCookie(sent),
      ...body(sent),
    }),
};
