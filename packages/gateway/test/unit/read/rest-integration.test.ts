// What the methods of a REST API call, and what they want of a request.
import { describe, expect, it } from "vitest";
import type { MappedIntegration } from "../../../src/model/integration.ts";
import type { RestApi, RestMethod } from "../../../src/model/rest-api.ts";
import { readText, withEvents } from "./read-text.ts";

async function api(settings: string, more = ""): Promise<RestApi> {
  const event = `      - http:\n          path: a/{id}\n          method: post\n${settings.replaceAll(/^/gm, "          ")}`;
  const service = await readText(withEvents(event, more));
  expect(service.notices).toEqual([]);
  return service.restApi!;
}

async function method(settings: string): Promise<RestMethod> {
  const [first] = (await api(settings)).methods;
  if (first === undefined) throw new Error("there is no method");
  return first;
}

const mapped = async (settings: string): Promise<MappedIntegration> =>
  (await method(settings)).integration as MappedIntegration; // the settings ask for one

describe("a lambda integration", () => {
  it("has the framework's templates, statuses and pass-through", async () => {
    const { integration, methodResponses } = await method("integration: lambda");
    expect(integration).toMatchObject({
      type: "AWS",
      httpMethod: "POST",
      uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:shop-dev-main/invocations",
      target: { service: "lambda", functionKey: "main" },
      passthroughBehavior: "NEVER",
      timeoutMs: 29_000,
    });
    const { requestTemplates, responses } = integration as MappedIntegration; // as its type says
    expect(Object.keys(requestTemplates)).toEqual(["application/json", "application/x-www-form-urlencoded"]);
    expect(responses.map(({ statusCode }) => statusCode)).toEqual(
      "200 400 401 403 404 422 500 502 504".split(" "),
    );
    expect(responses[0]).not.toHaveProperty("selectionPattern");
    const pattern = (code: string): RegExp =>
      new RegExp(`^(?:${responses.find(({ statusCode }) => statusCode === code)?.selectionPattern})$`);
    expect("[404] no room").toMatch(pattern("404"));
    expect("Process exited before completing request").toMatch(pattern("500"));
    expect("2026 Task timed out after 6.00 seconds").toMatch(pattern("504"));
    expect(methodResponses?.map(({ statusCode }) => statusCode)).toEqual(
      responses.map(({ statusCode }) => statusCode),
    );
  });

  it("takes templates, headers, statuses and content handling of its own", async () => {
    const read = await method(`integration: aws
cors: { origins: [https://a.example, https://b.example], allowCredentials: true }
request:
  passThrough: WHEN_NO_TEMPLATES
  contentHandling: CONVERT_TO_TEXT
  template: { application/json: '{"a": 1}', application/x-www-form-urlencoded: , text/plain: '' }
  parameters:
    querystrings: { page: { required: false, mappedValue: "'1'" } }
    headers: { X-Tenant: true }
    paths: { id: false }
response:
  contentHandling: CONVERT_TO_BINARY
  headers: { Cache-Control: "'no-store'" }
  template: $input.path('$.body')
  statusCodes:
    201: { pattern: '' }
    409: { pattern: '.*taken.*', headers: { Retry-After: "'1'" }, template: { text/plain: taken } }`);
    expect(read.integration).toMatchObject({
      passthroughBehavior: "WHEN_NO_TEMPLATES",
      contentHandling: "CONVERT_TO_TEXT",
      requestTemplates: { "application/json": '{"a": 1}', "text/plain": "" },
      requestParameters: {
        "integration.request.querystring.page": "'1'",
        "integration.request.header.X-Tenant": "method.request.header.X-Tenant",
        "integration.request.path.id": "method.request.path.id",
      },
      responses: [
        {
          statusCode: "201",
          contentHandling: "CONVERT_TO_BINARY",
          responseTemplates: { "application/json": "$input.path('$.body')" },
          responseParameters: {
            "method.response.header.Access-Control-Allow-Origin": "'https://a.example,https://b.example'",
            "method.response.header.Access-Control-Allow-Credentials": "'true'",
            "method.response.header.Cache-Control": "'no-store'",
          },
        },
        {
          statusCode: "409",
          selectionPattern: ".*taken.*",
          responseTemplates: { "application/json": "$input.path('$.body')", "text/plain": "taken" },
          responseParameters: { "method.response.header.Retry-After": "'1'" },
        },
      ],
    });
    expect(Object.keys((read.integration as MappedIntegration).requestTemplates)).toHaveLength(2);
    expect(read.methodResponses?.[1]?.responseParameters).toMatchObject({
      "method.response.header.Retry-After": true,
    });
    expect(read).toMatchObject({
      requestParameters: {
        "method.request.querystring.page": false,
        "method.request.header.X-Tenant": true,
        "method.request.path.id": false,
      },
      requestValidator: { body: true, parameters: true },
    });
  });

  it("gets the framework's 200 where no status is the default one, also over its own", async () => {
    const { responses } = await mapped(
      "integration: lambda\nresponse: { statusCodes: { 200: { template: lost }, 404: { pattern: 'x' } } }",
    );
    expect(responses).toMatchObject([
      { statusCode: "200", responseTemplates: {} },
      { statusCode: "404", selectionPattern: "x" },
    ]);
  });

  it("is what async means, with the header that makes Lambda answer at once", async () => {
    expect(await mapped("async: true")).toMatchObject({
      type: "AWS",
      requestParameters: { "integration.request.header.X-Amz-Invocation-Type": "'Event'" },
    });
  });

  it("shows the claims that the event names", async () => {
    const more = "authorizer: { name: guard, claims: [email, 'custom:tenant'] }";
    const { requestTemplates } = await mapped(`integration: lambda\n${more}`);
    expect(requestTemplates["application/json"]).toContain(
      `"tenant": "$context.authorizer.claims['custom:tenant']"`,
    );
  });
});

