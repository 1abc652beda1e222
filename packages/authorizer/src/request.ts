// What an authorizer can know of a request, whichever API kind asks.
import { readMethodArn, type AuthorizerEvent, type MethodArn } from "@gatewright/contract";
import { failures } from "./failures.ts";
import type { HandlerEvent } from "./handler-event.ts";

/** Which question API Gateway asks; the answer has to fit it. */
export type AuthorizerKind = "token" | "rest" | "websocket" | "http-1.0" | "http-2.0" | "handler";

/** A request to be decided about. Only the kind `handler` has a body. */
export interface AuthorizerRequest {
  readonly kind: AuthorizerKind;
  /** API, stage and call that are asked for. */
  readonly arn: MethodArn;
  /** Every value of a header, whatever its case. Empty for the `TOKEN` kind, which sends no headers. */
  header(name: string): readonly string[];
  /** Every value of a query parameter, decoded. */
  query(name: string): readonly string[];
  /** Every value of a cookie, as sent. */
  cookie(name: string): readonly string[];
  /** The event as it came. It holds the token: never log it. */
  readonly event: AuthorizerEvent | HandlerEvent;
}

/**
 * Reads an authorizer event of any API kind.
 *
 * @throws Failure `EVENT_UNKNOWN` for anything else.
 */
export function readRequest(event: AuthorizerEvent): AuthorizerRequest {
  const kind = kindOf(event);
  const arn = kind && readMethodArn("routeArn" in event ? event.routeArn : event.methodArn);
  if (!kind || !arn) throw failures.create("EVENT_UNKNOWN", undefined);
  return toRequest(kind, arn, event);
}

/** The request of an event whose kind and call are known. */
export function toRequest(
  kind: AuthorizerKind,
  arn: MethodArn,
  event: AuthorizerEvent | HandlerEvent,
): AuthorizerRequest {
  const header = (name: string): readonly string[] => headerValues(event, name.toLowerCase());
  return {
    kind,
    arn,
    event,
    header,
    query: (name) => queryValues(event, name),
    cookie: (name) => {
      const sent = "cookies" in event && event.cookies ? event.cookies : header("cookie");
      return sent.flatMap((line) => cookieValues(line, name));
    },
  };
}

function kindOf(event: unknown): AuthorizerKind | undefined {
  if (typeof event !== "object" || event === null) return undefined;
  const { type, version, methodArn, routeArn, requestContext } = event as Record<string, unknown>; // checked below
  if (type === "TOKEN") return typeof methodArn === "string" ? "token" : undefined;
  if (type !== "REQUEST" || typeof requestContext !== "object" || requestContext === null) return undefined;
  if (version === "2.0") return typeof routeArn === "string" ? "http-2.0" : undefined;
  if (typeof methodArn !== "string") return undefined;
  if (version === "1.0") return "http-1.0";
  return "connectionId" in requestContext ? "websocket" : "rest";
}

function headerValues(event: AuthorizerEvent | HandlerEvent, wanted: string): readonly string[] {
  if (!("headers" in event)) return [];
  const many = "multiValueHeaders" in event ? event.multiValueHeaders : null;
  if (many) return Object.entries(many).flatMap(([name, values]) => (sameName(name, wanted) && values) || []);
  return Object.entries(event.headers ?? {}).flatMap(([name, value]) =>
    sameName(name, wanted) && typeof value === "string" ? [value] : [],
  );
}

function sameName(name: string, wanted: string): boolean {
  return name.toLowerCase() === wanted;
}

function queryValues(event: AuthorizerEvent | HandlerEvent, name: string): readonly string[] {
  if (!("queryStringParameters" in event || "rawQueryString" in event)) return [];
  if ("rawQueryString" in event) return new URLSearchParams(event.rawQueryString).getAll(name);
  const many = "multiValueQueryStringParameters" in event ? event.multiValueQueryStringParameters : null;
  if (many) return Object.hasOwn(many, name) ? (many[name] ?? []) : [];
  const value = Object.hasOwn(event.queryStringParameters ?? {}, name)
    ? event.queryStringParameters?.[name]
    : undefined;
  return value === undefined ? [] : [value];
}

/** @see https://www.rfc-editor.org/rfc/rfc6265#section-5.4 */
function cookieValues(line: string, name: string): readonly string[] {
  return line.split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    if (at < 0 || pair.slice(0, at).trim() !== name) return [];
    return [
      pair
        .slice(at + 1)
        .trim()
        .replace(/^"(.*)"$/s, "$1"),
    ];
  });
}
