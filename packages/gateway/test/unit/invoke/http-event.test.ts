import { describe, expect, test } from "vitest";
import { deployHttp } from "../../../src/deploy/http-plan.ts";
import type { ArrivedHttp } from "../../../src/invoke/application.ts";
import { toHttpEvent, toHttpEventV1 } from "../../../src/invoke/http-event.ts";
import type { HttpAuthorizer, HttpPassed } from "../../../src/invoke/http-exchange.ts";
import { checkHttpSize } from "../../../src/invoke/steps/check-http-size.ts";
import { matchHttpRoute } from "../../../src/invoke/steps/match-http-route.ts";
import { matchHttpStage } from "../../../src/invoke/steps/match-http-stage.ts";
import { createTrace } from "../../../src/invoke/trace.ts";
import type { HttpApi } from "../../../src/model/http-api.ts";
import { at, fixedIds, httpApi, onlyStage, request, service, trace } from "./requests.ts";

function prepare(http: ArrivedHttp, api: HttpApi, authorizer: HttpAuthorizer | null = null) {
  const plan = deployHttp(api, service());
  const arrived = { http, requestId: fixedIds.opaque(), traceId: trace, at, trace: createTrace(() => at) };
  const { staged } = matchHttpStage(checkHttpSize(arrived), onlyStage(plan));
  return [{ ...matchHttpRoute(staged as HttpPassed, plan), authorizer }, plan] as const;
}
const eventOf = (...given: Parameters<typeof prepare>) => toHttpEvent(...prepare(...given));
const eventV1Of = (...given: Parameters<typeof prepare>) => toHttpEventV1(...prepare(...given));

const full = request("POST /rooms/a%20b%2Fc?tag=x&tag=C%23+y&q", {
  headers: [
    ["User-Agent", "fetch/1"],
    ["Cookie", "a=1; b=2"],
    ["cookie", "c=3"],
    ["X-Custom-Thing", "one"],
    ["x-custom-thing", "two"],
    ["Content-Type", "application/json"],
    ["Content-Length", "2"],
    ["Connection", "keep-alive"],
  ],
  body: Buffer.from("{}"),
});

describe("the event of an HTTP API, payload 2.0", () => {
  test("has every key and no other", () => {
    const api = httpApi(["POST /rooms/{room}"], { stageVariables: { colour: "blue" } });
    expect(eventOf(full, api)).toEqual({
      version: "2.0",
      routeKey: "POST /rooms/{room}",
      rawPath: "/rooms/a b/c",
      rawQueryString: "tag=x&tag=C%23+y&q",
      cookies: ["a=1", "b=2", "c=3"],
      headers: {
        "content-length": "2",
        host: "127.0.0.1:4001",
        "user-agent": "fetch/1",
        "x-custom-thing": "one,two",
        "content-type": "application/json",
        "x-amzn-trace-id": trace,
        "x-forwarded-for": "127.0.0.1",
        "x-forwarded-port": "4001",
        "x-forwarded-proto": "http",
      },
      queryStringParameters: { tag: "x,C# y", q: "" },
      pathParameters: { room: "a b/c" },
      stageVariables: { colour: "blue" },
      requestContext: {
        accountId: "123456789012",
        apiId: "httpapi001",
        domainName: "127.0.0.1:4001",
        domainPrefix: "127",
        http: {
          method: "POST",
          path: "/rooms/a b/c",
          protocol: "HTTP/1.1",
          sourceIp: "127.0.0.1",
          userAgent: "fetch/1",
        },
        requestId: "AbCdEfGhIjKlMno=",
        routeKey: "POST /rooms/{room}",
        stage: "$default",
        time: "21/Nov/2026:12:34:56 +0000",
        timeEpoch: at,
      },
      body: "{}",
      isBase64Encoded: false,
    });
  });

  test("leaves out what the request has not", () => {
    const event = eventOf(request("GET /"), httpApi(["$default"]));
    expect(Object.keys(event).sort()).toEqual(
      [
        "headers",
        "isBase64Encoded",
        "rawPath",
        "rawQueryString",
        "requestContext",
        "routeKey",
        "version",
      ].sort(),
    );
    expect(event.rawQueryString).toBe("");
    expect(event.headers["content-length"]).toBe("0");
    expect(event.requestContext.http.userAgent).toBe("");
    expect(event.requestContext).not.toHaveProperty("authorizer");
  });

  test("starts with the stage if that has a name", () => {
    const event = eventOf(request("GET /beta/x"), httpApi(["GET /x"], { stage: "beta" }));
    expect([event.rawPath, event.requestContext.http.path]).toEqual(["/beta/x", "/beta/x"]);
    expect(event.requestContext.stage).toBe("beta");
  });

  test.each([
    ["text/plain", false],
    ["application/json; charset=utf-8", false],
    ["application/problem+json", false],
    ["application/xml", false],
    ["application/javascript", false],
    ["application/x-www-form-urlencoded", true],
    ["multipart/form-data", true],
    ["application/octet-stream", true],
    [undefined, true],
  ])("a body of type %s: base64 %s", (type, binary) => {
    const headers = type === undefined ? [] : [["Content-Type", type] as const];
    const event = eventOf(request("POST /x", { headers, body: Buffer.from("hi") }), httpApi(["POST /x"]));
    expect([event.body, event.isBase64Encoded]).toEqual(binary ? ["aGk=", true] : ["hi", false]);
  });

  test("carries what the authorizer said; null if it said nothing more", () => {
    const api = httpApi(["GET /"]);
    const said = eventOf(request("GET /"), api, { kind: "lambda", context: { roles: ["a"] } });
    expect(said.requestContext.authorizer).toEqual({ lambda: { roles: ["a"] } });
    const silent = eventOf(request("GET /"), api, { kind: "lambda", context: {} });
    expect(silent.requestContext.authorizer).toEqual({ lambda: null });
  });
});

