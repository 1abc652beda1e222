// APIs written as code: what they come to, and that they answer.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFailure } from "@gatewright/contract";
import { describe, expect, it } from "vitest";
import { defineApi, type ApiDefinition } from "../../../src/define/define-api.ts";
import { startGateway } from "../../../src/start.ts";

const hello = (): object => ({ statusCode: 200 });

describe("defineApi", () => {
  it("gives routes, authorizers, keys and stages as a definition file would", () => {
    const { restApi, httpApi, functions, apiKeys, usagePlans } = defineApi({
      name: "notes",
      stage: "beta",
      rest: {
        binaryMediaTypes: ["image/png"],
        authorizers: {
          door: {
            type: "REQUEST",
            handler: () => ({}),
            authorizerResultTtlInSeconds: 60,
            identitySource: "method.request.querystring.token",
          },
          people: {
            type: "COGNITO_USER_POOLS",
            providerARNs: ["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123"],
          },
        },
        models: { Note: { schema: { type: "object", properties: { handler: { type: "string" } } } } },
        stages: { beta: { variables: { a: "b" } } },
        routes: {
          "GET /notes/{id}/": hello,
          "POST /notes": {
            handler: hello,
            authorizer: "door",
            apiKeyRequired: true,
            operationName: "create",
            requestParameters: { "method.request.querystring.q": true },
            requestModels: { "application/json": "Note" },
            integration: {
              cacheKeyParameters: ["method.request.querystring.q"],
              responseTransferMode: "STREAM",
            },
          },
          "ANY /mine": {
            handler: { file: "src/mine.handler" },
            authorizer: "people",
            authorizationScopes: ["a/b"],
          },
          "GET /signed": { handler: { file: "src/mine.handler" }, authorizer: "aws_iam" },
        },
      },
      apiKeys: { board: "0123456789abcdef0123", guest: {} },
      usagePlans: {
        basic: {
          quota: { limit: 5, period: "DAY" },
          apiKeys: ["board"],
          apiStages: [{ stage: "beta", throttle: { "/mine/GET": { rateLimit: 1, burstLimit: 2 } } }],
        },
        all: {},
      },
      http: {
        authorizers: {
          issuer: {
            authorizerType: "JWT",
            jwtConfiguration: { issuer: "https://id.example", audience: ["web"] },
          },
          door: { authorizerType: "REQUEST", handler: () => ({}) },
        },
        corsConfiguration: { allowOrigins: ["*"], allowMethods: ["GET"] },
        stages: { $default: {}, next: { stageVariables: { a: "c" } } },
        routes: {
          "GET /rooms": {
            handler: hello,
            authorizer: "issuer",
            authorizationScopes: ["s"],
            integration: { payloadFormatVersion: "1.0" },
          },
          $default: { handler: hello, authorizer: "door" },
        },
      },
    });
    expect(functions.map(({ key, handler, inline }) => [key, handler, typeof inline])).toEqual([
      ["door", "", "function"],
      ["GET-notes-id", "", "function"],
      ["door-2", "", "function"],
      ["ANY-mine", "src/mine.handler", "undefined"],
    ]);
    expect(restApi).toMatchObject({
      name: "notes",
      stage: "beta",
      stageVariables: { a: "b" },
      binaryMediaTypes: ["image/png"],
      models: { Note: { type: "object", properties: { handler: { type: "string" } } } },
      authorizers: [
        {
          name: "door",
          type: "REQUEST",
          ttlSeconds: 60,
          identitySources: [{ from: "querystring", name: "token" }],
        },
      ],
      cognitoAuthorizers: [{ name: "people", userPoolIds: ["us-east-1_AbCdEf123"], ttlSeconds: 300 }],
      methods: [
        { method: "GET", path: "/notes/{id}", apiKeyRequired: false },
        {
          method: "POST",
          path: "/notes",
          apiKeyRequired: true,
          operationName: "create",
          requestValidator: { body: true, parameters: true },
          integration: { responseTransferMode: "STREAM", functionKey: "GET-notes-id" },
        },
        { authorizationScopes: ["a/b"], integration: { functionKey: "ANY-mine" } },
        { iam: true, integration: { functionKey: "ANY-mine" } },
      ],
    });
    expect(restApi?.methods[1]?.authorizerId).toBe(restApi?.authorizers[0]?.id);
    expect(httpApi).toMatchObject({
      stage: "$default",
      cors: { allowOrigins: ["*"], allowCredentials: false },
      otherStages: [{ name: "next", variables: { a: "c" } }],
      jwtAuthorizers: [{ name: "issuer", issuer: "https://id.example" }],
      authorizers: [{ name: "door", payloadVersion: "2.0", simpleResponses: false }],
      routes: [
        { routeKey: "GET /rooms", authorizationScopes: ["s"], integration: { payloadVersion: "1.0" } },
        { routeKey: "$default", integration: { payloadVersion: "2.0" } },
      ],
    });
    expect(apiKeys).toMatchObject([
      { name: "board", value: "0123456789abcdef0123", enabled: true },
      { name: "guest", enabled: true },
    ]);
    expect(usagePlans).toMatchObject([
      {
        name: "basic",
        apiKeyIds: [apiKeys[0]?.id],
        stages: [
          { apiId: restApi?.id, stage: "beta", throttle: { "/mine/GET": { rateLimit: 1, burstLimit: 2 } } },
        ],
        quota: { limit: 5, offset: 0 },
      },
      { name: "all", apiKeyIds: apiKeys.map(({ id }) => id), stages: [{ stage: "beta" }] },
    ]);
  });

  it("takes every kind of integration, the limits of stages, preflight answers and gateway responses", () => {
    const { restApi, httpApi, functions } = defineApi({
      name: "a",
      rest: {
        apiKeySourceType: "AUTHORIZER",
        minimumCompressionSize: 100,
        policy: { Version: "2012-10-17", Statement: [] },
        endpointConfiguration: { types: ["PRIVATE"], vpcEndpointIds: ["vpce-1"] },
        gatewayResponses: { UNAUTHORIZED: { statusCode: "418" } },
        stages: {
          dev: {
            cacheClusterEnabled: true,
            cacheClusterSize: "1.6",
            methodSettings: [
              { throttlingRateLimit: 5, throttlingBurstLimit: 2 },
              { resourcePath: "/mock", httpMethod: "GET", cachingEnabled: true, cacheTtlInSeconds: 7 },
            ],
            canarySetting: { percentTraffic: 10, stageVariableOverrides: { v: "2" } },
            accessLogSetting: { format: "$context.requestId" },
          },
        },
        routes: {
          "GET /mock": {
            cors: { origin: "https://a.example", allowCredentials: true },
            methodResponses: [{ statusCode: "201" }],
            integration: {
              type: "MOCK",
              requestTemplates: { "application/json": '{"statusCode": 201}' },
              integrationResponses: [{ statusCode: "201", responseTemplates: { "application/json": "{}" } }],
            },
          },
          "GET /custom": {
            handler: hello,
            integration: { type: "AWS", passthroughBehavior: "NEVER", timeoutInMillis: 5000 },
          },
          "POST /table": {
            integration: {
              type: "AWS",
              integrationHttpMethod: "POST",
              uri: "arn:aws:apigateway:us-east-1:dynamodb:action/PutItem",
            },
          },
          "ANY /{proxy+}": {
            integration: {
              type: "HTTP_PROXY",
              integrationHttpMethod: "ANY",
              uri: "https://a.example/{proxy}",
              requestParameters: { "integration.request.path.proxy": "method.request.path.proxy" },
              tlsConfig: { insecureSkipVerification: true },
            },
          },
        },
      },
      http: {
        stages: { $default: { defaultRouteSettings: { throttlingRateLimit: 3, throttlingBurstLimit: 4 } } },
        routes: {
          "GET /away": {
            integration: {
              integrationType: "HTTP_PROXY",
              integrationUri: "https://b.example",
              integrationMethod: "GET",
              requestParameters: { "append:header.x": "$context.requestId" },
              responseParameters: { "200": [{ destination: "overwrite:statuscode", source: "204" }] },
            },
          },
          "POST /queue": {
            integration: { integrationSubtype: "SQS-SendMessage", requestParameters: { QueueUrl: "q" } },
          },
        },
      },
    });
    expect(functions).toHaveLength(1);
    expect(restApi).toMatchObject({
      apiKeySource: "AUTHORIZER",
      minimumCompressionSize: 100,
      resourcePolicy: { Statement: [] },
      endpointType: "PRIVATE",
      vpcEndpointIds: ["vpce-1"],
      gatewayResponses: [{ type: "UNAUTHORIZED", statusCode: "418" }],
      stages: [
        {
          cacheCluster: { enabled: true, sizeGb: 1.6 },
          methodSettings: {
            "*/*": { throttlingRateLimit: 5, throttlingBurstLimit: 2 },
            "/mock/GET": { cachingEnabled: true, cacheTtlSeconds: 7 },
          },
          canary: { percentTraffic: 10, stageVariableOverrides: { v: "2" } },
          accessLog: { format: "$context.requestId" },
        },
      ],
    });
    const integrations = new Map(
      restApi?.methods.map(({ method, path, integration }) => [`${method} ${path}`, integration]),
    );
    expect(Object.fromEntries(integrations)).toMatchObject({
      "GET /mock": { type: "MOCK", responses: [{ statusCode: "201" }] },
      "OPTIONS /mock": {
        type: "MOCK_CORS",
        headers: {
          "Access-Control-Allow-Origin": "https://a.example",
          "Access-Control-Allow-Methods": "OPTIONS,GET",
        },
      },
      "GET /custom": {
        type: "AWS",
        httpMethod: "POST",
        target: { service: "lambda", functionKey: "GET-custom" },
        passthroughBehavior: "NEVER",
        timeoutMs: 5000,
      },
      "POST /table": { target: { service: "dynamodb", value: "PutItem" } },
      "ANY /{proxy+}": { type: "HTTP_PROXY", insecureSkipVerification: true },
    });
    expect(httpApi).toMatchObject({
      defaultThrottle: { rateLimit: 3, burstLimit: 4 },
      routes: [
        {
          integration: {
            type: "HTTP_PROXY",
            requestParameters: { "append:header.x": "$context.requestId" },
            responseParameters: { "200": { "overwrite:statuscode": "204" } },
          },
        },
        { integration: { type: "AWS_SERVICE", subtype: "SQS-SendMessage" } },
      ],
    });
  });

  it("takes WebSocket routes, resources, references to them, further functions and what is said to this machine", () => {
    const service = defineApi({
      name: "a",
      websocket: {
        authorizers: { door: { authorizerType: "REQUEST", handler: hello } },
        stages: { live: { stageVariables: { a: "b" } } },
        routes: {
          $connect: { handler: hello, authorizer: "door" },
          send: {
            handler: { file: "src/send.handler", environment: { TABLE: { Ref: "Notes" } } },
            routeResponseSelectionExpression: "$default",
          },
        },
      },
      rest: {
        authorizers: {
          people: { type: "COGNITO_USER_POOLS", providerARNs: [{ "Fn::GetAtt": ["Pool", "Arn"] }] },
        },
        routes: { "GET /": { handler: hello, authorizer: "people" } },
      },
      functions: { nightly: { file: "src/nightly.handler", timeout: 30 } },
      resources: {
        Resources: {
          Pool: { Type: "AWS::Cognito::UserPool" },
          Notes: {
            Type: "AWS::DynamoDB::Table",
            Properties: {
              TableName: "notes",
              BillingMode: "PAY_PER_REQUEST",
              AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
              KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
            },
          },
          Rule: {
            Type: "AWS::Events::Rule",
            Properties: {
              ScheduleExpression: "rate(1 day)",
              Targets: [{ Id: "a", Arn: { "Fn::GetAtt": ["NightlyLambdaFunction", "Arn"] } }],
            },
          },
        },
      },
      custom: { gatewright: { identities: [{ name: "ops" }] } },
    });
    expect(service).toMatchObject({
      websocketApi: {
        stage: "live",
        stageVariables: { a: "b" },
        routeSelectionExpression: "$request.body.action",
        authorizers: [{ name: "door", identitySources: [{ from: "header", name: "Authorization" }] }],
        routes: [
          { routeKey: "$connect", integration: { functionKey: "door" }, routeResponse: false },
          { routeKey: "send", integration: { functionKey: "send" }, routeResponse: true },
        ],
      },
      tables: [{ name: "notes" }],
      schedules: [{ functionKey: "nightly" }],
      identities: [{ name: "ops" }],
    });
    expect(service.websocketApi?.routes[0]?.authorizerId).toBe(service.websocketApi?.authorizers[0]?.id);
    expect(service.restApi?.cognitoAuthorizers?.[0]?.userPoolIds).toEqual([service.userPools[0]?.id]);
    expect(service.functions).toMatchObject([
      { key: "door" },
      { key: "nightly", handler: "src/nightly.handler", timeoutMs: 30_000 },
      { key: "send", handler: "src/send.handler", environment: { TABLE: "notes" } },
    ]);
  });

  it("takes every integration of WebSocket routes, their models, keys, plans and several stages", () => {
    const { websocketApi, usagePlans, apiKeys } = defineApi({
      name: "a",
      apiKeys: { board: "0123456789abcdef0123" },
      usagePlans: {
        basic: { quota: { limit: 5, period: "DAY" } },
        other: { apiStages: [{ api: "websocket", stage: "next" }] },
      },
      websocket: {
        apiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
        models: { Note: { schema: { type: "object" } } },
        stages: {
          live: {
            defaultRouteSettings: { throttlingRateLimit: 1, throttlingBurstLimit: 2, loggingLevel: "INFO" },
          },
          next: { stageVariables: { a: "b" }, accessLogSettings: { format: "$context.requestId" } },
        },
        routes: {
          $connect: { handler: hello, apiKeyRequired: true },
          mock: {
            modelSelectionExpression: "$request.body.kind",
            requestModels: { note: "Note" },
            routeResponseSelectionExpression: "$default",
            integration: {
              integrationType: "MOCK",
              requestTemplates: { $default: '{"statusCode": 200}' },
              integrationResponses: [
                { integrationResponseKey: "$default", responseTemplates: { $default: "{}" } },
              ],
            },
          },
          custom: {
            handler: hello,
            integration: { integrationType: "AWS", templateSelectionExpression: "a" },
          },
          away: {
            integration: {
              integrationType: "HTTP_PROXY",
              integrationMethod: "POST",
              integrationUri: "https://a.example",
            },
          },
        },
      },
    });
    expect(websocketApi).toMatchObject({
      stage: "live",
      apiKeySource: "AUTHORIZER",
      models: { Note: { type: "object" } },
      defaultSettings: { throttlingRateLimit: 1, throttlingBurstLimit: 2, loggingLevel: "INFO" },
      otherStages: [{ name: "next", variables: { a: "b" }, accessLog: { format: "$context.requestId" } }],
      routes: [
        { apiKeyRequired: true, integration: { type: "AWS_PROXY", functionKey: "connect" } },
        {
          modelSelection: "$request.body.kind",
          requestModels: { note: "Note" },
          routeResponse: true,
          integration: {
            type: "MOCK",
            responses: [{ key: "$default", responseTemplates: { $default: "{}" } }],
          },
        },
        {
          integration: {
            type: "AWS",
            httpMethod: "POST",
            target: { service: "lambda", functionKey: "connect" },
            templateSelection: "a",
          },
        },
        { integration: { type: "HTTP_PROXY", uri: "https://a.example", httpMethod: "POST" } },
      ],
    });
    const { id = "" } = websocketApi ?? {};
    expect(usagePlans).toMatchObject([
      { apiKeyIds: [apiKeys[0]?.id], stages: [{ apiId: id, stage: "live" }] },
      { stages: [{ apiId: id, stage: "next" }] },
    ]);
  });

  it("gives functions addresses of their own", () => {
    const { functionUrls, functions } = defineApi({
      name: "a",
      functions: {
        open: { handler: hello, url: true },
        filed: {
          handler: { file: "src/filed.handler" },
          url: { authorizer: "aws_iam", invokeMode: "RESPONSE_STREAM", cors: true },
        },
      },
    });
    expect(functions.map(({ key }) => key)).toEqual(["open", "filed"]);
    expect(functionUrls).toMatchObject([
      { functionKey: "open", authType: "NONE", invokeMode: "BUFFERED" },
      {
        functionKey: "filed",
        authType: "AWS_IAM",
        invokeMode: "RESPONSE_STREAM",
        cors: { allowOrigins: ["*"] },
      },
    ]);
  });

  it.each<[string, unknown, string, string?]>([
    ["DEFINITION_INVALID", { name: "a b" }, "name"],
    ["DEFINITION_INVALID", { name: "a", stage: "b c" }, "stage"],
    ["DEFINITION_INVALID", { name: "a", region: "x" }, "region"],
    ["DEFINITION_INVALID", rest({ "get /a": hello }), 'rest.routes["get /a"]'],
    ["DEFINITION_INVALID", rest({ "GET /a//b": hello }), 'rest.routes["GET /a//b"]'],
    ["DEFINITION_INVALID", rest({ "FETCH /a": hello }), 'rest.routes["FETCH /a"].httpMethod'],
    ["DEFINITION_INVALID", rest({ "GET /a": {} }), 'rest.routes["GET /a"].handler'],
    [
      "DEFINITION_INVALID",
      rest({ "GET /a": { handler: { file: "src/mine" } } }),
      'rest.routes["GET /a"].handler.file',
    ],
    [
      "DEFINITION_INVALID",
      rest({ "GET /a": { handler: hello, integration: { type: "MOCK" } } }),
      'rest.routes["GET /a"].handler',
    ],
    [
      "DEFINITION_INVALID",
      rest({ "GET /a": { integration: { uri: "https://a.example" } } }),
      'rest.routes["GET /a"].integration.type',
    ],
    [
      "DEFINITION_INVALID",
      rest({ "GET /a": { handler: hello, integration: { timeoutInMillis: 1 } } }),
      'rest.routes["GET /a"].integration.timeoutInMillis',
    ],
    [
      "DEFINITION_INVALID",
      { name: "a", http: { routes: { "GET a": hello } } },
      'http.routes["GET a"].routeKey',
    ],
    [
      "DEFINITION_INVALID",
      { name: "a", apiKeys: { short: "abc" }, rest: { routes: {} } },
      "apiKeys.short.value",
    ],
    [
      "AUTHORIZER_UNKNOWN",
      rest({ "GET /a": { handler: hello, authorizer: "nobody" } }),
      'rest.routes["GET /a"].authorizer',
    ],
    [
      "DEFINITION_INVALID",
      rest({ "GET /a": { handler: hello, authorizationScopes: ["a"] } }),
      'rest.routes["GET /a"].authorizationScopes',
    ],
    [
      "DEFINITION_INVALID",
      {
        name: "a",
        rest: {
          authorizers: { door: { type: "REQUEST", handler: hello, identitySource: "cookie.a" } },
          routes: {},
        },
      },
      "rest.authorizers.door.identitySource",
    ],
    [
      "DEFINITION_INVALID",
      {
        name: "a",
        websocket: {
          authorizers: { door: { authorizerType: "REQUEST", handler: hello } },
          routes: { send: { handler: hello, authorizer: "door" } },
        },
      },
      "websocket.routes.send.authorizerId",
    ],
    [
      "SETTING_UNKNOWN",
      { name: "a", functions: { one: { handler: hello, url: { authoriser: "aws_iam" } } } },
      "functions.one.url.authoriser",
      "authorizer",
    ],
    ["SETTING_UNKNOWN", { name: "a", rset: {} }, "rset", "rest"],
    [
      "SETTING_UNKNOWN",
      rest({ "GET /a": { handler: hello, authorizr: "x" } }),
      'rest.routes["GET /a"].authorizr',
      "authorizer",
    ],
    [
      "SETTING_UNKNOWN",
      rest({ "GET /a": { handler: { file: "a.b", timeut: 3 } } }),
      'rest.routes["GET /a"].handler.timeut',
      "timeout",
    ],
    [
      "SETTING_UNKNOWN",
      rest({ "GET /a": { integration: { type: "MOCK", requestTemplate: {} } } }),
      'rest.routes["GET /a"].integration.requestTemplate',
      "requestTemplates",
    ],
    [
      "SETTING_UNKNOWN",
      { name: "a", rest: { stages: { dev: { methodSettings: [{ cacheTtlSeconds: 1 }] } }, routes: {} } },
      "rest.stages.dev.methodSettings[0].cacheTtlSeconds",
      "cacheTtlInSeconds",
    ],
    [
      "SETTING_UNKNOWN",
      { name: "a", usagePlans: { all: { throtle: {} } }, rest: { routes: {} } },
      "usagePlans.all.throtle",
      "throttle",
    ],
    ["NOT_SUPPORTED", { name: "a", rest: { body: {}, routes: {} } }, "rest.body"],
  ])("refuses with %s: %#", (code, definition, path, closest) => {
    try {
      defineApi(definition as ApiDefinition); // what a program without types may say
      expect.unreachable();
    } catch (error) {
      if (!isFailure(error)) throw error;
      expect([error.code, error.facts]).toEqual([
        code,
        expect.objectContaining({ path, ...(closest && { closest }) }),
      ]);
    }
  });
});

