// Stages of the REST and of the HTTP API, and how the REST API can be reached.
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

const event = "      - http: GET /rooms/{room}";

async function read(more: string, events = event): Promise<Service> {
  const service = await readText(withEvents(events, more));
  expect(service.notices).toEqual([]);
  return service;
}

describe("the stage of a REST API", () => {
  it("logs, traces and counts as the provider says", async () => {
    const { restApi } = await read(
      "  logs: { restApi: true }\n  tracing: { apiGateway: true }\n  apiGateway: { metrics: true }\n",
    );
    expect(restApi?.stages).toMatchObject([
      {
        name: "dev",
        methodSettings: { "*/*": { loggingLevel: "INFO", dataTraceEnabled: true, metricsEnabled: true } },
        accessLog: { format: expect.stringMatching(/^requestId: \$context\.requestId, ip: /) as string },
        tracingEnabled: true,
      },
    ]);
    expect((await read("")).restApi).not.toHaveProperty("stages");
  });

  it.each([
    [
      "{ accessLogging: false, level: ERROR, fullExecutionData: false }",
      { loggingLevel: "ERROR", dataTraceEnabled: false },
    ],
    ["{ accessLogging: false, executionLogging: false }", { loggingLevel: "OFF", dataTraceEnabled: true }],
    ["false", { loggingLevel: "OFF", dataTraceEnabled: false }],
  ])("logs less where it is told so: %s", async (logs, settings) => {
    const [stage] = (await read(`  logs: { restApi: ${logs} }\n`)).restApi?.stages ?? [];
    expect(stage?.methodSettings).toEqual({ "*/*": settings });
    expect(stage).not.toHaveProperty("accessLog");
  });

  it("has what custom.gatewright.stages says, beside further stages", async () => {
    const own = `custom:
  gatewright:
    stages:
      dev:
        variables: { host: a.example }
        tracing: false
        accessLog: { format: $context.requestId }
        cacheCluster: { sizeGb: 6.1 }
        canary: { percentTraffic: 12.5, stageVariableOverrides: { host: b.example }, useStageCache: true }
        methodSettings:
          "*/*": { throttlingRateLimit: 0.5, throttlingBurstLimit: 1 }
          "/rooms/{room}/GET": { cachingEnabled: true, cacheTtlInSeconds: 60, cacheDataEncrypted: true, requireAuthorizationForCacheControl: true, unauthorizedCacheControlHeaderStrategy: FAIL_WITH_403 }
      prod: { variables: { host: p.example } }
`;
    const { restApi } = await readText(withEvents(event) + own);
    expect(restApi).toMatchObject({ stage: "dev", stageVariables: { host: "a.example" } });
    expect(restApi?.stages).toMatchObject([
      {
        name: "dev",
        variables: { host: "a.example" },
        deploymentId: restApi?.deploymentId,
        tracingEnabled: false,
        accessLog: { format: "$context.requestId" },
        cacheCluster: { enabled: true, sizeGb: 6.1 },
        canary: {
          percentTraffic: 12.5,
          stageVariableOverrides: { host: "b.example" },
          useStageCache: true,
          deploymentId: expect.not.stringMatching(restApi?.deploymentId ?? "") as string,
        },
        methodSettings: {
          "*/*": { throttlingRateLimit: 0.5, throttlingBurstLimit: 1 },
          "/rooms/{room}/GET": {
            cachingEnabled: true,
            cacheTtlSeconds: 60,
            cacheDataEncrypted: true,
            requireAuthorizationForCacheControl: true,
            unauthorizedCacheControl: "FAIL_WITH_403",
          },
        },
      },
      { name: "prod", variables: { host: "p.example" } },
    ]);
  });

  it("caches as the caching plugin says", async () => {
    const events = `      - http: { path: a, method: get, caching: { enabled: true, ttlInSeconds: 30, cacheKeyParameters: [{ name: request.querystring.page }], perKeyInvalidation: { requireAuthorization: true, handleUnauthorizedRequests: Fail } } }
      - http: { path: b, method: get }`;
    const own = "custom: { apiGatewayCaching: { enabled: true, clusterSize: '1.6', ttlInSeconds: 600 } }\n";
    const { restApi } = await readText(withEvents(events) + own);
    expect(restApi?.methods[0]?.integration).toMatchObject({
      cacheKeyParameters: ["method.request.querystring.page"],
    });
    expect(restApi?.stages).toMatchObject([
      {
        cacheCluster: { enabled: true, sizeGb: 1.6 },
        methodSettings: {
          "/a/GET": { cachingEnabled: true, cacheTtlSeconds: 30, unauthorizedCacheControl: "FAIL_WITH_403" },
          "/b/GET": { cachingEnabled: false },
        },
      },
    ]);
  });

  it.each([
    ["dev: { variables: { a-b: c } }", "custom.gatewright.stages.dev.variables.a-b"],
    ["dev: { variables: { a: 'b c' } }", "custom.gatewright.stages.dev.variables.a"],
    ["dev: { cacheCluster: { sizeGb: 2 } }", "custom.gatewright.stages.dev.cacheCluster.sizeGb"],
    ["dev: { canary: { percentTraffic: 101 } }", "custom.gatewright.stages.dev.canary.percentTraffic"],
    ["dev: { accessLog: { format: $context.status } }", "custom.gatewright.stages.dev.accessLog.format"],
    ["dev: { methodSettings: { rooms: {} } }", "custom.gatewright.stages.dev.methodSettings.rooms"],
    [
      "dev: { methodSettings: { '*/*': { loggingLevel: ALL } } }",
      'custom.gatewright.stages.dev.methodSettings["*/*"].loggingLevel',
    ],
    ["'a b': {}", 'custom.gatewright.stages["a b"]'],
  ])("is refused where it is not one: %s", async (stages, path) => {
    const text = `${withEvents(event)}custom: { gatewright: { stages: { ${stages} } } }\n`;
    expect(await failureOf(text)).toMatchObject({ code: "DEFINITION_INVALID", facts: { path } });
  });
});

