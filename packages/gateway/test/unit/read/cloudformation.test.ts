// CloudFormation templates: as the framework and the CDK write them, and as people do.
import { mkdtemp, mkdir, rm, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync, crc32 } from "node:zlib";
import { isFailure } from "@gatewright/contract";
import * as fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { readCloudformation, type TemplateOptions } from "../../../src/read/cloudformation.ts";
import { readDefinition } from "../../../src/read/read-definition.ts";
import { startGateway } from "../../../src/start.ts";

type Files = Readonly<Record<string, string | Buffer>>;

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

async function write(files: Files): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-template-"));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

async function read(template: unknown, options: TemplateOptions = {}, files: Files = {}): Promise<Service> {
  const folder = await write({
    "src/main.mjs": "",
    ...files,
    "app.template.json": JSON.stringify(template, null, 1),
  });
  return readCloudformation(join(folder, "app.template.json"), options);
}

async function failureOf(
  template: unknown,
  files: Files = {},
): Promise<{ code: string; facts: object; message: string }> {
  try {
    await read(template, {}, files);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { code: error.code, facts: Object.assign({}, error.facts), message: error.message };
  }
  throw new Error("it was read without a failure");
}

const main = {
  Type: "AWS::Lambda::Function",
  Properties: {
    Handler: "src/main.handler",
    Runtime: "nodejs24.x",
    Code: { S3Bucket: "a", S3Key: "b" },
    Role: "r",
  },
};
const uri = (name: string): unknown => ({
  "Fn::Join": [
    "",
    [
      "arn:",
      { Ref: "AWS::Partition" },
      ":apigateway:",
      { Ref: "AWS::Region" },
      ":lambda:path/2015-03-31/functions/",
      { "Fn::GetAtt": [name, "Arn"] },
      "/invocations",
    ],
  ],
});

