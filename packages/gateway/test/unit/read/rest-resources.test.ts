// A REST API that CloudFormation resources declare, and what they lay over the framework's.
import { describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { failureOf, head, readText, withEvents } from "./read-text.ts";

const functions = `
functions:
  guard: { handler: src/guard.handler }
  main: { handler: src/main.handler }
`;

const declared = (resources: string): string => `${head}${functions}resources:\n  Resources:\n${resources}`;

async function read(text: string): Promise<Service> {
  const service = await readText(text);
  expect(service.notices).toEqual([]);
  return service;
}

const api = `    Api:
      Type: AWS::ApiGateway::RestApi
      Properties:
        Name: mine
        BinaryMediaTypes: [image/png]
        ApiKeySourceType: AUTHORIZER
        MinimumCompressionSize: 10
        DisableExecuteApiEndpoint: false
        EndpointConfiguration: { Types: [PRIVATE], VpcEndpointIds: [vpce-1] }
        Policy: { Version: "2012-10-17", Statement: [{ Effect: Allow, Principal: "*", Action: "execute-api:Invoke", Resource: "*" }] }
    Rooms: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: rooms } }
    Room: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !Ref Rooms, PathPart: "{room}" } }
`;

const lambda = (name: string): string =>
  `!Sub "arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${name}LambdaFunction.Arn}/invocations"`;

const method = (id: string, more: string, resource = "!Ref Room"): string => `    ${id}:
      Type: AWS::ApiGateway::Method
      Properties: { RestApiId: !Ref Api, ResourceId: ${resource}, HttpMethod: GET, ${more} }
`;
const proxy = `Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: ${lambda("Main")} }`;

describe("a declared REST API", () => {
  it("has the settings, methods and integrations of its resources", async () => {
    const { restApi } = await read(
      declared(
        `${api}${method("GetRoom", proxy)}${method(
          "GetRoot",
          'AuthorizationType: NONE, MethodResponses: [{ StatusCode: 200, ResponseParameters: { method.response.header.X: true }, ResponseModels: { a/b: Empty } }], Integration: { Type: MOCK, PassthroughBehavior: NEVER, ContentHandling: CONVERT_TO_TEXT, TimeoutInMillis: 60, RequestTemplates: { a/b: "{}" }, IntegrationResponses: [{ StatusCode: "200", SelectionPattern: "", ResponseTemplates: { a/b: "" }, ResponseParameters: { method.response.header.X: "\'1\'" } }] }',
          "!GetAtt Api.RootResourceId",
        )}`,
      ),
    );
    expect(restApi).toMatchObject({
      name: "mine",
      binaryMediaTypes: ["image/png"],
      apiKeySource: "AUTHORIZER",
      minimumCompressionSize: 10,
      disableExecuteApiEndpoint: false,
      endpointType: "PRIVATE",
      vpcEndpointIds: ["vpce-1"],
      resourcePolicy: { Statement: [{ Effect: "Allow" }] },
      stage: "dev",
    });
    expect(restApi?.methods).toMatchObject([
      {
        method: "GET",
        path: "/rooms/{room}",
        apiKeyRequired: false,
        integration: { type: "AWS_PROXY", functionKey: "main", timeoutMs: 29_000 },
      },
      {
        path: "/",
        methodResponses: [
          {
            statusCode: "200",
            responseParameters: { "method.response.header.X": true },
            responseModels: { "a/b": "Empty" },
          },
        ],
        integration: {
          type: "MOCK",
          passthroughBehavior: "NEVER",
          contentHandling: "CONVERT_TO_TEXT",
          timeoutMs: 60,
          requestTemplates: { "a/b": "{}" },
          responses: [
            {
              statusCode: "200",
              responseTemplates: { "a/b": "" },
              responseParameters: { "method.response.header.X": "'1'" },
            },
          ],
        },
      },
    ]);
    expect(restApi?.methods[1]?.integration).not.toHaveProperty("responses[0].selectionPattern");
  });

  it.each([
    ["dynamodb:action/PutItem", { service: "dynamodb", kind: "action", value: "PutItem" }],
    ["s3:path/{bucket}/{key}", { service: "s3", kind: "path", value: "/{bucket}/{key}" }],
    ["my.bucket.s3:path/a", { service: "s3", kind: "path", value: "/a", subdomain: "my.bucket" }],
  ])("calls %s", async (uri, target) => {
    const text = `Integration: { Type: AWS, IntegrationHttpMethod: post, Credentials: "arn:aws:iam::1:role/a", Uri: "arn:aws:apigateway:us-east-1:${uri}", RequestParameters: { integration.request.path.key: method.request.path.room }, CacheKeyParameters: [method.request.path.room], CacheNamespace: a }`;
    const { restApi } = await read(declared(`${api}${method("M", text)}`));
    expect(restApi?.methods[0]?.integration).toMatchObject({
      type: "AWS",
      httpMethod: "POST",
      uri: `arn:aws:apigateway:us-east-1:${uri}`,
      target,
      requestParameters: { "integration.request.path.key": "method.request.path.room" },
      cacheKeyParameters: ["method.request.path.room"],
      cacheNamespace: "a",
    });
  });

  it("calls functions with a template, streams, and skips checks of certificates where it is told so", async () => {
    const { restApi } = await read(
      declared(
        `${api}${method("A", `Integration: { Type: AWS, IntegrationHttpMethod: POST, Uri: ${lambda("Main")} }`)}${method(
          "B",
          "Integration: { Type: HTTP_PROXY, IntegrationHttpMethod: ANY, Uri: 'https://a.example/', ResponseTransferMode: STREAM, TimeoutInMillis: 900000, TlsConfig: { InsecureSkipVerification: true }, ConnectionType: INTERNET }",
          "!Ref Rooms",
        )}`,
      ),
    );
    expect(restApi?.methods.map(({ integration }) => integration)).toMatchObject([
      { type: "AWS", target: { service: "lambda", functionKey: "main" } },
      {
        type: "HTTP_PROXY",
        responseTransferMode: "STREAM",
        timeoutMs: 900_000,
        insecureSkipVerification: true,
      },
    ]);
  });

  it("has authorizers, models, validators and gateway responses", async () => {
    const { restApi, userPools } = await read(
      declared(`${api}    Pool: { Type: AWS::Cognito::UserPool }
    People: { Type: AWS::ApiGateway::Authorizer, Properties: { RestApiId: !Ref Api, Name: people, Type: COGNITO_USER_POOLS, IdentitySource: method.request.header.Authorization, ProviderARNs: [!GetAtt Pool.Arn] } }
    Door: { Type: AWS::ApiGateway::Authorizer, Properties: { RestApiId: !Ref Api, Name: door, Type: REQUEST, AuthorizerUri: ${lambda("Guard")}, AuthorizerResultTtlInSeconds: 0 } }
    Note: { Type: AWS::ApiGateway::Model, Properties: { RestApiId: !Ref Api, Name: Note, ContentType: application/json, Schema: { type: object } } }
    List: { Type: AWS::ApiGateway::Model, Properties: { RestApiId: !Ref Api, Schema: '{"type":"array"}' } }
    Strict: { Type: AWS::ApiGateway::RequestValidator, Properties: { RestApiId: !Ref Api, ValidateRequestBody: true } }
    Closed: { Type: AWS::ApiGateway::GatewayResponse, Properties: { RestApiId: !Ref Api, ResponseType: UNAUTHORIZED, StatusCode: "418", ResponseParameters: { gatewayresponse.header.X: "'1'" }, ResponseTemplates: { application/json: "{}" } } }
    Broken: { Type: AWS::ApiGateway::GatewayResponse, Properties: { RestApiId: !Ref Api, ResponseType: DEFAULT_5XX } }
    Account: { Type: AWS::ApiGateway::Account }
${method("A", `${proxy}, ApiKeyRequired: true, OperationName: a, AuthorizationType: COGNITO_USER_POOLS, AuthorizerId: !Ref People, AuthorizationScopes: [x/y], RequestValidatorId: !Ref Strict, RequestParameters: { method.request.querystring.q: true }, RequestModels: { application/json: !Ref Note, text/json: !Ref List }`)}${method("B", `${proxy}, AuthorizationType: CUSTOM, AuthorizerId: !Ref Door`, "!Ref Rooms")}${method("C", `${proxy}, AuthorizationType: AWS_IAM`, "!GetAtt Api.RootResourceId")}`),
    );
    const [cognito] = restApi?.cognitoAuthorizers ?? [];
    const [door] = restApi?.authorizers ?? [];
    expect(cognito).toMatchObject({ name: "people", userPoolIds: [userPools[0]?.id], ttlSeconds: 300 });
    expect(door).toMatchObject({ name: "door", type: "REQUEST", functionKey: "guard", identitySources: [] });
    expect(restApi).toMatchObject({
      models: { Note: { type: "object" }, List: { type: "array" } },
      gatewayResponses: [
        {
          type: "UNAUTHORIZED",
          statusCode: "418",
          responseParameters: { "gatewayresponse.header.X": "'1'" },
          responseTemplates: { "application/json": "{}" },
        },
        { type: "DEFAULT_5XX", responseParameters: {}, responseTemplates: {} },
      ],
      methods: [
        {
          apiKeyRequired: true,
          operationName: "a",
          authorizerId: cognito?.id,
          authorizationScopes: ["x/y"],
          requestValidator: { body: true, parameters: false },
          requestParameters: { "method.request.querystring.q": true },
          requestModels: { "application/json": "Note", "text/json": "List" },
        },
        { authorizerId: door?.id },
        { iam: true },
      ],
    });
  });

  it("has stages, with canaries, caches, logs and limits", async () => {
    const { restApi } = await read(
      declared(`${api}${method("A", proxy)}    First: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api } }
    Next: { Type: AWS::ApiGateway::Deployment, Properties: { RestApiId: !Ref Api, StageName: beta, StageDescription: { Variables: { a: c }, TracingEnabled: true } } }
    Prod:
      Type: AWS::ApiGateway::Stage
      Properties:
        RestApiId: !Ref Api
        StageName: prod
        DeploymentId: !Ref First
        Variables: { a: b }
        TracingEnabled: true
        CacheClusterEnabled: true
        CacheClusterSize: "1.6"
        AccessLogSetting: { DestinationArn: "arn:a", Format: $context.requestId }
        CanarySetting: { PercentTraffic: 5, DeploymentId: !Ref Next, UseStageCache: true, StageVariableOverrides: { a: d } }
        MethodSettings:
          - { HttpMethod: "*", ResourcePath: "/*", ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2, LoggingLevel: INFO, MetricsEnabled: true, DataTraceEnabled: false }
          - { HttpMethod: GET, ResourcePath: "/~1rooms~1{room}", CachingEnabled: true, CacheTtlInSeconds: 5, CacheDataEncrypted: true }
`),
    );
    expect(restApi).toMatchObject({ stage: "beta", stageVariables: { a: "c" } });
    const [beta, prod] = restApi?.stages ?? [];
    expect(beta).toMatchObject({ name: "beta", tracingEnabled: true });
    expect(prod).toMatchObject({
      name: "prod",
      variables: { a: "b" },
      tracingEnabled: true,
      cacheCluster: { enabled: true, sizeGb: 1.6 },
      accessLog: { destinationArn: "arn:a", format: "$context.requestId" },
      canary: {
        percentTraffic: 5,
        deploymentId: beta?.deploymentId,
        useStageCache: true,
        stageVariableOverrides: { a: "d" },
      },
      methodSettings: {
        "*/*": {
          throttlingRateLimit: 1,
          throttlingBurstLimit: 2,
          loggingLevel: "INFO",
          metricsEnabled: true,
          dataTraceEnabled: false,
        },
        "/rooms/{room}/GET": { cachingEnabled: true, cacheTtlSeconds: 5, cacheDataEncrypted: true },
      },
    });
    expect(prod?.deploymentId).not.toBe(beta?.deploymentId);
  });

  it("has keys and plans", async () => {
    const { apiKeys, usagePlans, restApi } = await read(
      declared(`${api}${method("A", proxy)}    Key: { Type: AWS::ApiGateway::ApiKey, Properties: { Name: board, Enabled: true, Value: 0123456789abcdef0123 } }
    Off: { Type: AWS::ApiGateway::ApiKey }
    Plan: { Type: AWS::ApiGateway::UsagePlan, Properties: { UsagePlanName: free, ApiStages: [{ ApiId: !Ref Api, Stage: dev, Throttle: { "/rooms/{room}/GET": { RateLimit: 1, BurstLimit: 2 } } }], Quota: { Limit: 5, Period: DAY }, Throttle: { RateLimit: 3, BurstLimit: 4 } } }
    Member: { Type: AWS::ApiGateway::UsagePlanKey, Properties: { KeyId: !Ref Key, KeyType: API_KEY, UsagePlanId: !Ref Plan } }
`),
    );
    expect(apiKeys).toMatchObject([
      { name: "board", value: "0123456789abcdef0123", enabled: true },
      { enabled: false },
    ]);
    expect(usagePlans).toMatchObject([
      {
        name: "free",
        apiKeyIds: [apiKeys[0]?.id],
        stages: [
          {
            apiId: restApi?.id,
            stage: "dev",
            throttle: { "/rooms/{room}/GET": { rateLimit: 1, burstLimit: 2 } },
          },
        ],
        quota: { limit: 5, offset: 0, period: "DAY" },
        throttle: { rateLimit: 3, burstLimit: 4 },
      },
    ]);
  });

  it("takes the framework's events too, where the provider names it", async () => {
    const { restApi } = await read(
      `${withEvents("      - http: GET /events", "  apiGateway: { restApiId: !Ref Api, restApiRootResourceId: !GetAtt Api.RootResourceId }\n")}resources:\n  Resources:\n${api}${method("A", proxy)}`,
    );
    expect(restApi?.name).toBe("mine");
    expect(restApi?.methods.map(({ path }) => path)).toEqual(["/events", "/rooms/{room}"]);
  });

  it.each([
    ["    Two: { Type: AWS::ApiGateway::RestApi }", "NOT_SUPPORTED", "a second REST API of one definition"],
    ["    V: { Type: AWS::ApiGateway::VpcLink }", "NOT_SUPPORTED", "AWS::ApiGateway::VpcLink"],
    [
      method(
        "A",
        "Integration: { Type: HTTP, IntegrationHttpMethod: GET, Uri: 'http://a', ConnectionType: VPC_LINK }",
      ),
      "NOT_SUPPORTED",
      "a VPC link",
    ],
    [
      method(
        "A",
        "Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: 'arn:aws:apigateway:us-east-1:firehose:action/PutRecord' }",
      ),
      "NOT_SUPPORTED",
      "a proxy to something other than a function",
    ],
    ["    S: { Type: AWS::Serverless::Function }", "NOT_SUPPORTED", "an AWS SAM resource"],
    [
      method("A", proxy).replace("!Ref Api,", "abc,"),
      "NOT_SUPPORTED",
      "a part of a REST API of another stack",
    ],
  ])("is refused by name where it cannot be run: %s", async (more, code, what) => {
    expect(await failureOf(declared(`${api}${more}\n`))).toMatchObject({ code, facts: { what } });
  });

  it.each([
    ["Body: { openapi: 3.0.0 }", "an API from an OpenAPI document"],
    ["CloneFrom: abc", "a copy of another API"],
  ])("is refused by name with %s", async (setting, what) => {
    const text = declared(`    Api: { Type: AWS::ApiGateway::RestApi, Properties: { ${setting} } }\n`);
    expect(await failureOf(text)).toMatchObject({ code: "NOT_SUPPORTED", facts: { what } });
  });

  it.each([
    [`${proxy}, AuthorizationType: CUSTOM`, "Properties.AuthorizerId"],
    [`${proxy}, AuthorizationType: CUSTOM, AuthorizerId: abc`, "Properties.AuthorizerId"],
    [`${proxy}, AuthorizationType: NONE, AuthorizerId: abc`, "Properties.AuthorizerId"],
    [`${proxy}, AuthorizationType: open`, "Properties.AuthorizationType"],
    [`${proxy}, RequestValidatorId: abc`, "Properties.RequestValidatorId"],
    ["Integration: { Type: HTTP, Uri: 'http://a' }", "Properties.Integration.IntegrationHttpMethod"],
    [
      "Integration: { Type: AWS, IntegrationHttpMethod: POST, Uri: 'http://a' }",
      "Properties.Integration.Uri",
    ],
    [
      "Integration: { Type: HTTP_PROXY, IntegrationHttpMethod: GET, Uri: 'http://a', TimeoutInMillis: 300001 }",
      "Properties.Integration.TimeoutInMillis",
    ],
    ["Integration: { Type: GRPC }", "Properties.Integration.Type"],
  ])("never leaves a method open or half read: %s", async (settings, path) => {
    expect(await failureOf(declared(`${api}${method("A", settings)}`))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: `resources.Resources.A.${path}` },
    });
  });

  it.each([
    [`${proxy}, AuthorizationTyp: AWS_IAM`, "AuthorizationType"],
    [`${proxy}, ResourcePolicy: {}`, undefined],
  ])("ends the reading where a guard is misspelt: %s", async (settings, closest) => {
    expect(await failureOf(declared(`${api}${method("A", settings)}`))).toMatchObject({
      code: "KEY_UNKNOWN",
      facts: { closest },
    });
  });

  it("says which function an integration cannot find", async () => {
    const text = `Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:other/invocations" }`;
    expect(await failureOf(declared(`${api}${method("A", text)}`))).toMatchObject({
      code: "INTEGRATION_UNKNOWN",
    });
  });
});

