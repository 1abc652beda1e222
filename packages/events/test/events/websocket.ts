// Events of a WebSocket API as AWS sends them.
import type {
  WebsocketConnectEvent,
  WebsocketContext,
  WebsocketDisconnectEvent,
  WebsocketMessageEvent,
} from "@gatewright/contract";

const context: WebsocketContext = {
  apiId: "w1x2y3z4a5",
  connectionId: "XDmE1cTBoAMCJ2w=",
  connectedAt: 1_795_261_260_000,
  domainName: "w1x2y3z4a5.execute-api.us-east-1.amazonaws.com",
  extendedRequestId: "XDmG1Hq0IAMFe5g=",
  identity: { sourceIp: "203.0.113.7", userAgent: "Mozilla/5.0" },
  messageDirection: "IN",
  requestId: "XDmG1Hq0IAMFe5g=",
  requestTime: "21/Nov/2026:11:41:07 +0000",
  requestTimeEpoch: 1_795_261_267_000,
  stage: "dev",
  authorizer: {
    principalId: "ada",
    integrationLatency: 12,
    gw: '{"userId":"ada","name":"Ada","admin":true}',
  },
};

/** The upgrade request of a browser that offers `chat.v1` and its token. */
export function connectEvent(
  change: Partial<WebsocketConnectEvent> = {},
  contextChange: Partial<WebsocketContext> = {},
): WebsocketConnectEvent {
  return {
    headers: { Host: context.domainName, "Sec-WebSocket-Protocol": "chat.v1, bearer.token" },
    multiValueHeaders: { Host: [context.domainName], "Sec-WebSocket-Protocol": ["chat.v1, bearer.token"] },
    queryStringParameters: { since: "42" },
    multiValueQueryStringParameters: { since: ["42"] },
    requestContext: { ...context, ...contextChange, eventType: "CONNECT", routeKey: "$connect" },
    isBase64Encoded: false,
    ...change,
  };
}

/** A message that API Gateway has given to a route. */
export function messageEvent(
  routeKey: string,
  body: unknown,
  contextChange: Partial<WebsocketContext> = {},
): WebsocketMessageEvent {
  return {
    requestContext: {
      ...context,
      ...contextChange,
      eventType: "MESSAGE",
      messageId: "XDmG1cfDIAMCJ2w=",
      routeKey,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
    isBase64Encoded: false,
  };
}

/** The end of the connection after the client went away. */
export function disconnectEvent(): WebsocketDisconnectEvent {
  return {
    headers: { Host: context.domainName, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" },
    multiValueHeaders: { Host: [context.domainName] },
    requestContext: {
      ...context,
      eventType: "DISCONNECT",
      routeKey: "$disconnect",
      disconnectStatusCode: 1001,
      disconnectReason: "Going away",
    },
    isBase64Encoded: false,
  };
}