describe("a template", () => {
  it("describes functions with their environment, and an HTTP API", async () => {
    const service = await read(
      {
        Parameters: { Color: { Type: "String", Default: "red" }, Size: { Type: "Number" } },
        Conditions: { IsRed: { "Fn::Equals": [{ Ref: "Color" }, "red"] } },
        Mappings: { Names: { red: { rose: "tulip" } } },
        Resources: {
          Main: {
            ...main,
            Properties: {
              ...main.Properties,
              FunctionName: { "Fn::Sub": "fn-${Color}" },
              MemorySize: 256,
              Timeout: 7,
              ReservedConcurrentExecutions: 2,
              Environment: {
                Variables: {
                  SIZE: { Ref: "Size" },
                  FLOWER: { "Fn::FindInMap": ["Names", { Ref: "Color" }, "rose"] },
                  TABLE: { Ref: "Things" },
                  MAYBE: { "Fn::If": ["IsRed", "yes", { Ref: "AWS::NoValue" }] },
                },
              },
            },
          },
          Things: {
            Type: "AWS::DynamoDB::Table",
            Condition: "IsRed",
            Properties: {
              TableName: "things",
              KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
              AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
              BillingMode: "PAY_PER_REQUEST",
            },
          },
          Api: {
            Type: "AWS::ApiGatewayV2::Api",
            Properties: {
              Name: "web",
              ProtocolType: "HTTP",
              DisableExecuteApiEndpoint: true,
              CorsConfiguration: { AllowOrigins: ["https://a.example"], AllowMethods: ["get"], MaxAge: 5 },
            },
          },
          Call: {
            Type: "AWS::ApiGatewayV2::Integration",
            Properties: {
              ApiId: { Ref: "Api" },
              IntegrationType: "AWS_PROXY",
              IntegrationUri: { "Fn::GetAtt": ["Main", "Arn"] },
              PayloadFormatVersion: "2.0",
              TimeoutInMillis: 1000,
              RequestParameters: { "append:header.x": "$request.querystring.y" },
              ResponseParameters: {
                "200": { ResponseParameters: [{ Destination: "overwrite:statuscode", Source: "201" }] },
              },
            },
          },
          Far: {
            Type: "AWS::ApiGatewayV2::Integration",
            Properties: {
              ApiId: { Ref: "Api" },
              IntegrationType: "HTTP_PROXY",
              IntegrationMethod: "get",
              IntegrationUri: "https://far.example/{proxy}",
              TlsConfig: { ServerNameToVerify: "far" },
            },
          },
          Queue: {
            Type: "AWS::ApiGatewayV2::Integration",
            Properties: {
              ApiId: { Ref: "Api" },
              IntegrationType: "AWS_PROXY",
              IntegrationSubtype: "SQS-SendMessage",
              PayloadFormatVersion: "1.0",
              RequestParameters: { QueueUrl: "q", MessageBody: "$request.body" },
            },
          },
          People: {
            Type: "AWS::ApiGatewayV2::Authorizer",
            Properties: {
              ApiId: { Ref: "Api" },
              Name: "people",
              AuthorizerType: "JWT",
              IdentitySource: ["$request.header.Authorization"],
              JwtConfiguration: { Audience: ["web"], Issuer: "https://id.example" },
            },
          },
          Door: {
            Type: "AWS::ApiGatewayV2::Authorizer",
            Properties: {
              ApiId: { Ref: "Api" },
              Name: "door",
              AuthorizerType: "REQUEST",
              AuthorizerUri: uri("Main"),
              AuthorizerPayloadFormatVersion: "2.0",
              EnableSimpleResponses: true,
              AuthorizerResultTtlInSeconds: 9,
              IdentitySource: ["$request.header.X"],
            },
          },
          ...Object.fromEntries(
            [
              [
                "A",
                "GET /a",
                "Call",
                { AuthorizationType: "JWT", AuthorizerId: { Ref: "People" }, AuthorizationScopes: ["s"] },
              ],
              ["B", "ANY /b/{proxy+}", "Far", { AuthorizationType: "CUSTOM", AuthorizerId: { Ref: "Door" } }],
              ["C", "POST /c", "Queue", { AuthorizationType: "AWS_IAM", OperationName: "send" }],
              ["D", "$default", "Call", { AuthorizationType: "NONE" }],
            ].map(([id, route, target, more]) => [
              id,
              {
                Type: "AWS::ApiGatewayV2::Route",
                Properties: {
                  ApiId: { Ref: "Api" },
                  RouteKey: route,
                  Target: { "Fn::Sub": `integrations/\${${target as string}}` },
                  ...(more as object),
                },
              },
            ]),
          ),
          Stage: {
            Type: "AWS::ApiGatewayV2::Stage",
            Properties: {
              ApiId: { Ref: "Api" },
              StageName: "$default",
              AutoDeploy: true,
              StageVariables: { a: "b" },
              AccessLogSettings: { DestinationArn: "arn:a", Format: "$context.requestId" },
              DefaultRouteSettings: { ThrottlingRateLimit: 5 },
              RouteSettings: { "GET /a": { ThrottlingBurstLimit: 1 } },
            },
          },
          Beta: {
            Type: "AWS::ApiGatewayV2::Stage",
            Properties: {
              ApiId: { Ref: "Api" },
              StageName: "beta",
              DefaultRouteSettings: { ThrottlingBurstLimit: 7 },
            },
          },
          Permission: { Type: "AWS::Lambda::Permission", Properties: { FunctionName: { Ref: "Main" } } },
        },
        Outputs: { Url: { Value: { "Fn::GetAtt": ["Api", "ApiEndpoint"] } } },
      },
      { params: { Size: "3" } },
    );
    expect(service.notices).toEqual([]);
    expect(service.functions).toMatchObject([
      {
        key: "Main",
        name: "fn-red",
        handler: "src/main.handler",
        memoryMb: 256,
        timeoutMs: 7000,
        reservedConcurrency: 2,
        environment: { SIZE: "3", FLOWER: "tulip", TABLE: "things", MAYBE: "yes" },
      },
    ]);
    const { httpApi: api } = service;
    const [door] = api?.authorizers ?? [];
    expect(api).toMatchObject({
      name: "web",
      stage: "$default",
      stageVariables: { a: "b" },
      otherStages: [{ name: "beta", variables: {}, defaultThrottle: { rateLimit: 10_000, burstLimit: 7 } }],
      disableExecuteApiEndpoint: true,
      accessLog: { format: "$context.requestId", destinationArn: "arn:a" },
      defaultThrottle: { rateLimit: 5, burstLimit: 5000 },
      routeThrottles: { "GET /a": { rateLimit: 10_000, burstLimit: 1 } },
      cors: { allowOrigins: ["https://a.example"], allowMethods: ["GET"], maxAgeSeconds: 5 },
      jwtAuthorizers: [{ name: "people", issuer: "https://id.example", audience: ["web"] }],
    });
    expect(door).toMatchObject({ name: "door", functionKey: "Main", simpleResponses: true, ttlSeconds: 9 });
    expect(api?.routes).toMatchObject([
      {
        routeKey: "GET /a",
        authorizerId: api?.jwtAuthorizers?.[0]?.id,
        authorizationScopes: ["s"],
        integration: {
          type: "AWS_PROXY",
          functionKey: "Main",
          timeoutMs: 1000,
          requestParameters: { "append:header.x": "$request.querystring.y" },
          responseParameters: { "200": { "overwrite:statuscode": "201" } },
        },
      },
      {
        routeKey: "ANY /b/{proxy+}",
        authorizerId: door?.id,
        integration: {
          type: "HTTP_PROXY",
          uri: "https://far.example/{proxy}",
          method: "GET",
          serverNameToVerify: "far",
        },
      },
      {
        routeKey: "POST /c",
        iam: true,
        operationName: "send",
        integration: {
          type: "AWS_SERVICE",
          subtype: "SQS-SendMessage",
          requestParameters: { QueueUrl: "q" },
        },
      },
      { routeKey: "$default" },
    ]);
  });

  it("describes a WebSocket API", async () => {
    const service = await read({
      Resources: {
        Main: main,
        Api: {
          Type: "AWS::ApiGatewayV2::Api",
          Properties: {
            Name: "live",
            ProtocolType: "WEBSOCKET",
            RouteSelectionExpression: "$request.body.kind",
          },
        },
        Door: {
          Type: "AWS::ApiGatewayV2::Authorizer",
          Properties: {
            ApiId: { Ref: "Api" },
            Name: "door",
            AuthorizerType: "REQUEST",
            AuthorizerUri: uri("Main"),
            IdentitySource: ["route.request.header.Auth"],
          },
        },
        Call: {
          Type: "AWS::ApiGatewayV2::Integration",
          Properties: { ApiId: { Ref: "Api" }, IntegrationType: "AWS_PROXY", IntegrationUri: uri("Main") },
        },
        Connect: {
          Type: "AWS::ApiGatewayV2::Route",
          Properties: {
            ApiId: { Ref: "Api" },
            RouteKey: "$connect",
            AuthorizationType: "CUSTOM",
            AuthorizerId: { Ref: "Door" },
            Target: { "Fn::Join": ["/", ["integrations", { Ref: "Call" }]] },
          },
        },
        Default: {
          Type: "AWS::ApiGatewayV2::Route",
          Properties: {
            ApiId: { Ref: "Api" },
            RouteKey: "$default",
            RouteResponseSelectionExpression: "$default",
            Target: { "Fn::Join": ["/", ["integrations", { Ref: "Call" }]] },
          },
        },
        Answer: {
          Type: "AWS::ApiGatewayV2::RouteResponse",
          Properties: { ApiId: { Ref: "Api" }, RouteId: { Ref: "Default" }, RouteResponseKey: "$default" },
        },
        Deployment: { Type: "AWS::ApiGatewayV2::Deployment", Properties: { ApiId: { Ref: "Api" } } },
        Stage: {
          Type: "AWS::ApiGatewayV2::Stage",
          Properties: {
            ApiId: { Ref: "Api" },
            StageName: "live",
            DeploymentId: { Ref: "Deployment" },
            StageVariables: { a: "b" },
          },
        },
      },
    });
    expect(service.notices).toEqual([]);
    const { websocketApi: api } = service;
    expect(api).toMatchObject({
      name: "live",
      stage: "live",
      stageVariables: { a: "b" },
      routeSelectionExpression: "$request.body.kind",
      authorizers: [
        { name: "door", functionKey: "Main", identitySources: [{ from: "header", name: "Auth" }] },
      ],
      routes: [
        {
          routeKey: "$connect",
          integration: { type: "AWS_PROXY", functionKey: "Main" },
          authorizerId: api?.authorizers[0]?.id,
          routeResponse: false,
        },
        { routeKey: "$default", routeResponse: true },
      ],
    });
  });

  it("is read from YAML with short tags, with its own settings", async () => {
    const folder = await write({
      "src/main.ts": "",
      "app.yml": `AWSTemplateFormatVersion: "2010-09-09"
Metadata: { gatewright: { users: [{ name: ada, password: Lovelace-1815 }], stages: { prod: { variables: { a: b } } } } }
Resources:
  Pool: { Type: AWS::Cognito::UserPool }
  Main: { Type: AWS::Lambda::Function, Properties: { Handler: src/main.handler, Runtime: nodejs22.x, Code: { S3Bucket: a, S3Key: b } } }
  Api: { Type: AWS::ApiGateway::RestApi }
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !GetAtt Api.RootResourceId
      HttpMethod: GET
      Integration: { Type: AWS_PROXY, IntegrationHttpMethod: POST, Uri: !Sub "arn:aws:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${Main.Arn}/invocations" }
  Deployment: { Type: AWS::ApiGateway::Deployment, DependsOn: Get, Properties: { RestApiId: !Ref Api, StageName: prod } }
`,
    });
    const service = await readDefinition(join(folder, "app.yml"));
    expect(service).toMatchObject({
      name: "app",
      notices: [],
      folder,
      userPools: [{ users: [{ name: "ada" }] }],
      restApi: {
        name: "Api",
        stage: "prod",
        stageVariables: { a: "b" },
        methods: [{ method: "GET", path: "/", integration: { functionKey: "Main" } }],
      },
    });
  });

  it.each([
    [
      { Resources: { A: { Type: "AWS::ApiGateway::RestApi" }, B: { Type: "AWS::ApiGateway::RestApi" } } },
      "a second REST API of one definition",
    ],
    [
      {
        Resources: {
          A: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } },
          B: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP" } },
        },
      },
      "a second HTTP API of one definition",
    ],
    [
      {
        Resources: {
          A: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "WEBSOCKET" } },
          B: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "WEBSOCKET" } },
        },
      },
      "a second WebSocket API of one definition",
    ],
    [{ Transform: "AWS::Serverless-2016-10-31", Resources: {} }, "an AWS SAM template"],
    [
      {
        Resources: { A: { Type: "AWS::ApiGatewayV2::Api", Properties: { ProtocolType: "HTTP", Body: {} } } },
      },
      "an API from an OpenAPI document",
    ],
    [
      { Resources: { A: { Type: "AWS::ApiGatewayV2::VpcLink", Properties: {} } } },
      "AWS::ApiGatewayV2::VpcLink",
    ],
  ])("is refused by name where it cannot be run", async (template, what) => {
    expect(await failureOf(template)).toMatchObject({ code: "NOT_SUPPORTED", facts: { what } });
  });

  it("is refused where a function's code is nowhere, or not for Node.js", async () => {
    const properties = { ...main.Properties, Handler: "gone.handler" };
    expect(await failureOf({ Resources: { F: { ...main, Properties: properties } } })).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path: "Resources.F.Properties.Code" },
    });
    const python = { ...main.Properties, Runtime: "python3.13" };
    expect(await failureOf({ Resources: { F: { ...main, Properties: python } } })).toMatchObject({
      code: "FUNCTION_RUNTIME_UNSUPPORTED",
    });
    const image = { ...main.Properties, PackageType: "Image" };
    expect(await failureOf({ Resources: { F: { ...main, Properties: image } } })).toMatchObject({
      code: "NOT_SUPPORTED",
    });
  });

  it("is refused where it is none", async () => {
    expect(await failureOf({ service: "a" })).toMatchObject({ code: "DEFINITION_INVALID" });
    expect(
      await failureOf({
        Resources: { A: { Type: "AWS::S3::Bucket", Properties: { BucketName: { "Fn::ImportValue": "x" } } } },
      }),
    ).toMatchObject({
      code: "REFERENCE_UNRESOLVED",
    });
  });
});

