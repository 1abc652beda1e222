// The `$context` variables that an access log can name, by the kind of its API.

/** Kinds of API whose access logs are written. */
export type LoggedApi = "REST" | "HTTP";

/** Of the caller, in all kinds. */
const identity = [
  "accountId",
  "caller",
  "clientCert.clientCertPem",
  "clientCert.issuerDN",
  "clientCert.serialNumber",
  "clientCert.subjectDN",
  "clientCert.validity.notAfter",
  "clientCert.validity.notBefore",
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

/** Of the request, its answer and its integration, in all kinds. */
const common = [
  ...identity,
  "accountId",
  "apiId",
  "authorizer.claims",
  "authorizer.error",
  "authorizer.principalId",
  "awsEndpointRequestId",
  "customDomain.basePathMatched",
  "domainName",
  "domainPrefix",
  "error.message",
  "error.messageString",
  "error.responseType",
  "extendedRequestId",
  "httpMethod",
  "integration.error",
  "integration.integrationStatus",
  "integration.latency",
  "integration.requestId",
  "integration.status",
  "integrationErrorMessage",
  "integrationLatency",
  "integrationStatus",
  "path",
  "protocol",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "responseLatency",
  "responseLength",
  "stage",
  "status",
];

const phase = (name: string): string[] => ["error", "latency", "status"].map((word) => `${name}.${word}`);

/**
 * Every variable that AWS documents.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/response-streaming-troubleshoot.html
 */
export const logVariables: Readonly<Record<LoggedApi, ReadonlySet<string>>> = {
  REST: new Set([
    ...common,
    ...phase("authenticate"),
    ...phase("authorize"),
    ...phase("authorizer"),
    ...phase("waf"),
    "authorizer.integrationLatency",
    "authorizer.integrationStatus",
    "authorizer.requestId",
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
    ...common,
    "authorizer.latency",
    "authorizer.status",
    "awsEndpointRequestId2",
    "dataProcessed",
    "routeKey",
  ]),
};

/** What a format names, in its order; each part of a split by this is a text or, at odd places, a name. */
export const variableInFormat: RegExp = /\$context\.([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_:-]+)*)/;

/** Whether it is a variable of that kind of API. An authorizer may say anything under its own names. */
export function isLogVariable(name: string, kind: LoggedApi): boolean {
  return logVariables[kind].has(name) || /^authorizer\../.test(name);
}
