// The call of a mapped integration: its payload and parameters, put to a mock, an HTTP back end, an AWS service or a function.
import type { DeployedIntegration } from "../deploy/mapped-integration.ts";
import type { HeaderPair } from "../invoke/application.ts";
import { hasHeader, lastHeader, replaceHeaders } from "../invoke/headers.ts";
import { readQuery } from "../invoke/query.ts";
import { Rejection } from "../invoke/rejection.ts";
import { type MappedParameters, toQueryText } from "../mapping/mapped-parameters.ts";
import { type Payload, toBytes, toPayloadText } from "../mapping/payload.ts";
import { addOwnHeaders, mayBeMapped, toProxiedHeaders } from "../mapping/request-headers.ts";
import { fillUri } from "../mapping/uri.ts";
import { type LocalServices, nameTarget, toAwsRequest } from "./aws-request.ts";
import type { OutgoingCall } from "./integration.ts";

/** What a call takes from the request that it is made for. */
export interface CallOrigin {
  readonly method: string;
  readonly query: string;
  readonly headers: readonly HeaderPair[];
  /** The headers that HTTP_PROXY passes on, and those put in on the way. */
  readonly proxied: () => readonly HeaderPair[];
  readonly apiId: string;
  readonly traceId: string;
  /** Milliseconds. */
  readonly at: number;
  /** The longest silence of an answer that is handed on as it comes. */
  readonly streamIdleMs: number;
}

/** What templates and mappings made. */
export interface MappedRequest {
  readonly payload: Payload;
  readonly parameters: MappedParameters;
}

/** What making calls needs. */
export interface CallPorts {
  /** Absent where no AWS service runs here. */
  readonly services: LocalServices | undefined;
}

/** Writes the call. @throws Rejection `API_CONFIGURATION_ERROR`, `BAD_REQUEST_BODY`. */
export function toOutgoingCall(
  { integration, origin }: { readonly integration: DeployedIntegration; readonly origin: CallOrigin },
  mapped: MappedRequest,
  to: CallPorts,
): OutgoingCall {
  const { model } = integration;
  const wrong = mapped.parameters.header.find(([name]) => !mayBeMapped(name, model.type));
  if (wrong) {
    throw new Rejection("API_CONFIGURATION_ERROR", { why: `The header ${wrong[0]} cannot be mapped` });
  }
  if (model.type === "MOCK") return { to: "mock", status: readMockStatus(toPayloadText(mapped.payload)) };
  const from = { integration, origin };
  return model.type === "AWS" ? toServiceCall(from, mapped, to) : toHttpCall(from, mapped);
}

interface From {
  readonly integration: DeployedIntegration;
  readonly origin: CallOrigin;
}

/** The template of a MOCK says what status comes back, in JSON or something close to it. */
function readMockStatus(text: string): number {
  const status = /["']?statusCode["']?\s*:\s*["']?(\d{3})["']?\s*[,}]/.exec(text)?.[1];
  if (status !== undefined && /^\s*\{/.test(text)) return Number(status);
  throw new Rejection("API_CONFIGURATION_ERROR", { why: "The MOCK's template gives no statusCode" });
}

function toHttpCall({ integration, origin }: From, { payload, parameters }: MappedRequest): OutgoingCall {
  const { model } = integration;
  const isProxy = model.type === "HTTP_PROXY";
  const filled = fillUri(integration.uri, parameters.path);
  const passed = isProxy ? toProxiedHeaders(origin.proxied()) : typeOf(origin.headers);
  const headers = replaceHeaders(passed, parameters.header);
  const query = [...(isProxy ? readQuery(origin.query, "&;") : []), ...parameters.querystring];
  const method =
    model.httpMethod === undefined || model.httpMethod === "ANY" ? origin.method : model.httpMethod;
  return {
    to: "http",
    request: {
      method,
      url: addQuery(filled, toQueryText(query)),
      headers: addOwnHeaders(headers, origin),
      body: /^(?:GET|HEAD)$/.test(method) ? Buffer.alloc(0) : toBytes(payload),
      timeoutMs: model.timeoutMs,
      insecure: model.insecureSkipVerification ?? false,
      ...(isProxy && model.responseTransferMode === "STREAM" && { streamIdleMs: origin.streamIdleMs }),
    },
  };
}

/** Of the client's headers a custom integration gets the type of the body. */
function typeOf(headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return [["Content-Type", lastHeader(headers, "content-type") ?? "application/json"]];
}

function addQuery(url: string, query: string): string {
  if (query === "") return url;
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

function toServiceCall(
  { integration, origin }: From,
  { payload, parameters }: MappedRequest,
  to: CallPorts,
): OutgoingCall {
  const { target, httpMethod = "POST", timeoutMs } = integration.model;
  if (target && "functionKey" in target) {
    const async = parameters.header.some(
      ([name, value]) => name.toLowerCase() === "x-amz-invocation-type" && value === "Event",
    );
    const event = readEvent(toPayloadText(payload));
    return { to: "function", functionKey: target.functionKey, event, async, timeoutMs };
  }
  if (!target)
    throw new Rejection("API_CONFIGURATION_ERROR", { why: "The integration names no AWS service" });
  const request =
    to.services &&
    toAwsRequest(
      {
        target,
        method: httpMethod,
        path: fillUri(integration.targetPath, parameters.path),
        query: toQueryText(parameters.querystring),
        headers: withType(parameters.header, origin.headers),
        body: toBytes(payload),
        timeoutMs,
      },
      to.services,
      new Date(origin.at),
    );
  if (request) return { to: "http", request };
  const why = `${nameTarget(target)} is not available locally`;
  throw new Rejection("API_CONFIGURATION_ERROR", { why });
}

/** Mapped headers, with the type of the body where none is mapped. */
function withType(mapped: readonly HeaderPair[], headers: readonly HeaderPair[]): readonly HeaderPair[] {
  return hasHeader(mapped, "content-type") ? mapped : [...typeOf(headers), ...mapped];
}

/** A function's event must be JSON; nothing at all counts as `{}`. */
function readEvent(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new Rejection("BAD_REQUEST_BODY", { message: "Could not parse request body into json" });
  }
}
