// The `$context` variables that an access log can name, by the kind of its API.

/** Kinds of API whose access logs are written. */
export type LoggedApi = "REST" | "HTTP" | "WebSocket";

/** Of the caller. */
const identity = [
  "accountId",
  "caller",
  "cognitoAuthenticationProvider",
  "cognitoAuthenticationType",
  "cognitoIdentityId",
  "cognitoIdentityPoolId",
  "principalOrgId",
  "sourceIp",
  "user",
  "userAgent",
  "userArn",
].map((name) => `identity.${name}`);

/** Of a caller who showed a certificate. */
const certificate = [
  "clientCertPem",
  "issuerDN",
  "serialNumber",
  "subjectDN",
  "validity.notAfter",
  "validity.notBefore",
].map((name) => `identity.clientCert.${name}`);

/** Of what is called, in all kinds. */
const common = [
  ...identity,
  "apiId",
  "authorizer.error",
  "authorizer.principalId",
  "domainName",
  "error.message",
  "error.messageString",
  "error.responseType",
  "extendedRequestId",
  "integration.error",
  "integration.integrationStatus",
  "integration.latency",
  "integration.requestId",
  "integration.status",
  "integrationLatency",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "stage",
  "status",
];

/** Of HTTP requests and their answers. */
const request = [
  ...common,
  ...certificate,
  "accountId",
  "authorizer.claims",
  "awsEndpointRequestId",
  "customDomain.basePathMatched",
  "domainPrefix",
  "httpMethod",
  "integrationErrorMessage",
  "integrationStatus",
  "path",
  "protocol",
  "responseLatency",
  "responseLength",
];

const phase = (name: string): string[] => ["error", "latency", "status"].map((word) => `${name}.${word}`);

/** Of the phases that come before an integration. */
const phases = [
  ...["authenticate", "authorize", "authorizer", "waf"].flatMap(phase),
  "authorizer.integrationLatency",
  "authorizer.integrationStatus",
  "authorizer.requestId",
];

/**
 * Every variable that AWS documents.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-troubleshoot.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/websocket-api-logging.html
 */
export const logVariables: Readonly<Record<LoggedApi, ReadonlySet<string>>> = {
  REST: new Set([
    ...request,
    ...phases,
    "cipherSuite",
    "customDomain.routingRuleIdMatched",
    "deploymentId",
    "error.validationErrorString",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.vpcId",
    "identity.vpceId",
    "integration.responseTransferMode",
    "integration.timeToAllHeaders",
    "integration.timeToFirstContent",
    "isCanaryRequest",
    "resourceId",
    "resourcePath",
    "tlsVersion",
    "wafResponseCode",
    "webaclArn",
    "xrayTraceId",
  ]),
  HTTP: new Set([
    ...request,
    "authorizer.latency",
    "authorizer.status",
    "awsEndpointRequestId2",
    "dataProcessed",
    "routeKey",
  ]),
  WebSocket: new Set([
    ...common,
    ...phases,
    "connectedAt",
    "connectionId",
    "error.validationErrorString",
    "eventType",
    "identity.apiKey",
    "identity.apiKeyId",
    "messageId",
    "routeKey",
  ]),
};

/** What a format names, in its order; each part of a split by this is a text or, at odd places, a name. */
export const variableInFormat: RegExp = /\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_:-]+)*)/;

/** Whether it is a variable of that kind of API. An authorizer may say anything under its own names. */
export function isLogVariable(name: string, kind: LoggedApi): boolean {
  return logVariables[kind].has(name) || /^authorizer\../.test(name);
}
