// What a WebSocket API gives a Lambda function on connect, message and disconnect, and takes back.

/** What every event of a WebSocket connection knows. */
export interface WebsocketContext {
  readonly apiId: string;
  readonly connectionId: string;
  /** Milliseconds. */
  readonly connectedAt: number;
  readonly domainName: string;
  readonly extendedRequestId: string;
  readonly identity: {
    readonly sourceIp: string;
    readonly userAgent?: string;
    readonly apiKey?: string;
    readonly apiKeyId?: string;
    /** Of a caller who signed; only where `$connect` asks for IAM. */
    readonly accessKey?: string;
    readonly accountId?: string;
    readonly caller?: string;
    readonly user?: string;
    readonly userArn?: string;
  };
  readonly messageDirection: "IN";
  readonly requestId: string;
  /** `dd/MMM/yyyy:HH:mm:ss +0000` */
  readonly requestTime: string;
  /** Milliseconds. */
  readonly requestTimeEpoch: number;
  readonly stage: string;
  /** What the authorizer of `$connect` said, repeated on every later event of the connection. */
  readonly authorizer?: {
    readonly principalId?: string;
    readonly integrationLatency?: number;
    readonly [name: string]: unknown;
  };
}

/** The upgrade request: the only event with headers and a query. */
export interface WebsocketConnectEvent {
  readonly headers: { readonly [name: string]: string | undefined };
  readonly multiValueHeaders: { readonly [name: string]: readonly string[] | undefined };
  readonly queryStringParameters?: { readonly [name: string]: string | undefined };
  readonly multiValueQueryStringParameters?: { readonly [name: string]: readonly string[] | undefined };
  readonly stageVariables?: { readonly [name: string]: string | undefined };
  readonly requestContext: WebsocketContext & {
    readonly eventType: "CONNECT";
    readonly routeKey: "$connect";
  };
  readonly isBase64Encoded: boolean;
}

/** One text message from the client. */
export interface WebsocketMessageEvent {
  readonly stageVariables?: { readonly [name: string]: string | undefined };
  readonly requestContext: WebsocketContext & {
    readonly eventType: "MESSAGE";
    readonly messageId: string;
    /** The route that was selected, `$default` included. */
    readonly routeKey: string;
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** The end of the connection. Delivery is best effort; nothing can be answered. */
export interface WebsocketDisconnectEvent {
  readonly headers: { readonly [name: string]: string | undefined };
  readonly multiValueHeaders: { readonly [name: string]: readonly string[] | undefined };
  readonly stageVariables?: { readonly [name: string]: string | undefined };
  readonly requestContext: WebsocketContext & {
    readonly eventType: "DISCONNECT";
    readonly routeKey: "$disconnect";
    readonly disconnectStatusCode: number;
    readonly disconnectReason: string;
  };
  readonly isBase64Encoded: boolean;
}

/**
 * Any event of a WebSocket API; `requestContext.eventType` tells which.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html
 */
export type WebsocketEvent = WebsocketConnectEvent | WebsocketMessageEvent | WebsocketDisconnectEvent;

/** What a function returns to a WebSocket API: on `$connect` the status decides, elsewhere `body` is a route response. */
export interface WebsocketResult {
  readonly statusCode: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: string;
}
