// What an HTTP API sends to an HTTP back end.
import type { ArrivedHttp, HeaderPair } from "../invoke/application.ts";
import { fillUri, type UriTemplate } from "../mapping/uri.ts";
import type { OutgoingRequest } from "./integration.ts";

/** What the request is made of. */
export interface ProxiedRequest {
  readonly http: ArrivedHttp;
  readonly traceId: string;
  readonly uri: UriTemplate;
  /** `ANY` takes the client's. */
  readonly method: string;
  readonly timeoutMs: number;
  readonly serverName: string | undefined;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** In the place of the address's own path. */
  readonly mappedPath: string | undefined;
}

/** Between two neighbours, or written anew. */
const dropped =
  /^(?:connection|content-length|expect|forwarded|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|via|x-amzn-trace-id|x-forwarded-.*)$/i;

/**
 * Writes the request: the client's headers and query, `Forwarded` and `Via` in the place of `X-Forwarded-*`.
 *
 * @throws TemplateError where the address names a path parameter that the route does not have.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html
 */
export function toProxyRequest(from: ProxiedRequest): OutgoingRequest {
  const { http, timeoutMs, serverName } = from;
  const parameters = new Map(
    Object.entries(from.pathParameters).map(([name, value]) => [name, encodeSegments(value)] as const),
  );
  const filled = fillUri(from.uri, parameters);
  const placed = from.mappedPath === undefined ? filled : withPath(filled, from.mappedPath);
  const query = http.query === "" ? "" : `${placed.includes("?") ? "&" : "?"}${http.query}`;
  const headers: readonly HeaderPair[] = [
    ...http.headers.filter(([name]) => !dropped.test(name)),
    ["Forwarded", `by=127.0.0.1;for=${http.sourceIp};host=${http.host};proto=${http.protocol}`],
    ["Via", "HTTP/1.1 AmazonAPIGateway"],
    ["X-Amzn-Trace-Id", from.traceId],
  ];
  return {
    method: from.method === "ANY" ? http.method : from.method,
    url: `${placed}${query}`,
    headers,
    body: http.body,
    timeoutMs,
    ...(serverName !== undefined && { serverName }),
  };
}

function encodeSegments(value: string): string {
  return value.toWellFormed().split("/").map(encodeURIComponent).join("/");
}

function withPath(url: string, path: string): string {
  const origin = /^https?:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  const encoded = encodeSegments(path);
  return `${origin}${encoded.startsWith("/") ? "" : "/"}${encoded}`;
}
