// The headers that API Gateway adds to every request before anybody behind it sees them.
import type { Ids } from "../ports.ts";
import type { ArrivedHttp, HeaderPair } from "./application.ts";
import { headerValues, lastHeader, toLowerName } from "./headers.ts";

const added: ReadonlySet<string> = new Set([
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
  "x-amzn-trace-id",
]);

/**
 * The client's headers with `X-Forwarded-*` and `X-Amzn-Trace-Id` as API Gateway sets them.
 *
 * The client's own `X-Forwarded-For` is kept and the caller's address appended; port and protocol are the door's.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function addForwarded(http: ArrivedHttp, traceId: string): readonly HeaderPair[] {
  const headers = http.headers.filter(([name]) => !added.has(toLowerName(name)));
  const before = headerValues(http.headers, "x-forwarded-for").filter((value) => value !== "");
  headers.push(
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", before.length === 0 ? http.sourceIp : [...before, http.sourceIp].join(", ")],
    ["X-Forwarded-Port", portOf(http)],
    ["X-Forwarded-Proto", http.protocol],
  );
  return headers;
}

function portOf({ host, protocol }: ArrivedHttp): string {
  const port = host.slice(host.lastIndexOf(":") + 1);
  if (port !== "" && port.length < host.length && /^\d+$/.test(port)) return port;
  return protocol === "https" ? "443" : "80";
}

/**
 * The trace header of a request: the client's own if it has a root, otherwise a new root.
 *
 * @see https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
 */
export function toTraceId(headers: readonly HeaderPair[], at: number, ids: Ids): string {
  const sent = lastHeader(headers, "x-amzn-trace-id");
  if (sent !== undefined && /(^|;)\s*Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;|$)/.test(sent)) return sent;
  const seconds = Math.floor(at / 1000)
    .toString(16)
    .padStart(8, "0");
  return `Root=1-${seconds}-${ids.hex(24)}`;
}

/**
 * The trace header of a request to a stage that traces actively: whoever sent it has decided, otherwise `isSampled` is.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-xray.html
 */
export function toActiveTraceId(traceId: string, isSampled: () => boolean, ids: Ids): string {
  if (traceId.startsWith("Root=") && !traceId.includes(";"))
    return `${traceId};Parent=${ids.hex(16)};Sampled=${isSampled() ? 1 : 0}`;
  const root = /Root=[^;]+/.exec(traceId)?.[0] ?? traceId;
  const parent = /Parent=[^;]+/.exec(traceId)?.[0] ?? `Parent=${ids.hex(16)}`;
  const sampled = /Sampled=[01]/.exec(traceId)?.[0] ?? `Sampled=${isSampled() ? 1 : 0}`;
  return `${root};${parent};${sampled}`;
}

/** The trace header of an answer that came from a Lambda function. */
export function toAnsweredTraceId(traceId: string, ids: Ids): string {
  return `${toActiveTraceId(traceId, () => false, ids)};Lineage=1:${ids.hex(8)}:0`;
}