describe("a template of the framework", () => {
  const state = {
    service: {
      service: "shop",
      provider: { stage: "prod", region: "eu-west-1" },
      custom: { other: {}, esbuild: { minify: true }, gatewright: { identities: [{ name: "ops" }] } },
      functions: { main: { handler: "src/main.handler", package: { artifact: ".serverless/main.zip" } } },
    },
    package: {},
  };
  const template = {
    Resources: {
      MainLambdaFunction: main,
      ServerlessDeploymentBucket: { Type: "AWS::S3::Bucket" },
      CustomDashresourceDashexistingDashs3LambdaFunction: main,
      Files: { Type: "AWS::S3::Bucket", Properties: { BucketName: "files" } },
      Told: {
        Type: "Custom::S3",
        Properties: {
          ServiceToken: { "Fn::GetAtt": ["CustomDashresourceDashexistingDashs3LambdaFunction", "Arn"] },
          BucketName: { Ref: "Files" },
          FunctionName: { Ref: "MainLambdaFunction" },
          BucketConfigs: [{ Event: "s3:ObjectCreated:*", Rules: [{ Prefix: "in/" }, { Suffix: ".txt" }] }],
        },
      },
      Often: {
        Type: "AWS::Events::Rule",
        Properties: {
          ScheduleExpression: "rate(5 minutes)",
          Targets: [{ Id: "a", Arn: { "Fn::GetAtt": ["MainLambdaFunction", "Arn"] }, Input: '{"a":1}' }],
        },
      },
    },
  };
  const files = {
    ".serverless/serverless-state.json": JSON.stringify(state),
    ".serverless/template.json": JSON.stringify(template),
  };

  it("runs the sources beside it, bundled as the framework bundles them", async () => {
    const folder = await write({ ...files, "src/main.ts": "" });
    const service = await readCloudformation(join(folder, ".serverless/template.json"));
    expect(service).toMatchObject({
      name: "shop",
      stage: "prod",
      region: "eu-west-1",
      folder,
      bundling: { minify: true },
      identities: [{ name: "ops" }],
      buckets: [
        {
          name: "files",
          notifications: [
            { events: ["s3:ObjectCreated:*"], functionKey: "main", prefix: "in/", suffix: ".txt" },
          ],
        },
      ],
      functions: [{ key: "main", handler: "src/main.handler" }],
      schedules: [{ functionKey: "main", name: "Often", everyMs: 300_000, input: { a: 1 } }],
      notices: [],
    });
  });

  it("runs the packages where there are no sources, as they are", async () => {
    const folder = await write({ ...files, ".serverless/main.zip": zip({ "src/main.mjs": "// packed" }) });
    const service = await readCloudformation(join(folder, ".serverless/template.json"));
    expect(service).not.toHaveProperty("bundling");
    expect(service.functions).toMatchObject([
      {
        key: "main",
        handler: expect.stringMatching(/^\.gatewright\/code\/\w{16}\/src\/main\.handler$/) as string,
      },
    ]);
  });
});

