// Events of every kind, with a secret wherever a request can hold one.
import type { Context } from "aws-lambda";

export const secret = "s3cr3t-t0k3n";
/** As a signed token looks. */
export const jwt = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJlLW9mLWEtdG9rZW4";
const headers = { authorization: `Bearer ${secret}`, cookie: `session=${secret}` };

export const rest = {
  resource: "/rooms/{room}",
  path: `/rooms/${secret}`,
  httpMethod: "GET",
  headers,
  multiValueHeaders: {},
  queryStringParameters: { token: secret },
  pathParameters: { room: secret },
  body: secret,
  requestContext: { requestId: "rest-1", stage: "dev", resourcePath: "/rooms/{room}" },
};

export const http = {
  version: "2.0",
  routeKey: "POST /rooms/{room}",
  rawPath: `/rooms/${secret}`,
  rawQueryString: `token=${secret}`,
  headers,
  body: secret,
  requestContext: {
    requestId: "http-1",
    stage: "$default",
    routeKey: "POST /rooms/{room}",
    http: { method: "POST" },
  },
};

export const websocket = {
  body: secret,
  requestContext: {
    requestId: "ws-1",
    stage: "dev",
    routeKey: "send",
    eventType: "MESSAGE",
    connectionId: "L0SM9cOFvHcCIhw=",
  },
};

export const token = {
  type: "TOKEN",
  authorizationToken: `Bearer ${secret}`,
  methodArn: "arn:aws:execute-api:us-east-1:123456789012:abcdef1234/dev/GET/rooms",
};

/** What Lambda passes beside the event; the rest of it is not read. */
export const context = {
  functionName: "rooms",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:123456789012:function:rooms",
  memoryLimitInMB: "512",
  awsRequestId: "lambda-1",
} as Context;
