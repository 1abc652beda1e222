// The WebSocket API in CloudFormation's words: integrations, responses, models, keys, stages.
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

const events = withEvents("      - websocket: $connect\n      - websocket: { route: send }");
const api = "ApiId: !Ref WebsocketsApi";

async function read(resources: string): Promise<Service> {
  const service = await readText(`${events}${resources}`);
  expect(service.notices).toEqual([]);
  return service;
}

const resource = (name: string, type: string, properties: string): string =>
  `    ${name}: { Type: "AWS::ApiGatewayV2::${type}", Properties: { ${api}, ${properties} } }\n`;
const route = (target: string, more = ""): string =>
  resource("Extra", "Route", `RouteKey: extra, Target: !Sub "integrations/\${${target}}"${more}`);
const declared = (...parts: readonly string[]): string => `resources:\n  Resources:\n${parts.join("")}`;

describe("a declared integration", () => {
  it("may be mapped, with answers of its own", async () => {
    const { websocketApi } = await read(
      declared(
        resource(
          "Mock",
          "Integration",
          "IntegrationType: MOCK, TemplateSelectionExpression: \\$default, " +
            "RequestTemplates: { $default: '{\"statusCode\":200}' }, PassthroughBehavior: NEVER, TimeoutInMillis: 900",
        ),
        resource(
          "Answer",
          "IntegrationResponse",
          "IntegrationId: !Ref Mock, IntegrationResponseKey: /2\\d\\d/, TemplateSelectionExpression: plain, " +
            "ResponseTemplates: { plain: hello }, ContentHandlingStrategy: CONVERT_TO_BINARY",
        ),
        route("Mock", ", RouteResponseSelectionExpression: $default"),
        resource("Back", "RouteResponse", "RouteId: !Ref Extra, RouteResponseKey: $default"),
      ),
    );
    expect(websocketApi?.routes.at(-1)).toEqual({
      routeKey: "extra",
      routeResponse: true,
      integration: {
        type: "MOCK",
        timeoutMs: 900,
        requestParameters: {},
        requestTemplates: { $default: '{"statusCode":200}' },
        templateSelection: "\\$default",
        passthroughBehavior: "NEVER",
        responses: [
          {
            key: "/2\\d\\d/",
            responseParameters: {},
            responseTemplates: { plain: "hello" },
            templateSelection: "plain",
            contentHandling: "CONVERT_TO_BINARY",
          },
        ],
      },
    });
  });

  it.each([
    [
      'IntegrationType: HTTP, IntegrationMethod: post, IntegrationUri: "http://127.0.0.1:1/a"',
      { type: "HTTP", httpMethod: "POST", uri: "http://127.0.0.1:1/a" },
    ],
    [
      'IntegrationType: AWS, IntegrationMethod: POST, IntegrationUri: "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem"',
      { type: "AWS", target: { service: "dynamodb", kind: "action", value: "PutItem" } },
    ],
  ])("may be { %s }", async (properties, expected) => {
    const { websocketApi } = await read(declared(resource("Call", "Integration", properties), route("Call")));
    expect(websocketApi?.routes.at(-1)?.integration).toMatchObject(expected);
  });

  it.each([
    ["IntegrationType: MOCK, ConnectionType: VPC_LINK", "NOT_SUPPORTED"],
    ["IntegrationType: MOCK, ConnectionId: x", "NOT_SUPPORTED"],
    ["IntegrationType: MOCK, TimeoutInMillis: 30000", "DEFINITION_INVALID"],
    ["IntegrationType: HTTP, IntegrationMethod: POST, IntegrationUri: ftp://x", "DEFINITION_INVALID"],
    ["IntegrationType: HTTP, IntegrationUri: http://x", "DEFINITION_INVALID"],
    ["IntegrationType: MOCK, IntegrationResponseSelectionExpression: $request.body.x", "DEFINITION_INVALID"],
  ])("is refused as { %s } with %s", async (properties, code) => {
    const text = declared(resource("Call", "Integration", properties), route("Call"));
    expect(await failureOf(`${events}${text}`)).toMatchObject({ code });
  });
});

it("reads models, and which route holds messages against them", async () => {
  const { websocketApi } = await read(
    declared(
      resource("Said", "Model", "Name: said, ContentType: application/json, Schema: { type: object }"),
      resource("Call", "Integration", "IntegrationType: MOCK"),
      route("Call", ", ModelSelectionExpression: $request.body.kind, RequestModels: { $default: !Ref Said }"),
    ),
  );
  expect(websocketApi).toMatchObject({ models: { said: { type: "object" } } });
  expect(websocketApi?.routes.at(-1)).toMatchObject({
    modelSelection: "$request.body.kind",
    requestModels: { $default: "said" },
  });
});

