// What functions are told: the connect, message, disconnect and authorizer events, field for field.
import type {
  WebsocketAuthorizerEvent,
  WebsocketConnectEvent,
  WebsocketContext,
  WebsocketDisconnectEvent,
  WebsocketMessageEvent,
} from "@gatewright/contract";
import { toRequestTime } from "../invoke/request-time.ts";
import type { WebsocketApi } from "../model/websocket-api.ts";
import type { Clock, Ids } from "../ports.ts";
import type { Ending } from "./close.ts";
import type { Handshake, MultiValues } from "./handshake.ts";

/** What is known of a connection from its first moment. */
export interface Caller {
  readonly connectionId: string;
  /** Of the `$connect` request, which its authorizer is asked about too. */
  readonly requestId: string;
  readonly traceId: string;
  /** Milliseconds. */
  readonly connectedAt: number;
  /** The host that the client called. */
  readonly domainName: string;
  readonly identity: WebsocketContext["identity"];
}

/** A caller who was let in, with what the authorizer said where there is one. */
export interface AdmittedCaller extends Caller {
  readonly authorizer?: NonNullable<WebsocketContext["authorizer"]>;
  /** The value of an API key, where the authorizer gave one. Never in an event. */
  readonly usageIdentifierKey?: string;
}

/** Writes the events of one API. */
export interface WebsocketEvents {
  authorize(caller: Caller, handshake: Handshake, methodArn: string): WebsocketAuthorizerEvent;
  connect(caller: AdmittedCaller, handshake: Handshake): WebsocketConnectEvent;
  message(caller: AdmittedCaller, routeKey: string, body: string): WebsocketMessageEvent;
  disconnect(caller: AdmittedCaller, ending: Ending): WebsocketDisconnectEvent;
}

/** What events need to know of their surroundings. */
export interface EventPorts {
  readonly api: Pick<WebsocketApi, "id" | "stage" | "stageVariables">;
  readonly clock: Clock;
  readonly ids: Ids;
}

/**
 * Makes the writer of events. Every message and end gets a request id and a time of its own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
 */
export function createEvents({ api, clock, ids }: EventPorts): WebsocketEvents {
  const stageVariables =
    Object.keys(api.stageVariables).length > 0 ? { stageVariables: api.stageVariables } : {};
  const common = (caller: AdmittedCaller, request: Moment = { requestId: ids.opaque(), at: clock.now() }) =>
    toContext(api, caller, request);
  const connectContext = (caller: AdmittedCaller) => ({
    routeKey: "$connect" as const,
    eventType: "CONNECT" as const,
    ...common(caller, { requestId: caller.requestId, at: caller.connectedAt }),
  });
  return {
    authorize: (caller, handshake, methodArn) => ({
      type: "REQUEST",
      methodArn,
      ...toHeaders(headersOf(caller, handshake)),
      queryStringParameters: lastOfEach(handshake.query),
      multiValueQueryStringParameters: handshake.query,
      stageVariables: api.stageVariables,
      requestContext: connectContext(caller),
    }),
    connect: (caller, handshake) => ({
      ...toHeaders(headersOf(caller, handshake)),
      ...toQuery(handshake.query),
      ...stageVariables,
      requestContext: connectContext(caller),
      isBase64Encoded: false,
    }),
    message: (caller, routeKey, body) => ({
      ...stageVariables,
      requestContext: { routeKey, messageId: ids.opaque(), eventType: "MESSAGE", ...common(caller) },
      body,
      isBase64Encoded: false,
    }),
    disconnect: (caller, { code, reason }) => ({
      ...toHeaders(disconnectHeaders(caller)),
      ...stageVariables,
      requestContext: {
        routeKey: "$disconnect",
        disconnectStatusCode: code,
        eventType: "DISCONNECT",
        disconnectReason: reason,
        ...common(caller),
      },
      isBase64Encoded: false,
    }),
  };
}

/** Which request an event is about, and when it came. */
interface Moment {
  readonly requestId: string;
  /** Milliseconds. */
  readonly at: number;
}

/** What every event of a connection says. */
function toContext(
  api: EventPorts["api"],
  caller: AdmittedCaller,
  { requestId, at }: Moment,
): WebsocketContext {
  return {
    extendedRequestId: requestId,
    requestTime: toRequestTime(at),
    messageDirection: "IN",
    stage: api.stage,
    connectedAt: caller.connectedAt,
    requestTimeEpoch: at,
    identity: caller.identity,
    requestId,
    domainName: caller.domainName,
    connectionId: caller.connectionId,
    apiId: api.id,
    ...(caller.authorizer && { authorizer: caller.authorizer }),
  };
}

/** What the client sent, and what the gateway adds on the way. */
function headersOf(caller: Caller, { headers }: Handshake): MultiValues {
  const forwarded = [...(headers["X-Forwarded-For"] ?? []), caller.identity.sourceIp].join(", ");
  return {
    ...headers,
    "X-Amzn-Trace-Id": [caller.traceId],
    "X-Forwarded-For": [forwarded],
    "X-Forwarded-Port": [/:(\d+)$/.exec(caller.domainName)?.[1] ?? "80"],
    "X-Forwarded-Proto": ["http"],
  };
}

/** The few that API Gateway sends on `$disconnect`, empty as they are. */
function disconnectHeaders(caller: Caller): MultiValues {
  return { Host: [caller.domainName], "x-api-key": [""], "X-Forwarded-For": [""], "x-restapi": [""] };
}

function toHeaders(headers: MultiValues): {
  headers: Readonly<Record<string, string>>;
  multiValueHeaders: MultiValues;
} {
  return { headers: lastOfEach(headers), multiValueHeaders: headers };
}

function toQuery(query: MultiValues): Partial<WebsocketConnectEvent> {
  if (Object.keys(query).length === 0) return {};
  return { queryStringParameters: lastOfEach(query), multiValueQueryStringParameters: query };
}

function lastOfEach(values: MultiValues): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.at(-1) ?? ""]));
}
