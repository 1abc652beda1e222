// Headers on their way to a back end: what passes, what is dropped, what API Gateway writes itself.
import type { HeaderPair } from "../invoke/application.ts";

/** Never passed from a client to an HTTP back end. */
const dropped = new Set([
  "content-length",
  "content-md5",
  "expect",
  "host",
  "keep-alive",
  "max-forwards",
  "proxy-authenticate",
  "proxy-connection",
  "server",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "via",
  "www-authenticate",
]);
/** What HTTP_PROXY drops besides. */
const droppedByProxy = new Set(["connection", "content-encoding"]);

/** Mapping one of these ends the request with a 500. */
const forbidden = new Set(["content-length", "transfer-encoding", "x-amzn-trace-id"]);
/** And one of these, where an AWS service is called. */
const forbiddenForAws = new Set(["authorization", "connection", "expect", "proxy-authenticate", "te"]);

/**
 * Whether a header may be the target of a mapping.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function mayBeMapped(name: string, type: string): boolean {
  const lower = name.toLowerCase();
  return !forbidden.has(lower) && !(type === "AWS" && forbiddenForAws.has(lower));
}

/** The client's headers as HTTP_PROXY passes them on. A signature made for this API says nothing to its back end. */
export function toProxiedHeaders(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return headers.filter(([name, value]) => {
    const lower = name.toLowerCase();
    if (dropped.has(lower) || droppedByProxy.has(lower)) return false;
    return !(lower === "authorization" && value.startsWith("AWS4-"));
  });
}

/** Puts in what API Gateway sends to every HTTP back end, where the request has none of its own. */
export function addOwnHeaders(
  headers: readonly HeaderPair[],
  from: { readonly apiId: string; readonly traceId: string },
): readonly HeaderPair[] {
  const present = new Set(headers.map(([name]) => name.toLowerCase()));
  const own: readonly HeaderPair[] = [
    ["Accept", "application/json"],
    ["User-Agent", `AmazonAPIGateway_${from.apiId}`],
    ["x-amzn-apigateway-api-id", from.apiId],
    ["X-Amzn-Trace-Id", from.traceId],
  ];
  return [...headers, ...own.filter(([name]) => !present.has(name.toLowerCase()))];
}