it("reads API keys of $connect, and usage plans that name the stage", async () => {
  const service = await read(`resources:
  extensions:
    WebsocketsApi: { Properties: { ApiKeySelectionExpression: $context.authorizer.usageIdentifierKey } }
    SconnectWebsocketsRoute: { Properties: { ApiKeyRequired: true } }
  Resources:
    Key: { Type: "AWS::ApiGateway::ApiKey", Properties: { Name: k, Value: abcdefghijklmnopqrstuvwx, Enabled: true } }
    Plan: { Type: "AWS::ApiGateway::UsagePlan", Properties: { ApiStages: [{ ApiId: !Ref WebsocketsApi, Stage: dev }], Quota: { Limit: 2, Period: DAY } } }
    Both: { Type: "AWS::ApiGateway::UsagePlanKey", Properties: { KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan } }
`);
  const { websocketApi, usagePlans, apiKeys } = service;
  expect(websocketApi).toMatchObject({
    apiKeySource: "AUTHORIZER",
    routes: [{ routeKey: "$connect", apiKeyRequired: true }, { routeKey: "send" }],
  });
  expect(usagePlans).toMatchObject([
    { stages: [{ apiId: websocketApi?.id, stage: "dev" }], apiKeyIds: [apiKeys[0]?.id], quota: { limit: 2 } },
  ]);
});

it.each([
  ["WebsocketsDeploymentStage: { Properties: { RouteSettings: { nobody: { ThrottlingBurstLimit: 1 } } } }"],
  ["WebsocketsDeploymentStage: { Properties: { RouteSettings: { send: { LoggingLevel: LOUD } } } }"],
  ["WebsocketsDeploymentStage: { Properties: { AccessLogSettings: { Format: none } } }"],
  ["SendWebsocketsRoute: { Properties: { ApiKeyRequired: true } }"],
  ["WebsocketsApi: { Properties: { ApiKeySelectionExpression: $request.querystring.key } }"],
])("refuses %s", async (extension) => {
  const text = `${events}resources:\n  extensions:\n    ${extension.replace("SendW", "sendW")}\n`;
  expect(await failureOf(text)).toMatchObject({ code: "DEFINITION_INVALID" });
});

it("reads stages: limits, logs and variables of each", async () => {
  const { websocketApi } = await read(`resources:
  extensions:
    WebsocketsDeploymentStage:
      Properties:
        AccessLogSettings: { Format: $context.requestId, DestinationArn: "arn:aws:logs:us-east-1:1:log-group:ws:*" }
        DefaultRouteSettings: { ThrottlingRateLimit: 2.5, ThrottlingBurstLimit: 5, LoggingLevel: INFO, DetailedMetricsEnabled: true }
        RouteSettings: { send: { ThrottlingBurstLimit: 1, DataTraceEnabled: true } }
  Resources:
    Blue: { Type: "AWS::ApiGatewayV2::Stage", Properties: { ApiId: !Ref WebsocketsApi, StageName: blue, StageVariables: { color: blue } } }
`);
  expect(websocketApi).toMatchObject({
    stage: "dev",
    accessLog: { format: "$context.requestId" },
    defaultSettings: {
      throttlingRateLimit: 2.5,
      throttlingBurstLimit: 5,
      loggingLevel: "INFO",
      metricsEnabled: true,
    },
    routeSettings: { send: { throttlingBurstLimit: 1, dataTraceEnabled: true } },
    otherStages: [{ name: "blue", variables: { color: "blue" } }],
  });
});

it("says that a proxy's content handling does nothing", async () => {
  const proxy = "IntegrationType: AWS_PROXY, IntegrationUri: !GetAtt MainLambdaFunction.Arn";
  const text = declared(
    resource("Call", "Integration", `${proxy}, ContentHandlingStrategy: CONVERT_TO_BINARY`),
    route("Call"),
  );
  const { notices, websocketApi } = await readText(`${events}${text}`);
  expect(notices.map(({ says }) => says)).toEqual([
    "Proxy integrations pass bodies as they are on this machine.",
  ]);
  expect(websocketApi?.routes.at(-1)?.integration).toMatchObject({ functionKey: "main" });
});

it("says that required parameters are not checked", async () => {
  const { notices } = await readText(`${events}resources:
  extensions:
    SconnectWebsocketsRoute: { Properties: { RequestParameters: { route.request.querystring.a: { Required: true }, route.request.header.b: { Required: false } } } }
`);
  expect(notices.map(({ says }) => says)).toEqual([
    "Whether route.request.querystring.a is there is not checked on this machine.",
  ]);
});
