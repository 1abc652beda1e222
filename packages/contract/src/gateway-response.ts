// What API Gateway answers by itself, when a request does not come as far as an integration or back from it.

/**
 * The gateway responses of a REST API by type: status, `x-amzn-ErrorType` and default message.
 *
 * The default body is `{"message":…}` with the message as JSON. `ACCESS_DENIED` writes `Message` instead.
 * `INTEGRATION_FAILURE` is documented as 504; failures of a Lambda proxy are answered with 502.
 * `WAF_FILTERED`, `EXPIRED_TOKEN` and the authorizer types name error types as observed, not as documented.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 */
export const gatewayResponses = {
  ACCESS_DENIED: {
    status: 403,
    errorType: "AccessDeniedException",
    message: "User is not authorized to access this resource",
  },
  API_CONFIGURATION_ERROR: {
    status: 500,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
  },
  AUTHORIZER_CONFIGURATION_ERROR: {
    status: 500,
    errorType: "AuthorizerConfigurationException",
    message: null,
  },
  AUTHORIZER_FAILURE: { status: 500, errorType: "AuthorizerFailureException", message: null },
  BAD_REQUEST_PARAMETERS: {
    status: 400,
    errorType: "BadRequestException",
    message: "Missing required request parameters",
  },
  BAD_REQUEST_BODY: { status: 400, errorType: "BadRequestException", message: "Invalid request body" },
  EXPIRED_TOKEN: {
    status: 403,
    errorType: "ExpiredTokenException",
    message: "The security token included in the request is expired",
  },
  INTEGRATION_FAILURE: {
    status: 504,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
  },
  INTEGRATION_TIMEOUT: {
    status: 504,
    errorType: "InternalServerErrorException",
    message: "Endpoint request timed out",
  },
  INVALID_API_KEY: { status: 403, errorType: "ForbiddenException", message: "Forbidden" },
  INVALID_SIGNATURE: {
    status: 403,
    errorType: "InvalidSignatureException",
    message: "The request signature we calculated does not match the signature you provided.",
  },
  MISSING_AUTHENTICATION_TOKEN: {
    status: 403,
    errorType: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
  },
  QUOTA_EXCEEDED: { status: 429, errorType: "LimitExceededException", message: "Limit Exceeded" },
  REQUEST_TOO_LARGE: { status: 413, errorType: "BadRequestException", message: "Request Too Long" },
  RESOURCE_NOT_FOUND: { status: 404, errorType: "ResourceNotFoundException", message: "Not Found" },
  THROTTLED: { status: 429, errorType: "TooManyRequestsException", message: "Too Many Requests" },
  UNAUTHORIZED: { status: 401, errorType: "UnauthorizedException", message: "Unauthorized" },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    errorType: "BadRequestException",
    message: "Unsupported Media Type",
  },
  WAF_FILTERED: { status: 403, errorType: "ForbiddenException", message: "Forbidden" },
} as const;

/** What one type of gateway response says unless it is customised. */
export interface GatewayResponse {
  readonly status: number;
  /** The value of `x-amzn-ErrorType`. */
  readonly errorType: string;
  /** `null` is written as JSON `null`. */
  readonly message: string | null;
}

/** A type of gateway response, as in `$context.error.responseType`. */
export type GatewayResponseType = keyof typeof gatewayResponses;

/**
 * What an HTTP API answers by itself; none of it can be customised. Bodies are `{"message":"…"}`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
export const httpApiErrors = {
  UNAUTHORIZED: { status: 401, message: "Unauthorized" },
  FORBIDDEN: { status: 403, message: "Forbidden" },
  NOT_FOUND: { status: 404, message: "Not Found" },
  REQUEST_TOO_LARGE: { status: 413, message: "Request Entity Too Large" },
  URI_TOO_LONG: { status: 414, message: "URI Too Long" },
  TOO_MANY_REQUESTS: { status: 429, message: "Too Many Requests" },
  HEADERS_TOO_LARGE: { status: 431, message: "Request Header Fields Too Large" },
  INTERNAL_SERVER_ERROR: { status: 500, message: "Internal Server Error" },
  SERVICE_UNAVAILABLE: { status: 503, message: "Service Unavailable" },
} as const;

/** An error that an HTTP API answers by itself. */
export type HttpApiErrorType = keyof typeof httpApiErrors;
