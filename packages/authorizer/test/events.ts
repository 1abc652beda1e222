// One event of every kind, as API Gateway sends them.
import type {
  HttpAuthorizerEvent,
  HttpAuthorizerEventV1,
  RestAuthorizerEvent,
  TokenAuthorizerEvent,
  WebsocketAuthorizerEvent,
} from "@gatewright/contract";

export const api = "arn:aws:execute-api:us-east-1:123456789012:abcdef1234";

export function tokenEvent(authorizationToken: string): TokenAuthorizerEvent {
  return { type: "TOKEN", methodArn: `${api}/dev/GET/statistics`, authorizationToken };
}

const identity = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: "203.0.113.7",
  user: null,
  userAgent: "test",
  userArn: null,
};

const restContext = {
  accountId: "123456789012",
  apiId: "abcdef1234",
  httpMethod: "GET",
  identity,
  path: "/dev/rooms/42",
  protocol: "HTTP/1.1",
  requestId: "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
  requestTimeEpoch: 1_767_225_600_000,
  resourceId: "a1b2c3",
  resourcePath: "/rooms/{room}",
  stage: "dev",
};

export interface Sent {
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly query?: Readonly<Record<string, readonly string[]>>;
}

const last = (values: Readonly<Record<string, readonly string[]>> = {}) =>
  Object.fromEntries(Object.entries(values).map(([name, all]) => [name, all.at(-1)]));

export function restEvent({ headers = {}, query = {} }: Sent): RestAuthorizerEvent {
  return {
    type: "REQUEST",
    methodArn: `${api}/dev/GET/rooms/42`,
    resource: "/rooms/{room}",
    path: "/rooms/42",
    httpMethod: "GET",
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: last(query),
    multiValueQueryStringParameters: query,
    pathParameters: { room: "42" },
    stageVariables: {},
    requestContext: restContext,
  };
}

export function websocketEvent({ headers = {}, query = {} }: Sent): WebsocketAuthorizerEvent {
  return {
    type: "REQUEST",
    methodArn: `${api}/dev/$connect`,
    headers: last(headers),
    multiValueHeaders: headers,
    queryStringParameters: last(query),
    multiValueQueryStringParameters: query,
    stageVariables: {},
    requestContext: {
      apiId: "abcdef1234",
      connectionId: "L0SM9cOFvHcCIhw=",
      connectedAt: 1_767_225_600_000,
      domainName: "abcdef1234.execute-api.us-east-1.amazonaws.com",
      eventType: "CONNECT",
      extendedRequestId: "Fyw8pFGmIAMFm5A=",
      identity: { sourceIp: "203.0.113.7" },
      messageDirection: "IN",
      requestId: "Fyw8pFGmIAMFm5A=",
      requestTime: "01/Jan/2026:00:00:00 +0000",
      requestTimeEpoch: 1_767_225_600_000,
      routeKey: "$connect",
      stage: "dev",
    },
  };
}

export function httpEventV1({ headers = {}, query = {} }: Sent): HttpAuthorizerEventV1 {
  const token = last(headers)["Authorization"] ?? "";
  return {
    version: "1.0",
    type: "REQUEST",
    methodArn: `${api}/$default/GET/rooms/42`,
    identitySource: token,
    authorizationToken: token,
    resource: "/rooms/{room}",
    path: "/rooms/42",
    httpMethod: "GET",
    headers: last(headers),
    queryStringParameters: last(query),
    pathParameters: { room: "42" },
    stageVariables: {},
    requestContext: { ...restContext, stage: "$default" },
  };
}

export function httpEvent(
  sent: Sent & { readonly cookies?: readonly string[]; readonly identitySource?: readonly string[] },
): HttpAuthorizerEvent {
  const headers = Object.fromEntries(
    Object.entries(sent.headers ?? {}).map(([name, all]) => [name.toLowerCase(), all.join(",")]),
  );
  const query = Object.entries(sent.query ?? {}).flatMap(([name, all]) => all.map((value) => [name, value]));
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: `${api}/$default/GET/rooms/42`,
    identitySource: sent.identitySource ?? [headers["authorization"] ?? ""],
    routeKey: "GET /rooms/{room}",
    rawPath: "/rooms/42",
    rawQueryString: new URLSearchParams(query).toString(),
    ...(sent.cookies ? { cookies: sent.cookies } : {}),
    headers,
    requestContext: {
      accountId: "123456789012",
      apiId: "abcdef1234",
      domainName: "abcdef1234.execute-api.us-east-1.amazonaws.com",
      domainPrefix: "abcdef1234",
      http: {
        method: "GET",
        path: "/rooms/42",
        protocol: "HTTP/1.1",
        sourceIp: "203.0.113.7",
        userAgent: "test",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "GET /rooms/{room}",
      stage: "$default",
      time: "01/Jan/2026:00:00:00 +0000",
      timeEpoch: 1_767_225_600_000,
    },
    pathParameters: { room: "42" },
  };
}