describe("names in the format of an access log that AWS does not document", () => {
  const custom = (kind: string, stage: string, format: string) =>
    `custom: { gatewright: { ${kind}: { ${stage}: { accessLog: { format: "${format} $context.requestId" } } } } }\n`;
  const declared = (type: string, id: string, settings: string) =>
    `resources: { Resources: { Stage: { Type: ${type}, Properties: { ${id}, StageName: v2, ${settings} } } } }\n`;

  it.each<[string, string, string, string]>([
    [
      "the provider's, of a REST API",
      withEvents(event, "  logs: { restApi: { format: $context.requestID $context.requestId } }\n"),
      "provider.logs.restApi.format",
      'no $context.requestID for access logs of REST APIs. Did you mean "$context.requestId"?',
    ],
    [
      "a REST stage of one's own",
      withEvents(event) + custom("stages", "dev", "$context.dataProcessed"),
      "custom.gatewright.stages.dev.accessLog.format",
      "no $context.dataProcessed for access logs of REST APIs.",
    ],
    [
      "the provider's, of an HTTP API",
      withEvents(
        "      - httpApi: GET /rooms",
        "  logs: { httpApi: { format: $context.resourcePath $context.requestId } }\n",
      ),
      "provider.logs.httpApi.format",
      "no $context.resourcePath for access logs of HTTP APIs.",
    ],
    [
      "an HTTP stage of one's own",
      withEvents("      - httpApi: GET /rooms") +
        custom("httpStages", "v2", "$context.integration.statusCode"),
      "custom.gatewright.httpStages.v2.accessLog.format",
      'no $context.integration.statusCode for access logs of HTTP APIs. Did you mean "$context.integration.status"?',
    ],
    [
      "a resource, of an HTTP API",
      withEvents("      - httpApi: GET /rooms") +
        declared(
          "AWS::ApiGatewayV2::Stage",
          "ApiId: !Ref HttpApi",
          "AccessLogSettings: { Format: $context.requestId $context.waf.status }",
        ),
      "resources.Resources.Stage.Properties.AccessLogSettings.Format",
      "no $context.waf.status for access logs of HTTP APIs.",
    ],
  ])("are told: %s", async (_, text, path, says) => {
    const { notices } = await readText(text);
    expect(notices).toEqual([{ path, says: `AWS documents ${says}` }]);
  });

  it("are none of those under an authorizer, whose function names them", async () => {
    const logs = "  logs: { restApi: { format: $context.authorizer.tenant $context.requestId } }\n";
    expect((await read(logs)).restApi?.stages?.[0]?.accessLog?.format).toContain("tenant");
  });
});

