// The numbers that API Gateway and Lambda hold a request to, each with its page.

/**
 * Quotas and clocks of API Gateway and Lambda that code behind them must know, in bytes and milliseconds.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const limits = {
  /** Request and buffered response of REST and HTTP APIs. */
  payloadBytes: 10_485_760,
  /** One synchronous Lambda invocation, each way: 6 MB and a little for the envelope, as observed. */
  lambdaPayloadBytes: 6_291_556,
  /** What an Application Load Balancer takes from a function. */
  balancerPayloadBytes: 1_048_576,
  /** One streamed Lambda answer, as a whole. */
  lambdaStreamBytes: 209_715_200,
  /** Default and, without a quota increase, longest integration timeout of a REST API. */
  restIntegrationTimeoutMs: 29_000,
  /** Longest integration timeout of an HTTP API; it cannot be raised. */
  httpIntegrationTimeoutMs: 30_000,
  /** Integration timeout of a WebSocket API; it cannot be raised. */
  websocketIntegrationTimeoutMs: 29_000,
  /** A Lambda authorizer must answer within this time. */
  authorizerTimeoutMs: 10_000,
  /** One WebSocket message, in or out, and the body of `PostToConnection`. */
  websocketMessageBytes: 131_072,
  /** A WebSocket connection with no traffic is closed after this time. */
  websocketIdleMs: 600_000,
  /** A WebSocket connection is closed after this time, busy or not. */
  websocketLifeMs: 7_200_000,
  /** What an authorizer may return to a WebSocket API. */
  authorizerResultBytes: 8_192,
} as const;

/**
 * What else API Gateway holds requests and answers to: apart, so that functions are not bundled with it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
 */
export const gatewayLimits = {
  /** Where the metadata of a streamed answer to a REST API must end, with the 8 bytes that end it. */
  streamMetadataBytes: 16_384,
  /** Longest integration timeout of a REST API's streamed answer. */
  streamTimeoutMs: 900_000,
  /** A streamed answer with no byte for this time is cut: regional and private APIs, and edge-optimized ones. */
  streamIdleMs: 300_000,
  edgeStreamIdleMs: 30_000,
  /** An issuer must answer within this time when its configuration or its keys are fetched. */
  issuerTimeoutMs: 1500,
  /** Largest set of keys that is read from an issuer. */
  keySetBytes: 150_000,
  /** Names, values, separators and line ends of all request headers together. */
  headerBytes: 10_240,
  /** Longest URL of a regional REST API or an HTTP API. */
  urlBytes: 10_240,
  /** Longest URL of an edge-optimized or private REST API. */
  shortUrlBytes: 8_192,
  /** As `headerBytes`, of a private REST API. */
  privateHeaderBytes: 8_000,
  /** One WebSocket frame. */
  websocketFrameBytes: 32_768,
  /** New WebSocket connections per second of an account in a region, and how many may come at once. */
  websocketConnectsPerSecond: 500,
  websocketConnectsBurst: 500,
  /** Longest and default time for which a REST authorizer's answer is cached, in seconds. */
  authorizerTtlMaxSeconds: 3600,
  authorizerTtlDefaultSeconds: 300,
  /** Longest and default time for which a stage's cache keeps an answer, in seconds. */
  cacheTtlMaxSeconds: 3600,
  cacheTtlDefaultSeconds: 300,
  /** Largest answer that a stage's cache keeps. */
  cacheEntryBytes: 1_048_576,
  /** Longest format of an access log. */
  accessLogFormatBytes: 3_072,
  /** One line of an execution log; what is longer is cut. */
  executionLogBytes: 1_024,
  /** Requests per second of an account in a region, and the size of its bucket. */
  accountRatePerSecond: 10_000,
  accountBurst: 5_000,
} as const;