describe("an HTTP integration", () => {
  it("calls with the event's verb unless it has its own", async () => {
    expect(await mapped("integration: http_proxy\nrequest: { uri: 'https://a.example/{id}' }")).toMatchObject(
      {
        type: "HTTP_PROXY",
        httpMethod: "POST",
        uri: "https://a.example/{id}",
        passthroughBehavior: "WHEN_NO_MATCH",
        responses: [],
      },
    );
    const own =
      "integration: http\nrequest: { uri: 'http://${stageVariables.host}/x', method: get, parameters: { paths: { id: true } } }";
    expect(await mapped(own)).toMatchObject({
      type: "HTTP",
      httpMethod: "GET",
      uri: "http://${stageVariables.host}/x",
      requestTemplates: {},
      passthroughBehavior: "WHEN_NO_MATCH",
      requestParameters: { "integration.request.path.id": "method.request.path.id" },
    });
  });

  it("streams where it is a proxy", async () => {
    const text =
      "integration: http-proxy\ntimeoutInMillis: 900000\nrequest: { uri: 'http://a' }\nresponse: { transferMode: stream }";
    expect(await mapped(text)).toMatchObject({ responseTransferMode: "STREAM", timeoutMs: 900_000 });
    expect((await method("response: { transferMode: STREAM }")).integration).toMatchObject({
      type: "AWS_PROXY",
      responseTransferMode: "STREAM",
    });
  });
});

describe("a mock", () => {
  it("answers as its templates and statuses say", async () => {
    expect(
      await mapped(`integration: mock
request: { template: { application/json: '{"statusCode": 204}' } }
response: { template: done, statusCodes: { 204: { pattern: "204" } } }`),
    ).toMatchObject({
      type: "MOCK",
      requestTemplates: { "application/json": '{"statusCode": 204}' },
      responses: [
        { statusCode: "204", selectionPattern: "204", responseTemplates: { "application/json": "done" } },
      ],
    });
    expect((await mapped("integration: mock")).responses).toEqual([]);
  });
});

describe("a body", () => {
  it("is validated by a schema of the event's own or of the provider's", async () => {
    const shared =
      "  apiGateway: { request: { schemas: { new-note: { name: NewNote, schema: { type: object } }, list: { schema: { type: array } } } } }\n";
    const read = await api(
      'request: { schemas: { application/json: new-note, text/json: { schema: { type: string }, name: Text }, a/b: { type: number }, c/d: \'{"type": "null"}\' } }',
      shared,
    );
    expect(read.models).toEqual({
      NewNote: { type: "object" },
      ApiGatewayListModel: { type: "array" },
      Text: { type: "string" },
      ApiGatewayMethodAIdVarPostABModel: { type: "number" },
      ApiGatewayMethodAIdVarPostCDModel: { type: "null" },
    });
    expect(read.methods[0]).toMatchObject({
      requestValidator: { body: true, parameters: true },
      requestModels: {
        "application/json": "NewNote",
        "text/json": "Text",
        "a/b": "ApiGatewayMethodAIdVarPostABModel",
        "c/d": "ApiGatewayMethodAIdVarPostCDModel",
      },
    });
  });

  it("is not where nothing asks for it", async () => {
    const read = await method("request: { parameters: { querystrings: { page: false } } }");
    expect(read.requestParameters).toEqual({ "method.request.querystring.page": false });
    expect(read).not.toHaveProperty("requestValidator");
  });
});

describe("callers", () => {
  it("sign their requests", async () => {
    expect(await method("authorizer: aws_iam")).toMatchObject({ iam: true });
    expect(await method("authorizer: { type: AWS_IAM }")).toMatchObject({ iam: true });
  });

  it("have a user pool's token", async () => {
    const arn = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_AbCdEf123";
    const read = await api(
      `authorizer: { name: people, type: cognito_user_pools, arn: '${arn}', scopes: [rooms/read], resultTtlInSeconds: 0, identitySource: method.request.header.X-Token, identityValidationExpression: '^ey' }`,
    );
    expect(read.cognitoAuthorizers).toEqual([
      {
        id: expect.stringMatching(/^\w{6}$/) as string,
        name: "people",
        type: "COGNITO_USER_POOLS",
        userPoolIds: ["us-east-1_AbCdEf123"],
        identitySources: [{ from: "header", name: "X-Token" }],
        identityValidation: "^ey",
        ttlSeconds: 0,
      },
    ]);
    expect(read.methods[0]).toMatchObject({
      authorizerId: read.cognitoAuthorizers?.[0]?.id,
      authorizationScopes: ["rooms/read"],
    });
    expect((await api(`authorizer: ${arn}`)).cognitoAuthorizers).toMatchObject([
      { userPoolIds: ["us-east-1_AbCdEf123"], ttlSeconds: 300 },
    ]);
  });
});
