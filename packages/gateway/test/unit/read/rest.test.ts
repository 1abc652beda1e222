// REST API: methods, paths, authorizers, preflight answers, and what is refused.
import { describe, expect, it } from "vitest";
import type { RestApi } from "../../../src/model/rest-api.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

async function api(events: string, more = ""): Promise<RestApi> {
  const service = await readText(withEvents(events, more));
  expect(service.notices).toEqual([]);
  return service.restApi!;
}

function http(settings: string): string {
  return `      - http: { ${settings} }`;
}

describe("methods", () => {
  it("are read from text and from maps", async () => {
    const { methods } = await api(`      - http: GET /a/{b}
      - http: { path: /a/c/, method: post }
      - http: { path: /, method: any }
      - http: { path: "{proxy+}", method: "*", operationId: all, timeoutInMillis: 100 }`);
    expect(methods.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "GET /a/{b}",
      "POST /a/c",
      "ANY /",
      "ANY /{proxy+}",
    ]);
    expect(methods[3]).toMatchObject({
      operationName: "all",
      integration: { functionKey: "main", timeoutMs: 100 },
    });
    expect(methods[0]?.resourceId).toMatch(/^[a-z0-9]{6}$/);
    expect(methods[2]?.resourceId).toMatch(/^[a-z0-9]{10}$/);
  });

  it("share the API's settings", async () => {
    const more =
      "  apiName: mine\n  apiGateway: { timeoutInMillis: 5000, binaryMediaTypes: ['*/*'], apiKeySourceType: authorizer, stage: v1 }\n";
    const read = await api("      - http: GET /a", more);
    expect(read).toMatchObject({
      name: "mine",
      stage: "v1",
      binaryMediaTypes: ["*/*"],
      apiKeySource: "AUTHORIZER",
    });
    expect(read.methods[0]).toMatchObject({ apiKeyRequired: false, integration: { timeoutMs: 5000 } });
    expect(
      (await api("      - http: GET /a", "  apiGateway: { shouldStartNameWithService: true }\n")).name,
    ).toBe("shop-dev");
    expect((await api("      - http: GET /a")).name).toBe("dev-shop");
  });

  it.each([
    ["      - http: GET", "functions.main.events[0].http"],
    ["      - http: FETCH /a", "functions.main.events[0].http"],
    [http("method: get"), "functions.main.events[0].http.path"],
    [http("path: a"), "functions.main.events[0].http.method"],
    [http("path: a b, method: get"), "functions.main.events[0].http.path"],
    [http("path: a//b, method: get"), "functions.main.events[0].http.path"],
    [http('path: "{a+}/b", method: get'), "functions.main.events[0].http.path"],
    [http('path: "{a}/{a}", method: get'), "functions.main.events[0].http.path"],
    [http('path: "x{a}", method: get'), "functions.main.events[0].http.path"],
    [http("path: a, method: get, private: maybe"), "functions.main.events[0].http.private"],
    [http("path: a, method: get, private: "), "functions.main.events[0].http.private"],
    [http("path: a, method: get, timeoutInMillis: 5"), "functions.main.events[0].http.timeoutInMillis"],
    ["      - http: GET /a/{b}\n      - http: GET /a/{c}/d", "functions.main.events[1].http"],
  ])("%s is refused at its place", async (events, path) => {
    expect(await failureOf(withEvents(events))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path },
    });
  });

  it("stand once", async () => {
    expect(
      await failureOf(withEvents("      - http: GET /a\n      - http: { path: a, method: get }")),
    ).toMatchObject({
      code: "ROUTE_DUPLICATE",
      facts: {
        route: "GET /a",
        first: "functions.main.events[0].http",
        path: "functions.main.events[1].http",
      },
    });
  });

  it("without any, the provider's words for them have no effect", async () => {
    const service = await readText(withEvents("      - httpApi: GET /a", "  apiGateway: { apiKeys: [a] }\n"));
    expect(service).toMatchObject({ apiKeys: [], usagePlans: [], notices: [] });
    expect(service.restApi).toBeUndefined();
  });
});

