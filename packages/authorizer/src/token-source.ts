// Where a token may be in a request, and which one counts.
import type { AuthorizerRequest } from "./request.ts";
import { longestToken } from "./verify/unverified.ts";

/** One place of a request that may hold a token. */
export interface TokenSource {
  /** For messages, as in `header authorization`. */
  readonly name: string;
  /** Every token that is there. Most often none or one. */
  read(request: AuthorizerRequest): readonly string[];
  /** The token in the one header value that a `TOKEN` authorizer is given; only header sources have it. */
  readonly readValue?: (value: string) => string;
  /** The longest token of this source, in characters. @default 10240 */
  readonly longest?: number;
}

/** What the sources gave: a token, or why there is none to verify. */
export type TakenToken =
  | { readonly kind: "taken"; readonly token: string }
  | { readonly kind: "unauthenticated"; readonly code: "TOKEN_MISSING" | "TOKENS_DIFFER" | "TOKEN_TOO_LONG" };

/**
 * Takes the one token of a request.
 *
 * Two different tokens are refused, wherever they are: whoever reads the other one would see another caller.
 */
export function takeToken(sources: readonly TokenSource[], request: AuthorizerRequest): TakenToken {
  let taken: string | undefined;
  let longest = longestToken;
  for (const source of sources)
    for (const token of readSource(source, sources, request)) {
      if (token === "" || token === taken) continue;
      if (taken !== undefined) return { kind: "unauthenticated", code: "TOKENS_DIFFER" };
      taken = token;
      longest = source.longest ?? longestToken;
    }
  if (taken === undefined) return { kind: "unauthenticated", code: "TOKEN_MISSING" };
  if (taken.length > longest) return { kind: "unauthenticated", code: "TOKEN_TOO_LONG" };
  return { kind: "taken", token: taken };
}

/** A `TOKEN` authorizer is given one value, which the first header source reads. */
function readSource(
  source: TokenSource,
  sources: readonly TokenSource[],
  request: AuthorizerRequest,
): readonly string[] {
  const { event } = request;
  if (request.kind !== "token" || !("authorizationToken" in event)) return source.read(request);
  const isFirst = source === sources.find((one) => one.readValue !== undefined);
  return isFirst && source.readValue && typeof event.authorizationToken === "string"
    ? [source.readValue(event.authorizationToken)]
    : [];
}

/**
 * The token of a header, without the scheme in front of it, whatever the scheme's case.
 *
 * A `TOKEN` authorizer is given one header value and not its name: the first `fromHeader` reads it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-2.1
 */
export function fromHeader(
  name: string,
  { scheme = "Bearer" }: { readonly scheme?: string } = {},
): TokenSource {
  const start = `${scheme.toLowerCase()} `;
  const readValue = (value: string): string => {
    const trimmed = value.trim();
    const hasScheme = trimmed.slice(0, start.length).toLowerCase() === start;
    return hasScheme ? trimmed.slice(scheme.length + 1).trim() : trimmed;
  };
  return { name: `header ${name}`, read: (request) => request.header(name).map(readValue), readValue };
}

/**
 * The token that a browser offers as a WebSocket subprotocol: `new WebSocket(url, ["chat.v1", "bearer." + token])`.
 *
 * Only read on `$connect`. The function of `$connect` must answer one of the *other* subprotocols, never this one.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-1.9
 */
export function fromSubprotocol({ prefix = "bearer." }: { readonly prefix?: string } = {}): TokenSource {
  return {
    name: "subprotocol",
    read: (request) =>
      request.arn.call !== "$connect"
        ? []
        : request
            .header("sec-websocket-protocol")
            .flatMap((line) => line.split(","))
            .map((offered) => offered.trim())
            .filter((offered) => offered.startsWith(prefix))
            .map((offered) => offered.slice(prefix.length)),
  };
}

/**
 * The token of a cookie.
 *
 * A browser sends cookies with requests that another site's page started, WebSocket handshakes included: name your
 * own pages in `origins` (then a request whose `Origin` is another one has no token here), or set the cookie
 * `SameSite=Strict`.
 */
export function fromCookie(
  name: string,
  options: { readonly origins?: readonly string[] } = {},
): TokenSource {
  return {
    name: `cookie ${name}`,
    read(request) {
      const { origins } = options;
      const foreign = origins && request.header("origin").some((origin) => !origins.includes(origin));
      return foreign ? [] : request.cookie(name);
    },
  };
}

/** The token of a query parameter. URLs end up in logs and histories: name this source last, or not at all. */
export function fromQuery(name: string): TokenSource {
  return { name: `query ${name}`, read: (request) => request.query(name) };
}

/**
 * The token of a field of a posted form, such as `SAMLResponse`; only a handler sees bodies, an authorizer never.
 *
 * @see https://docs.oasis-open.org/security/saml/v2.0/saml-bindings-2.0-os.pdf
 */
export function fromForm(field: string): TokenSource {
  return { name: `form field ${field}`, read: (request) => readForm(request, field), longest: 262_144 };
}

function readForm(request: AuthorizerRequest, field: string): readonly string[] {
  const { event } = request;
  if (!("body" in event) || typeof event.body !== "string") return [];
  const [type = ""] = request.header("content-type");
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return [];
  const body = event.isBase64Encoded ? Buffer.from(event.body, "base64").toString("utf8") : event.body;
  return new URLSearchParams(body).getAll(field);
}