describe("the event of an HTTP API, payload 1.0", () => {
  test("has every key and no other", () => {
    expect(eventV1Of(full, httpApi(["POST /rooms/{room}"]))).toEqual({
      version: "1.0",
      resource: "/rooms/{room}",
      path: "/rooms/a%20b%2Fc",
      httpMethod: "POST",
      headers: {
        "Content-Length": "2",
        Host: "127.0.0.1:4001",
        "User-Agent": "fetch/1",
        Cookie: "c=3",
        "X-Custom-Thing": "two",
        "Content-Type": "application/json",
        "X-Amzn-Trace-Id": trace,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": "4001",
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: {
        "Content-Length": ["2"],
        Host: ["127.0.0.1:4001"],
        "User-Agent": ["fetch/1"],
        Cookie: ["a=1; b=2", "c=3"],
        "X-Custom-Thing": ["one", "two"],
        "Content-Type": ["application/json"],
        "X-Amzn-Trace-Id": [trace],
        "X-Forwarded-For": ["127.0.0.1"],
        "X-Forwarded-Port": ["4001"],
        "X-Forwarded-Proto": ["http"],
      },
      queryStringParameters: { tag: "C# y", q: "" },
      multiValueQueryStringParameters: { tag: ["x", "C# y"], q: [""] },
      requestContext: {
        accountId: "123456789012",
        apiId: "httpapi001",
        authorizer: { claims: null, scopes: null },
        domainName: "127.0.0.1:4001",
        domainPrefix: "127",
        extendedRequestId: "AbCdEfGhIjKlMno=",
        httpMethod: "POST",
        identity: {
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
          userAgent: "fetch/1",
          userArn: null,
        },
        path: "/rooms/a b/c",
        protocol: "HTTP/1.1",
        requestId: "AbCdEfGhIjKlMno=",
        requestTime: "21/Nov/2026:12:34:56 +0000",
        requestTimeEpoch: at,
        resourceId: "POST /rooms/{room}",
        resourcePath: "/rooms/{room}",
        stage: "$default",
      },
      pathParameters: { room: "a b/c" },
      stageVariables: null,
      body: "{}",
      isBase64Encoded: false,
    });
  });

  test("says null where the request has nothing", () => {
    const event = eventV1Of(request("GET /x"), httpApi(["$default"]), {
      kind: "lambda",
      principalId: "ada",
      context: { n: "1" },
    });
    expect(event).toMatchObject({
      resource: "$default",
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: { authorizer: { principalId: "ada", n: "1" }, identity: { userAgent: "" } },
    });
  });
});
