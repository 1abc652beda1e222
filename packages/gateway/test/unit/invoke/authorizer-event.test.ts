import { expect, test } from "vitest";
import { deployHttp } from "../../../src/deploy/http-plan.ts";
import { deployRest } from "../../../src/deploy/rest-plan.ts";
import {
  toHttpAuthorizerEvent,
  toHttpAuthorizerEventV1,
  toRestAuthorizerEvent,
  toTokenEvent,
} from "../../../src/invoke/authorizer-event.ts";
import type { Meant } from "../../../src/invoke/exchange.ts";
import type { HttpPassed } from "../../../src/invoke/http-exchange.ts";
import { checkHttpSize } from "../../../src/invoke/steps/check-http-size.ts";
import { checkSize } from "../../../src/invoke/steps/check-size.ts";
import { matchHttpRoute } from "../../../src/invoke/steps/match-http-route.ts";
import { matchHttpStage } from "../../../src/invoke/steps/match-http-stage.ts";
import { filterByWaf } from "../../../src/invoke/steps/filter-by-waf.ts";
import { matchRoute } from "../../../src/invoke/steps/match-route.ts";
import { createTrace } from "../../../src/invoke/trace.ts";
import {
  at,
  fixedIds,
  httpApi,
  onlyStage,
  method,
  request,
  restApi,
  service,
  trace,
  noFirewall,
} from "./requests.ts";

const arrived = (target: string) => ({
  http: request(target, {
    headers: [
      ["Authorization", "t"],
      ["Cookie", "a=1"],
    ],
    body: Buffer.from("secret"),
  }),
  requestId: fixedIds.uuid(),
  extendedRequestId: fixedIds.opaque(),
  traceId: trace,
  at,
  trace: createTrace(() => at),
});
const identity = {
  accessKey: null,
  accountId: null,
  caller: null,
  cognitoAuthenticationProvider: null,
  cognitoAuthenticationType: null,
  cognitoIdentityId: null,
  cognitoIdentityPoolId: null,
  principalOrgId: null,
  sourceIp: "127.0.0.1",
  user: null,
};
const single = {
  "X-Amzn-Trace-Id": trace,
  "X-Forwarded-For": "127.0.0.1",
  "X-Forwarded-Port": "4001",
  "X-Forwarded-Proto": "http",
};

test("the question to a TOKEN authorizer", () => {
  const arn = "arn:aws:execute-api:us-east-1:123456789012:a/dev/GET/";
  expect(toTokenEvent(arn, "Bearer t")).toEqual({
    type: "TOKEN",
    methodArn: arn,
    authorizationToken: "Bearer t",
  });
});

test("the question to a REQUEST authorizer of a REST API", () => {
  const plan = deployRest(
    restApi([method("GET /rooms/{room}")]),
    service({ region: "cn-north-1" }),
    new Map(),
  );
  const sized = checkSize(arrived("GET /dev/rooms/4%202") as Meant);
  const routed = matchRoute({ ...filterByWaf(sized, noFirewall), path: "/rooms/4%202" }, plan);
  const headers = { Host: "127.0.0.1:4001", Authorization: "t", Cookie: "a=1", ...single };
  expect(toRestAuthorizerEvent(routed, plan)).toEqual({
    type: "REQUEST",
    methodArn: "arn:aws-cn:execute-api:cn-north-1:123456789012:restapi001/dev/GET/rooms/4%202",
    resource: "/rooms/{room}",
    path: "/rooms/4%202",
    httpMethod: "GET",
    headers,
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    queryStringParameters: {},
    multiValueQueryStringParameters: {},
    pathParameters: { room: "4%202" },
    stageVariables: {},
    requestContext: {
      resourceId: "res001",
      resourcePath: "/rooms/{room}",
      httpMethod: "GET",
      extendedRequestId: "AbCdEfGhIjKlMno=",
      requestTime: "21/Nov/2026:12:34:56 +0000",
      path: "/dev/rooms/4%202",
      accountId: "123456789012",
      protocol: "HTTP/1.1",
      stage: "dev",
      domainPrefix: "127",
      requestTimeEpoch: at,
      requestId: "6f9a1c52-8d3e-4b07-a2f1-0c4d5e6f7a8b",
      identity: { ...identity, userAgent: null, userArn: null },
      domainName: "127.0.0.1:4001",
      deploymentId: "dep001",
      apiId: "restapi001",
    },
  });
});

test("the questions to an authorizer of an HTTP API", () => {
  const plan = deployHttp(httpApi(["GET /rooms/{room}"], { stage: "beta" }), service());
  const named = { ...arrived("GET /beta/rooms/4%202?q=1"), requestId: fixedIds.opaque() };
  const { staged } = matchHttpStage(checkHttpSize(named), onlyStage(plan));
  const routed = matchHttpRoute(staged as HttpPassed, plan);
  const arn = "arn:aws:execute-api:us-east-1:123456789012:httpapi001/beta/GET/rooms/4%202";
  expect(toHttpAuthorizerEvent(routed, plan, ["t", "1"])).toEqual({
    version: "2.0",
    type: "REQUEST",
    routeArn: arn,
    identitySource: ["t", "1"],
    routeKey: "GET /rooms/{room}",
    rawPath: "/beta/rooms/4 2",
    rawQueryString: "q=1",
    cookies: ["a=1"],
    headers: {
      "content-length": "6",
      host: "127.0.0.1:4001",
      authorization: "t",
      "x-amzn-trace-id": trace,
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-port": "4001",
      "x-forwarded-proto": "http",
    },
    queryStringParameters: { q: "1" },
    pathParameters: { room: "4 2" },
    requestContext: {
      accountId: "123456789012",
      apiId: "httpapi001",
      domainName: "127.0.0.1:4001",
      domainPrefix: "127",
      http: {
        method: "GET",
        path: "/beta/rooms/4 2",
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "",
      },
      requestId: "AbCdEfGhIjKlMno=",
      routeKey: "GET /rooms/{room}",
      stage: "beta",
      time: "21/Nov/2026:12:34:56 +0000",
      timeEpoch: at,
    },
  });
  expect(toHttpAuthorizerEvent(routed, plan, []).identitySource).toBeNull();
  expect(toHttpAuthorizerEventV1(routed, plan, ["t", "1"])).toEqual({
    version: "1.0",
    type: "REQUEST",
    methodArn: arn,
    identitySource: "t,1",
    authorizationToken: "t,1",
    resource: "/rooms/{room}",
    path: "/beta/rooms/4%202",
    httpMethod: "GET",
    headers: { "Content-Length": "6", Host: "127.0.0.1:4001", Authorization: "t", Cookie: "a=1", ...single },
    queryStringParameters: { q: "1" },
    pathParameters: { room: "4 2" },
    stageVariables: {},
    requestContext: {
      accountId: "123456789012",
      apiId: "httpapi001",
      domainName: "127.0.0.1:4001",
      domainPrefix: "127",
      extendedRequestId: "AbCdEfGhIjKlMno=",
      httpMethod: "GET",
      identity: { ...identity, userAgent: "", userArn: null },
      path: "/beta/rooms/4 2",
      protocol: "HTTP/1.1",
      requestId: "AbCdEfGhIjKlMno=",
      requestTime: "21/Nov/2026:12:34:56 +0000",
      requestTimeEpoch: at,
      resourceId: "GET /rooms/{room}",
      resourcePath: "/rooms/{room}",
      stage: "beta",
    },
  });
});