describe("what is laid over the framework's REST API", () => {
  const events = `      - http: { path: "rooms/{room}", method: get, authorizer: guard, private: true }
      - http: { path: open, method: "*", cors: true }`;
  const over = (where: "Resources" | "extensions", patches: string): string =>
    `${withEvents(events, "  apiGateway: { apiKeys: [a], usagePlan: { quota: { limit: 1, period: DAY } } }\n")}resources:\n  ${where}:\n${patches}`;

  it.each(["Resources", "extensions"] as const)("is taken from %s", async (where) => {
    const { restApi, usagePlans } = await read(
      over(
        where,
        `    ApiGatewayRestApi: { Properties: { Name: renamed, BinaryMediaTypes: ["*/*"] } }
    ApiGatewayMethodRoomsRoomVarGet: { Properties: { OperationName: room, Integration: { TimeoutInMillis: 50 } } }
    ApiGatewayMethodOpenAny: { Properties: { AuthorizationType: AWS_IAM, ApiKeyRequired: true } }
    ApiGatewayUsagePlan: { Properties: { Throttle: { RateLimit: 1, BurstLimit: 1 } } }
    ApiGatewayLogGroup: { Properties: { RetentionInDays: 1 } }
`,
      ),
    );
    expect(restApi).toMatchObject({ name: "renamed", binaryMediaTypes: ["*/*"] });
    const [room, open] = restApi?.methods ?? [];
    expect(room).toMatchObject({
      operationName: "room",
      authorizerId: restApi?.authorizers[0]?.id,
      apiKeyRequired: true,
      integration: { type: "AWS_PROXY", functionKey: "main", timeoutMs: 50 },
    });
    expect(open).toMatchObject({ iam: true, apiKeyRequired: true });
    expect(usagePlans).toMatchObject([{ quota: { limit: 1 }, throttle: { rateLimit: 1, burstLimit: 1 } }]);
  });

  it("adds to it: resources below its own, gateway responses, stages of its deployment", async () => {
    const { restApi } = await read(
      over(
        "Resources",
        `    Extra: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref ApiGatewayRestApi, ParentId: !Ref ApiGatewayResourceRoomsRoomVar, PathPart: extra } }
    ExtraGet: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref ApiGatewayRestApi, ResourceId: !Ref Extra, HttpMethod: GET, AuthorizationType: CUSTOM, AuthorizerId: !Ref GuardApiGatewayAuthorizer, Integration: { Type: MOCK } } }
    Cors: { Type: AWS::ApiGateway::GatewayResponse, Properties: { RestApiId: !Ref ApiGatewayRestApi, ResponseType: DEFAULT_4XX, ResponseParameters: { gatewayresponse.header.Access-Control-Allow-Origin: "'*'" } } }
    Beta: { Type: AWS::ApiGateway::Stage, Properties: { RestApiId: !Ref ApiGatewayRestApi, StageName: beta, DeploymentId: !Ref "ApiGatewayDeployment\${sls:instanceId}" } }
`,
      ),
    );
    expect(restApi?.methods.at(-1)).toMatchObject({
      path: "/rooms/{room}/extra",
      authorizerId: restApi?.authorizers[0]?.id,
    });
    expect(restApi?.gatewayResponses).toHaveLength(1);
    expect(restApi?.stages).toMatchObject([
      { name: "dev", deploymentId: restApi?.deploymentId },
      { name: "beta", deploymentId: restApi?.deploymentId },
    ]);
  });

  it.each([
    ["    ApiGatewayMethodRoomsGet: { Properties: {} }", "changing ApiGatewayMethodRoomsGet by hand"],
    [
      "    ApiGatewayMethodOpenOptions: { Properties: { Integration: { TimeoutInMillis: 50 } } }",
      "changing a preflight answer by hand",
    ],
    ["    Second: { Type: AWS::ApiGateway::RestApi }", "a second REST API of one definition"],
  ])("is refused by name: %s", async (patch, what) => {
    expect(await failureOf(over("Resources", `${patch}\n`))).toMatchObject({
      code: "NOT_SUPPORTED",
      facts: { what },
    });
  });
});
