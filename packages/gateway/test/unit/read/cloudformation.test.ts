// CloudFormation templates: as the framework and the CDK write them, and as people do.
import { mkdtemp, mkdir, rm, writeFile, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { deflateRawSync, crc32 } from "node:zlib";
import { isFailure } from "@gatewright/contract";
import { afterEach, describe, expect, it } from "vitest";
import type { Service } from "../../../src/model/service.ts";
import { readCloudformation, type TemplateOptions } from "../../../src/read/cloudformation.ts";
import { readDefinition } from "../../../src/read/read-definition.ts";

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
                  Target: { "Fn::Sub": `integrations/\${${String(target)}}` },
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
            Properties: { ApiId: { Ref: "Api" }, StageName: "beta" },
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
      otherStages: [{ name: "beta", variables: {} }],
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
          functionKey: "Main",
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