describe("the code of a function", () => {
  const readCode = async (
    resource: object,
    files: Files,
  ): Promise<{ handler: string; text: string; extension: string }> => {
    const folder = await write({
      ...files,
      "cdk.out/manifest.json": "{}",
      "cdk.out/app.template.json": JSON.stringify({ Resources: { F: resource } }),
    });
    const { functions, folder: own } = await readCloudformation(join(folder, "cdk.out/app.template.json"));
    expect(own).toBe(folder);
    const [handler = ""] = functions.map((one) => one.handler);
    const stem = join(folder, handler.replace(/\.\w+$/, ""));
    for (const extension of ["js", "mjs", "cjs"]) {
      const text = await readFile(`${stem}.${extension}`, "utf8").catch(() => undefined);
      if (text !== undefined) return { handler, text, extension };
    }
    throw new Error(`there is nothing at ${stem}`);
  };

  it("is an asset of the CDK", async () => {
    const resource = {
      ...main,
      Properties: { ...main.Properties, Handler: "index.handler" },
      Metadata: { "aws:asset:path": "asset.1", "aws:asset:property": "Code" },
    };
    expect(await readCode(resource, { "cdk.out/asset.1/index.js": "// asset" })).toMatchObject({
      handler: "cdk.out/asset.1/index.handler",
      text: "// asset",
    });
  });

  it("is unpacked from an archive, deflated or stored", async () => {
    const resource = { ...main, Properties: { ...main.Properties, Code: "fn.zip" } };
    const archive = zip({ "src/main.mjs": "// packed ".repeat(20), "src/other.txt": "a" });
    expect((await readCode(resource, { "cdk.out/fn.zip": archive })).text).toContain("// packed");
  });

  it.each([
    ["../out.mjs", zip({ "../out.mjs": "x" }), "reaches out"],
    ["none", Buffer.from("not an archive"), "is not an archive"],
  ])("is refused where the archive is bad: %s", async (_, archive, why) => {
    const template = { Resources: { F: { ...main, Properties: { ...main.Properties, Code: "fn.zip" } } } };
    expect((await failureOf(template, { "fn.zip": archive })).message).toContain(why);
  });

  it.each([
    ["exports.handler = async () => 1;", "cjs"],
    ["export const handler = async () => 1;", "mjs"],
  ])("is inline text: %s", async (text, extension) => {
    const resource = {
      ...main,
      Properties: { ...main.Properties, Handler: "index.handler", Code: { ZipFile: text } },
    };
    expect(await readCode(resource, {})).toMatchObject({ text, extension });
  });
});

