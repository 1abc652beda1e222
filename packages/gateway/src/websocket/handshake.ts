// What an upgrade request says, once checked: headers, query and subprotocols as the events carry them.
import { gatewayLimits } from "@gatewright/contract";
import type { SignedRequest } from "../identities/authenticate.ts";
import type { Hearable, HearCaller } from "../invoke/caller-headers.ts";
import { groupHeaders, areLonger } from "../invoke/headers.ts";
import { readQuery, toMultiMap } from "../invoke/query.ts";
import { refuse } from "./refusals.ts";
import type { Knock } from "./wire.ts";

/** A list of values for every name. */
export type MultiValues = Readonly<Record<string, readonly string[]>>;

/** A well-formed upgrade request to the right path. */
export interface Handshake {
  /** Names as the function sees them. */
  readonly headers: MultiValues;
  readonly query: MultiValues;
  /** The subprotocols that the client offers. They may hold a token: never logged. */
  readonly offered: readonly string[];
  readonly host: string;
  readonly userAgent: string | undefined;
  readonly sourceIp: string;
  /** As on the wire, for those who check its signature. */
  readonly signed: SignedRequest;
}

/** Headers that end at the gateway. */
const hopHeaders: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Names that the gateway writes in its own case, whatever the client's. */
const ownCase: ReadonlyMap<string, string> = new Map(
  [
    "Authorization",
    "Host",
    "Sec-WebSocket-Extensions",
    "Sec-WebSocket-Key",
    "Sec-WebSocket-Protocol",
    "Sec-WebSocket-Version",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
);

/**
 * Reads an upgrade request for one stage. `hear` takes out what the caller says of where it calls from.
 *
 * @throws HandshakeRefusal for a wrong path, a URL over 4,096 characters, or a handshake that RFC 6455 forbids.
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1
 */
export function readHandshake(knock: Knock, stage: string, hear: HearCaller): Handshake {
  if (knock.target.length > longestUrl) throw refuse("URL_TOO_LONG");
  if (areLonger(knock.headers, gatewayLimits.headerBytes)) throw refuse("HEADERS_TOO_LARGE");
  const [path = "", search = ""] = knock.target.split(/\?(.*)/s, 2);
  if (!isStage(path, stage)) throw refuse("WRONG_PATH");
  const heard = hear<Hearable>({ headers: knock.headers, sourceIp: knock.remoteAddress });
  const headers = groupHeaders(heard.headers);
  const first = (name: string): string | undefined => headers.get(name)?.values[0];
  if (!isWebsocketRequest(knock.method, first)) throw refuse("BAD_HANDSHAKE");
  const offered = readSubprotocols(headers.get("sec-websocket-protocol")?.values);
  if (!offered) throw refuse("BAD_HANDSHAKE");
  const host = first("host") ?? "";
  const seen = [...headers].filter(([key]) => !hopHeaders.has(key));
  return {
    headers: Object.fromEntries(seen.map(([key, { name, values }]) => [ownCase.get(key) ?? name, values])),
    query: toMultiMap(readQuery(search, "&;")) ?? {},
    offered,
    host,
    userAgent: first("user-agent"),
    sourceIp: heard.sourceIp,
    signed: { method: knock.method, target: knock.target, headers: knock.headers, body: nothing },
  };
}

const longestUrl = 4096;
const nothing = new Uint8Array();

function isStage(path: string, stage: string): boolean {
  try {
    return decodeURIComponent(path).replace(/\/$/, "") === `/${stage}`;
  } catch {
    return false; // a broken percent sequence names no stage
  }
}

function isWebsocketRequest(method: string, first: (name: string) => string | undefined): boolean {
  const key = first("sec-websocket-key") ?? "";
  return (
    method === "GET" &&
    first("upgrade")?.toLowerCase() === "websocket" &&
    /^[A-Za-z0-9+/]{22}==$/.test(key) &&
    first("sec-websocket-version") === "13"
  );
}

/** Reads the offered subprotocols; `undefined` where one is no token or is offered twice. */
function readSubprotocols(lines: readonly string[] | undefined): readonly string[] | undefined {
  if (!lines) return [];
  const offered = lines
    .join(",")
    .split(",")
    .map((name) => name.trim());
  const wellFormed = offered.every((name) => /^[\w!#$%&'*+.^`|~-]+$/.test(name));
  return wellFormed && new Set(offered).size === offered.length ? offered : undefined;
}
