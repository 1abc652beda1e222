import { describe, expect, test } from "vitest";
import { deployRest } from "../../../src/deploy/rest-plan.ts";
import type { ArrivedHttp } from "../../../src/invoke/application.ts";
import type { Admitted, Meant } from "../../../src/invoke/exchange.ts";
import { toRestEvent } from "../../../src/invoke/rest-event.ts";
import { checkSize } from "../../../src/invoke/steps/check-size.ts";
import { filterByWaf } from "../../../src/invoke/steps/filter-by-waf.ts";
import { matchRoute } from "../../../src/invoke/steps/match-route.ts";
import { matchStage } from "../../../src/invoke/steps/match-stage.ts";
import { createTrace } from "../../../src/invoke/trace.ts";
import type { RestApi } from "../../../src/model/rest-api.ts";
import { at, fixedIds, method, request, restApi, service, trace, noFirewall } from "./requests.ts";

function eventOf(http: ArrivedHttp, api: RestApi, more: Partial<Admitted> = {}) {
  const plan = deployRest(api, service(), new Map());
  const arrived = {
    http,
    requestId: fixedIds.uuid(),
    extendedRequestId: fixedIds.opaque(),
    traceId: trace,
    at,
    trace: createTrace(() => at),
  };
  const stages = { find: () => ({ plan }), names: () => [api.stage] };
  const { staged } = matchStage(filterByWaf(checkSize(arrived as Meant), noFirewall), {
    stages,
    random: () => 0,
    activeTraceId: (id) => id,
  });
  const routed = matchRoute(staged, plan);
  const known = {
    permission: null,
    identityPolicy: null,
    iamCaller: null,
    authorizer: null,
    usageIdentifierKey: undefined,
    apiKey: null,
  };
  return toRestEvent({ ...routed, ...known, ...more } as Admitted, plan); // no meter is asked here
}

describe("the event of a REST API", () => {
  test("has every key and no other", () => {
    const http = request("POST /dev/rooms/a%20b/files/?tag=x&tag=C%23+y&q;p=1", {
      headers: [
        ["user-agent", "fetch/1"],
        ["authorization", "Bearer t"],
        ["X-Custom-thing", "one"],
        ["x-custom-Thing", "two"],
        ["Content-Length", "5"],
        ["Connection", "keep-alive"],
        ["content-type", "text/plain"],
        ["X-Forwarded-For", "9.9.9.9"],
      ],
      body: Buffer.from("hello"),
    });
    const api = restApi([method("POST /rooms/{room}/files", { operationName: "addFile" })], {
      stageVariables: { colour: "blue" },
    });
    expect(eventOf(http, api)).toEqual({
      resource: "/rooms/{room}/files",
      path: "/rooms/a%20b/files/",
      httpMethod: "POST",
      headers: {
        Host: "127.0.0.1:4001",
        "User-Agent": "fetch/1",
        Authorization: "Bearer t",
        "X-Custom-thing": "two",
        "content-type": "text/plain",
        "X-Amzn-Trace-Id": trace,
        "X-Forwarded-For": "9.9.9.9, 127.0.0.1",
        "X-Forwarded-Port": "4001",
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: {
        Host: ["127.0.0.1:4001"],
        "User-Agent": ["fetch/1"],
        Authorization: ["Bearer t"],
        "X-Custom-thing": ["one", "two"],
        "content-type": ["text/plain"],
        "X-Amzn-Trace-Id": [trace],
        "X-Forwarded-For": ["9.9.9.9, 127.0.0.1"],
        "X-Forwarded-Port": ["4001"],
        "X-Forwarded-Proto": ["http"],
      },
      queryStringParameters: { tag: "C# y", q: "", p: "1" },
      multiValueQueryStringParameters: { tag: ["x", "C# y"], q: [""], p: ["1"] },
      pathParameters: { room: "a%20b" },
      stageVariables: { colour: "blue" },
      requestContext: {
        resourceId: "res001",
        resourcePath: "/rooms/{room}/files",
        operationName: "addFile",
        httpMethod: "POST",
        extendedRequestId: "AbCdEfGhIjKlMno=",
        requestTime: "21/Nov/2026:12:34:56 +0000",
        path: "/dev/rooms/a%20b/files/",
        accountId: "123456789012",
        protocol: "HTTP/1.1",
        stage: "dev",
        domainPrefix: "127",
        requestTimeEpoch: at,
        requestId: "6f9a1c52-8d3e-4b07-a2f1-0c4d5e6f7a8b",
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
        domainName: "127.0.0.1:4001",
        deploymentId: "dep001",
        apiId: "restapi001",
      },
      body: "hello",
      isBase64Encoded: false,
    });
  });

  test("says null where the request has nothing", () => {
    const event = eventOf(request("GET /dev"), restApi([method("GET /")]));
    expect(event).toMatchObject({
      resource: "/",
      path: "/",
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
    });
    expect(event.requestContext).toMatchObject({ path: "/dev", identity: { userAgent: null } });
    expect(event.requestContext).not.toHaveProperty("authorizer");
    expect(event.requestContext.identity).not.toHaveProperty("apiKey");
  });

  test("collapses slashes after the stage in path only", () => {
    const event = eventOf(request("GET /dev//a//b"), restApi([method("GET /{proxy+}")]));
    expect(event.path).toBe("/a//b");
    expect(event.pathParameters).toEqual({ proxy: "a//b" });
    expect(event.requestContext.path).toBe("/dev//a//b");
  });

  test.each([
    [["image/*"], "image/png", true],
    [["image/png"], "IMAGE/PNG; q=1", true],
    [["image/*"], "text/plain", false],
    [["*/*"], "text/plain", true],
    [["*/*"], undefined, true],
    [["image/*"], undefined, false],
  ])("binary types %j and a %s body: base64 %s", (binaryMediaTypes, type, binary) => {
    const headers = type === undefined ? [] : [["Content-Type", type] as const];
    const http = request("POST /dev/x", { headers, body: Buffer.from("hi") });
    const event = eventOf(http, restApi([method("POST /x")], { binaryMediaTypes }));
    expect([event.body, event.isBase64Encoded]).toEqual(binary ? ["aGk=", true] : ["hi", false]);
  });

  test("carries what the authorizer said and the key that was used", () => {
    const plan = { id: "p", name: "p", apiKeyIds: ["key01"], stages: [] };
    const event = eventOf(request("GET /dev/x"), restApi([method("GET /x")]), {
      authorizer: { principalId: "ada", name: "Ada", integrationLatency: 3 },
      apiKey: { id: "key01", value: "v".repeat(20), plan, meter: "m", methodThrottle: () => undefined },
    });
    expect(event.requestContext.authorizer).toEqual({
      principalId: "ada",
      name: "Ada",
      integrationLatency: 3,
    });
    expect(event.requestContext.identity).toMatchObject({ apiKey: "v".repeat(20), apiKeyId: "key01" });
  });
});