describe("a template of the CDK", () => {
  const api = { Ref: "ShopApi1A2B3C4D" };
  const handler = { "Fn::GetAtt": ["HandlerFn5E6F7A8B", "Arn"] };
  const integration = {
    IntegrationHttpMethod: "POST",
    Type: "AWS_PROXY",
    Uri: {
      "Fn::Join": [
        "",
        [
          "arn:",
          { Ref: "AWS::Partition" },
          ":apigateway:",
          { Ref: "AWS::Region" },
          ":lambda:path/2015-03-31/functions/",
          handler,
          "/invocations",
        ],
      ],
    },
  };
  const metadata = (path: string): object => ({ "aws:cdk:path": path });
  const template = {
    Resources: {
      HandlerFn5E6F7A8B: {
        Type: "AWS::Lambda::Function",
        Properties: {
          Code: {
            S3Bucket: { "Fn::Sub": "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}" },
            S3Key: "abc.zip",
          },
          Environment: { Variables: { TABLE_NAME: { Ref: "Things9C0D1E2F" } } },
          Handler: "index.handler",
          Role: { "Fn::GetAtt": ["HandlerFnServiceRole", "Arn"] },
          Runtime: "nodejs22.x",
        },
        DependsOn: ["HandlerFnServiceRole"],
        Metadata: {
          ...metadata("Shop/HandlerFn/Resource"),
          "aws:asset:path": "asset.abc",
          "aws:asset:is-bundled": true,
          "aws:asset:property": "Code",
        },
      },
      HandlerFnServiceRole: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: {} } },
      Things9C0D1E2F: {
        Type: "AWS::DynamoDB::Table",
        Properties: {
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          BillingMode: "PAY_PER_REQUEST",
        },
        UpdateReplacePolicy: "Retain",
        DeletionPolicy: "Retain",
      },
      ShopApi1A2B3C4D: {
        Type: "AWS::ApiGateway::RestApi",
        Properties: { Name: "ShopApi" },
        Metadata: metadata("Shop/Api/Resource"),
      },
      ShopApiCloudWatchRole: { Type: "AWS::IAM::Role", Properties: { AssumeRolePolicyDocument: {} } },
      ShopApiAccount: {
        Type: "AWS::ApiGateway::Account",
        Properties: { CloudWatchRoleArn: { "Fn::GetAtt": ["ShopApiCloudWatchRole", "Arn"] } },
        DependsOn: ["ShopApi1A2B3C4D"],
      },
      ShopApiDeployment0123: {
        Type: "AWS::ApiGateway::Deployment",
        Properties: { Description: "Automatically created by the RestApi construct", RestApiId: api },
        DependsOn: ["ShopApiproxyANY", "ShopApiproxy"],
      },
      ShopApiDeploymentStageprod: {
        Type: "AWS::ApiGateway::Stage",
        Properties: { DeploymentId: { Ref: "ShopApiDeployment0123" }, RestApiId: api, StageName: "prod" },
      },
      ShopApiproxy: {
        Type: "AWS::ApiGateway::Resource",
        Properties: {
          ParentId: { "Fn::GetAtt": ["ShopApi1A2B3C4D", "RootResourceId"] },
          PathPart: "{proxy+}",
          RestApiId: api,
        },
      },
      ShopApiproxyANYPermission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: handler,
          Principal: "apigateway.amazonaws.com",
          SourceArn: {
            "Fn::Join": [
              "",
              [
                "arn:",
                { Ref: "AWS::Partition" },
                ":execute-api:x:y:",
                api,
                "/",
                { Ref: "ShopApiDeploymentStageprod" },
                "/*/*",
              ],
            ],
          },
        },
      },
      ShopApiproxyANY: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          AuthorizationType: "NONE",
          HttpMethod: "ANY",
          Integration: integration,
          ResourceId: { Ref: "ShopApiproxy" },
          RestApiId: api,
        },
      },
      ShopApiANY: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          AuthorizationType: "NONE",
          HttpMethod: "ANY",
          Integration: integration,
          ResourceId: { "Fn::GetAtt": ["ShopApi1A2B3C4D", "RootResourceId"] },
          RestApiId: api,
        },
      },
      CDKMetadata: {
        Type: "AWS::CDK::Metadata",
        Properties: { Analytics: "v2" },
        Condition: "CDKMetadataAvailable",
      },
    },
    Conditions: {
      CDKMetadataAvailable: {
        "Fn::Or": [
          { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] },
          { "Fn::Equals": [{ Ref: "AWS::Region" }, "eu-west-1"] },
        ],
      },
    },
    Outputs: {
      ShopApiEndpoint: {
        Value: {
          "Fn::Join": [
            "",
            [
              "https://",
              api,
              ".execute-api.",
              { Ref: "AWS::Region" },
              ".",
              { Ref: "AWS::URLSuffix" },
              "/",
              { Ref: "ShopApiDeploymentStageprod" },
              "/",
            ],
          ],
        },
      },
    },
    Parameters: {
      BootstrapVersion: {
        Type: "AWS::SSM::Parameter::Value<String>",
        Default: "/cdk-bootstrap/hnb659fds/version",
      },
    },
    Rules: {
      CheckBootstrapVersion: {
        Assertions: [{ Assert: { "Fn::Not": [{ "Fn::Contains": [["1"], { Ref: "BootstrapVersion" }] }] } }],
      },
    },
  };

  it("is read without a word left over, and runs from its assets", async () => {
    const folder = await write({
      "cdk.out/manifest.json": "{}",
      "cdk.out/Shop.template.json": JSON.stringify(template),
      "cdk.out/asset.abc/index.js":
        'exports.handler = async (event) => ({ statusCode: 200, body: event.path + " " + process.env.TABLE_NAME });',
    });
    const definition = await readDefinition(join(folder, "cdk.out/Shop.template.json"));
    expect(definition).toMatchObject({
      name: "Shop",
      folder,
      notices: [],
      functions: [{ key: "HandlerFn5E6F7A8B", handler: "cdk.out/asset.abc/index.handler" }],
      restApi: { name: "ShopApi", stage: "prod", methods: [{ path: "/{proxy+}" }, { path: "/" }] },
    });
    const [table] = definition.tables;
    expect(table?.name).toMatch(/^Shop-Things9C0D1E2F-\w{12}$/);
    await using gateway = await startGateway({ definition, folder: join(folder, "data") });
    const answer = await fetch(`${gateway.urls.rest}/rooms/7`);
    expect([answer.status, await answer.text()]).toEqual([200, `/rooms/7 ${table?.name}`]);
  });
});