describe("the stage of an HTTP API", () => {
  const route = "      - httpApi: GET /rooms";

  it("logs as the provider says", async () => {
    expect((await read("  logs: { httpApi: true }\n", route)).httpApi?.accessLog?.format).toContain(
      '"routeKey":"$context.routeKey"',
    );
    expect(
      (await read("  logs: { httpApi: { format: $context.requestId } }\n", route)).httpApi,
    ).toMatchObject({
      accessLog: { format: "$context.requestId" },
    });
    expect((await read("  logs: { httpApi: false }\n", route)).httpApi).not.toHaveProperty("accessLog");
  });

  it("has what custom.gatewright.httpStages says, beside further stages", async () => {
    const own =
      "custom: { gatewright: { httpStages: { $default: { variables: { a: b }, throttle: { rateLimit: 5, burstLimit: 1 }, routeThrottles: { 'GET /rooms': { rateLimit: 1, burstLimit: 0 } } }, v2: { variables: { a: c } } } } }\n";
    const { httpApi } = await readText(withEvents(route) + own);
    expect(httpApi).toMatchObject({
      stage: "$default",
      stageVariables: { a: "b" },
      defaultThrottle: { rateLimit: 5, burstLimit: 1 },
      routeThrottles: { "GET /rooms": { rateLimit: 1, burstLimit: 0 } },
      otherStages: [{ name: "v2", variables: { a: "c" } }],
    });
  });

  it("has further stages with settings of their own", async () => {
    const own =
      "custom: { gatewright: { httpStages: { $default: { throttle: { rateLimit: 5, burstLimit: 1 } }, v2: { variables: { a: c }, throttle: { rateLimit: 7, burstLimit: 7 }, routeThrottles: { 'GET /rooms': { rateLimit: 1, burstLimit: 0 } }, accessLog: { format: $context.requestId } } } } }\n";
    const declared =
      "resources: { Resources: { V2: { Type: AWS::ApiGatewayV2::Stage, Properties: { ApiId: !Ref HttpApi, StageName: v2, StageVariables: { a: b, b: b } } } } }\n";
    const settings = {
      accessLog: { format: "$context.requestId" },
      defaultThrottle: { rateLimit: 7, burstLimit: 7 },
      routeThrottles: { "GET /rooms": { rateLimit: 1, burstLimit: 0 } },
    };
    const { httpApi, notices } = await readText(withEvents(route) + own);
    expect([notices, httpApi?.otherStages]).toEqual([
      [],
      [{ name: "v2", variables: { a: "c" }, ...settings }],
    ]);
    const both = await readText(withEvents(route) + own + declared);
    expect(both.httpApi?.otherStages).toEqual([{ name: "v2", variables: { a: "c", b: "b" }, ...settings }]);
  });

  it("checks JWTs of an issuer, signatures, or nothing, as its routes say", async () => {
    const more =
      "  httpApi: { disableDefaultEndpoint: true, authorizers: { people: { issuerUrl: 'https://id.example/', audience: [web, app], identitySource: $request.header.Authorization } } }\n";
    const events = `      - httpApi: { path: /a, method: get, authorizer: { name: people, scopes: [rooms/read] } }
      - httpApi: { path: /b, method: get, authorizer: { type: aws_iam } }
      - httpApi: { path: /c, method: get }`;
    const { httpApi } = await read(more, events);
    expect(httpApi).toMatchObject({ disableExecuteApiEndpoint: true, authorizers: [] });
    expect(httpApi?.jwtAuthorizers).toMatchObject([
      {
        name: "people",
        type: "JWT",
        issuer: "https://id.example/",
        audience: ["web", "app"],
        identitySources: [{ from: "header", name: "Authorization" }],
      },
    ]);
    expect(httpApi?.routes).toMatchObject([
      { authorizerId: httpApi?.jwtAuthorizers?.[0]?.id, authorizationScopes: ["rooms/read"] },
      { iam: true },
      {},
    ]);
  });
});

describe("a REST API", () => {
  it("is reached as the provider says", async () => {
    const { restApi } = await read(
      "  endpointType: private\n  vpcEndpointIds: [vpce-1]\n  apiGateway: { minimumCompressionSize: 0, disableDefaultEndpoint: true, resourcePolicy: [{ Effect: Allow, Principal: '*', Action: 'execute-api:Invoke', Resource: ['execute-api:/*'], Condition: { IpAddress: { aws:SourceIp: [10.0.0.0/8] } } }] }\n",
    );
    expect(restApi).toMatchObject({
      endpointType: "PRIVATE",
      vpcEndpointIds: ["vpce-1"],
      minimumCompressionSize: 0,
      disableExecuteApiEndpoint: true,
      resourcePolicy: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Condition: { IpAddress: { "aws:SourceIp": ["10.0.0.0/8"] } } }],
      },
    });
  });

  it("has VPC endpoints only where it is private", async () => {
    expect(await failureOf(withEvents(event, "  vpcEndpointIds: [vpce-1]\n"))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "provider.vpcEndpointIds" },
    });
  });
});