describe("integrations", () => {
  it.each(["lambda-proxy", "LAMBDA_PROXY", "aws_proxy"])("%s is what runs", async (integration) => {
    expect((await api(http(`path: a, method: get, integration: ${integration}`))).methods).toHaveLength(1);
  });

  it.each([
    ["integration: lamda-proxy", "INTEGRATION_UNKNOWN"],
    ["integration: http_proxy, connectionType: vpc-link, connectionId: a", "NOT_SUPPORTED"],
    ["integration: http_proxy", "DEFINITION_INVALID"],
    ["integration: http, request: { uri: 'ftp://a' }", "DEFINITION_INVALID"],
    ["integration: http, request: { uri: 'http://a', method: fetch }", "DEFINITION_INVALID"],
    ["async: true, integration: mock", "DEFINITION_INVALID"],
    ["integration: lambda, request: { passThrough: ALWAYS }", "DEFINITION_INVALID"],
    ["integration: lambda, response: { transferMode: stream }", "DEFINITION_INVALID"],
    ["integration: lambda, response: { statusCodes: { ok: {} } }", "DEFINITION_INVALID"],
    ["request: { schemas: { application/json: Missing } }", "DEFINITION_INVALID"],
    ["request: { parameters: { querystrings: { page: maybe } } }", "DEFINITION_INVALID"],
    ["timeoutInMillis: 300001", "DEFINITION_INVALID"],
  ])("%s is %s", async (settings, code) => {
    expect(await failureOf(withEvents(http(`path: a, method: get, ${settings}`)))).toMatchObject({ code });
  });

  it("leave a word about settings that the framework drops", async () => {
    const service = await readText(
      withEvents(http("path: a, method: get, request: { template: { a: b } }, async: false")),
    );
    expect(service.notices).toMatchObject([{ path: "functions.main.events[0].http.request.template" }]);
  });
});

describe("authorizers", () => {
  const authorizer = async (settings: string): Promise<unknown> =>
    (await api(http(`path: a, method: get, authorizer: ${settings}`))).authorizers[0];

  it("are TOKEN on Authorization for 300 s by default", async () => {
    const usual = {
      name: "guard",
      type: "TOKEN",
      functionKey: "guard",
      identitySources: [{ from: "header", name: "Authorization" }],
      ttlSeconds: 300,
    };
    expect(await authorizer("guard")).toMatchObject(usual);
    expect(await authorizer("{ name: guard }")).toMatchObject(usual);
    expect(await authorizer("{ arn: !GetAtt GuardLambdaFunction.Arn }")).toMatchObject(usual);
    expect(await authorizer("arn:aws:lambda:us-east-1:000000000000:function:shop-dev-guard")).toMatchObject(
      usual,
    );
  });

  it("take their own settings", async () => {
    expect(
      await authorizer(
        "{ name: guard, type: Request, resultTtlInSeconds: 5, identitySource: 'method.request.header.A, method.request.querystring.b, context.identity.sourceIp, stageVariables.c', managedExternally: false }",
      ),
    ).toMatchObject({
      type: "REQUEST",
      ttlSeconds: 5,
      identitySources: [
        { from: "header", name: "A" },
        { from: "querystring", name: "b" },
        { from: "context", name: "identity.sourceIp" },
        { from: "stageVariables", name: "c" },
      ],
    });
    expect(await authorizer("{ name: guard, type: request, resultTtlInSeconds: 0 }")).toMatchObject({
      identitySources: [],
    });
    expect(await authorizer("{ name: guard, identityValidationExpression: '^Bearer .+' }")).toMatchObject({
      identityValidation: "^Bearer .+",
    });
  });

  it.each([
    ["gard", "AUTHORIZER_UNKNOWN"],
    ["{ name: nobody }", "AUTHORIZER_UNKNOWN"],
    ["arn:aws:lambda:us-east-1:1:function:other", "AUTHORIZER_UNKNOWN"],
    ["{ type: COGNITO_USER_POOLS, authorizerId: abc }", "AUTHORIZER_UNKNOWN"],
    ["{ type: COGNITO_USER_POOLS, name: a, arn: b }", "DEFINITION_INVALID"],
    ["{ type: COGNITO_USER_POOLS, name: a }", "DEFINITION_INVALID"],
    ["{ name: guard, arn: 'arn:aws:cognito-idp:us-east-1:1:userpool/a' }", "DEFINITION_INVALID"],
    ["{ name: guard, scopes: [a] }", "DEFINITION_INVALID"],
    ["", "DEFINITION_INVALID"],
    ["false", "DEFINITION_INVALID"],
    ["[guard]", "DEFINITION_INVALID"],
    ["{}", "DEFINITION_INVALID"],
    ["{ name: }", "DEFINITION_INVALID"],
    ["{ name: guard, type: }", "DEFINITION_INVALID"],
    ["{ name: guard, resultTtlInSeconds: 3601 }", "DEFINITION_INVALID"],
    ["{ name: guard, identitySource: method.request.path.a }", "DEFINITION_INVALID"],
    [
      "{ name: guard, identitySource: 'method.request.header.A,method.request.header.B' }",
      "DEFINITION_INVALID",
    ],
    ["{ name: guard, identitySource: method.request.querystring.a }", "DEFINITION_INVALID"],
    ["{ name: guard, type: request, identitySource: '$request.header.A' }", "DEFINITION_INVALID"],
    ["{ name: guard, identityValidationExpression: '(' }", "DEFINITION_INVALID"],
    ['"${self:custom.nothing}"', "VARIABLE_UNRESOLVED"],
    ['"${self:custom.nothing, null}"', "DEFINITION_INVALID"],
  ])("%s never leaves the route open: %s", async (settings, code) => {
    expect(await failureOf(withEvents(http(`path: a, method: get, authorizer: ${settings}`)))).toMatchObject({
      code,
    });
  });

  it("that are unknown name those that are there and the nearest", async () => {
    const failure = await failureOf(withEvents(http("path: a, method: get, authorizer: gard")));
    expect(failure.facts).toMatchObject({ name: "gard", known: ["guard", "main"], closest: "guard" });
  });

  it("mean one thing by one name", async () => {
    const both = (ttl: number): string =>
      `${http("path: a, method: get, authorizer: guard")}\n${http(`path: b, method: get, authorizer: { name: guard, resultTtlInSeconds: ${ttl} }`)}`;
    expect((await api(both(300))).authorizers).toHaveLength(1);
    expect(await failureOf(withEvents(both(0)))).toMatchObject({
      code: "AUTHORIZER_CONFLICT",
      facts: { name: "guard", first: "functions.main.events[0].http.authorizer" },
    });
  });
});