describe("any template at all", () => {
  const whole = {
    Parameters: { Name: { Type: "String", Default: "web" } },
    Resources: {
      Main: main,
      Rest: {
        Type: "AWS::ApiGateway::RestApi",
        Properties: { Name: { Ref: "Name" }, Policy: { Statement: [] } },
      },
      Rooms: {
        Type: "AWS::ApiGateway::Resource",
        Properties: {
          RestApiId: { Ref: "Rest" },
          ParentId: { "Fn::GetAtt": ["Rest", "RootResourceId"] },
          PathPart: "rooms",
        },
      },
      Get: {
        Type: "AWS::ApiGateway::Method",
        Properties: {
          RestApiId: { Ref: "Rest" },
          ResourceId: { Ref: "Rooms" },
          HttpMethod: "GET",
          AuthorizationType: "CUSTOM",
          AuthorizerId: { Ref: "Door" },
          Integration: { Type: "AWS_PROXY", IntegrationHttpMethod: "POST", Uri: uri("Main") },
        },
      },
      Door: {
        Type: "AWS::ApiGateway::Authorizer",
        Properties: { RestApiId: { Ref: "Rest" }, Name: "door", Type: "TOKEN", AuthorizerUri: uri("Main") },
      },
      Stage: {
        Type: "AWS::ApiGateway::Stage",
        Properties: {
          RestApiId: { Ref: "Rest" },
          StageName: "live",
          MethodSettings: [{ HttpMethod: "*", ResourcePath: "/*" }],
        },
      },
      Acl: {
        Type: "AWS::WAFv2::WebACL",
        Properties: {
          DefaultAction: { Allow: {} },
          Rules: [{ Name: "a", Priority: 0, Statement: { RateBasedStatement: { Limit: 10 } } }],
        },
      },
    },
  };
  const places = (value: unknown, path: readonly string[] = []): (readonly string[])[] =>
    typeof value === "object" && value !== null
      ? [path, ...Object.entries(value).flatMap(([key, item]) => places(item, [...path, key]))]
      : [path];
  const mutate = (path: readonly string[], replacement: unknown): unknown => {
    const copy = structuredClone(whole) as Record<string, unknown>;
    let at = copy;
    for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>; // the path was walked before
    const last = path.at(-1) ?? "";
    if (replacement === undefined) Reflect.deleteProperty(at, last);
    else at[last] = replacement;
    return copy;
  };
  const all = places(whole).filter(({ length }) => length > 0);

  it("is read, or refused with a failure that has a place; a route with an authorizer never loses it", async () => {
    const replacement = fc.constantFrom<unknown>(
      undefined,
      null,
      "",
      "x",
      0,
      -1,
      true,
      [],
      ["a"],
      {},
      { Ref: "Gone" },
      { Ref: "Get" },
      { "Fn::GetAtt": ["Rest", "Arn"] },
      { "Fn::Sub": "${Rest}" },
      { "Fn::Join": ["", [{ Ref: "Main" }]] },
      { "Fn::If": ["No", 1, 2] },
      { constructor: "a" },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...all), replacement, async (path, value) => {
        try {
          const { restApi } = await read(mutate(path, value));
          const untouched = path[1] !== "Get" && path[1] !== "Resources" && path.length > 2;
          if (untouched && path[1] !== "Rest")
            for (const one of restApi?.methods ?? []) expect(one.authorizerId).toBeDefined();
        } catch (error) {
          if (!isFailure(error)) throw error;
          expect(error.facts).toHaveProperty("path");
        }
      }),
      { numRuns: 150 },
    );
  });
});

/** An archive as packagers write it. */
function zip(files: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const [index, [name, text]] of Object.entries(files).entries()) {
    const content = Buffer.from(text);
    const packed = index === 0 ? deflateRawSync(content) : content;
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(index === 0 ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(content), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(content.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), shared, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(at, 10);
    list.push(Buffer.concat([Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), shared, tail, Buffer.from(name)]));
    parts.push(local);
    at += local.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06_05_4b_50, 0);
  end.writeUInt16LE(list.length, 10);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, ...list, end]);
}