function rest(routes: object): object {
  return { name: "a", rest: { routes } };
}

describe("a gateway started with it", () => {
  it("answers by handlers in this process and by handlers in files", async () => {
    const folder = await mkdtemp(join(tmpdir(), "gatewright-define-"));
    await writeFile(
      join(folder, "filed.mjs"),
      'export const handler = async () => ({ statusCode: 200, body: "from a file" });',
    );
    await writeFile(
      join(folder, "streamed.mjs"),
      `export const handler = awslambda.streamifyResponse(async ({ rawPath }, out) => {
        const body = awslambda.HttpResponseStream.from(out, { statusCode: 203, headers: { "x-a": "b" } });
        body.write("you asked for ");
        body.end(rawPath);
      });`,
    );
    try {
      let asked = 0;
      const definition = defineApi({
        name: "notes",
        folder,
        rest: {
          authorizers: {
            door: {
              type: "REQUEST",
              authorizerResultTtlInSeconds: 0,
              handler: ({ methodArn, headers }: { methodArn: string; headers: Record<string, string> }) => {
                asked++;
                return {
                  principalId: "ada",
                  policyDocument: {
                    Version: "2012-10-17",
                    Statement: [
                      {
                        Action: "execute-api:Invoke",
                        Effect: headers["x-open"] ? "Allow" : "Deny",
                        Resource: methodArn,
                      },
                    ],
                  },
                };
              },
            },
          },
          routes: {
            "GET /notes/{id}": ({ pathParameters }: { pathParameters: { id: string } }) => ({
              statusCode: 200,
              body: `note ${pathParameters.id}`,
            }),
            "GET /guarded": { handler: () => ({ statusCode: 204 }), authorizer: "door" },
          },
        },
        http: { routes: { "GET /filed": { handler: { file: "filed.handler" } } } },
        functions: { streamed: { file: "streamed.handler" } },
        resources: {
          Resources: {
            Address: {
              Type: "AWS::Lambda::Url",
              Properties: {
                TargetFunctionArn: { "Fn::GetAtt": ["StreamedLambdaFunction", "Arn"] },
                AuthType: "NONE",
                InvokeMode: "RESPONSE_STREAM",
              },
            },
          },
        },
        websocket: {
          routes: {
            $default: {
              handler: ({ body }: { body: string }) => ({ statusCode: 200, body: `you said ${body}` }),
              routeResponseSelectionExpression: "$default",
            },
          },
        },
      });
      await using gateway = await startGateway({ definition, folder: join(folder, "data") });
      const note = await fetch(`${gateway.urls.rest}/notes/7`);
      expect([note.status, await note.text()]).toEqual([200, "note 7"]);
      const guarded = (headers: Record<string, string>): Promise<Response> =>
        fetch(`${gateway.urls.rest}/guarded`, { headers: { authorization: "a", ...headers } });
      expect((await guarded({})).status).toBe(403);
      expect((await guarded({ "x-open": "1" })).status).toBe(204);
      expect(asked).toBe(2);
      expect(await (await fetch(`${gateway.urls.http}/filed`)).text()).toBe("from a file");
      const streamed = await fetch(`${gateway.functionUrls["streamed"]}/here`);
      expect([streamed.status, streamed.headers.get("x-a"), await streamed.text()]).toEqual([
        203,
        "b",
        "you asked for /here",
      ]);
      const socket = new WebSocket(gateway.urls.websocket ?? "");
      const said = new Promise<unknown>((resolve) => {
        socket.addEventListener("open", () => socket.send("hi"));
        socket.addEventListener("message", ({ data }) => resolve(data));
      });
      expect(await said).toBe("you said hi");
      socket.close();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