describe("cors", () => {
  const preflights = async (events: string): Promise<unknown[]> =>
    (await api(events)).methods.filter(({ integration }) => integration.type === "MOCK_CORS");

  it("true gives a path an OPTIONS method for all origins", async () => {
    expect(
      await preflights(
        `${http("path: a, method: get, cors: true")}\n${http("path: a, method: post, cors: true, private: true")}`,
      ),
    ).toMatchObject([
      {
        method: "OPTIONS",
        path: "/a",
        apiKeyRequired: false,
        integration: {
          type: "MOCK_CORS",
          headers: {
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Headers":
              "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent,X-Amzn-Trace-Id",
            "Access-Control-Allow-Methods": "OPTIONS,POST,GET",
          },
        },
      },
    ]);
  });

  it("takes its own settings", async () => {
    const own =
      "cors: { origins: ['https://a.example', 'https://*.b.example'], headers: [X-A], allowCredentials: true, maxAge: 60, cacheControl: no-store }";
    expect(await preflights(http(`path: a, method: any, ${own}`))).toMatchObject([
      {
        integration: {
          headers: {
            "Access-Control-Allow-Origin": "https://a.example",
            "Access-Control-Allow-Headers": "X-A",
            "Access-Control-Allow-Methods": "OPTIONS,DELETE,GET,HEAD,PATCH,POST,PUT",
            "Access-Control-Allow-Credentials": "true",
            "Access-Control-Max-Age": "60",
            "Cache-Control": "no-store",
          },
          origins: ["https://a.example", "https://*.b.example"],
        },
      },
    ]);
    expect(
      await preflights(
        http("path: a, method: get, cors: { origin: 'https://a.example, https://b.example' }"),
      ),
    ).toMatchObject([{ integration: { origins: ["https://a.example", "https://b.example"] } }]);
  });

  it("gives way to an OPTIONS method of the file, and to false", async () => {
    expect(await preflights(`${http("path: a, method: get, cors: true")}\n      - http: OPTIONS /a`)).toEqual(
      [],
    );
    expect(await preflights(http("path: a, method: get, cors: false"))).toEqual([]);
  });
});
