// HTTP API: routes, payload versions, authorizers, CORS, and what is refused.
import { describe, expect, it } from "vitest";
import type { HttpApi } from "../../../src/model/http-api.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

async function api(events: string, more = ""): Promise<HttpApi> {
  const service = await readText(withEvents(events, more));
  expect(service.notices).toEqual([]);
  return service.httpApi!;
}

describe("routes", () => {
  it("are read from text and from maps", async () => {
    const { routes, stage, name } = await api(`      - httpApi: get /a/{b}
      - httpApi: "*"
      - httpApi: { method: "*", path: /c }
      - httpApi: { method: post, path: "/{rest+}" }
      - httpApi: GET /`);
    expect(routes.map(({ routeKey }) => routeKey)).toEqual([
      "GET /a/{b}",
      "$default",
      "ANY /c",
      "POST /{rest+}",
      "GET /",
    ]);
    expect(routes[0]).toEqual({
      routeKey: "GET /a/{b}",
      integration: { type: "AWS_PROXY", functionKey: "main", payloadVersion: "2.0", timeoutMs: 30_000 },
    });
    expect([stage, name]).toEqual(["$default", "dev-shop"]);
  });

  it("take the payload version of the function, then of the API", async () => {
    const more = "  httpApi: { payload: '1.0', name: mine }\n";
    const one = await api("      - httpApi: GET /a", more);
    expect(one.name).toBe("mine");
    expect(one.routes[0]?.integration).toMatchObject({ payloadVersion: "1.0" });
    const two = await api("      - httpApi: GET /a\n    httpApi: { payload: '2.0' }", more);
    expect(two.routes[0]?.integration).toMatchObject({ payloadVersion: "2.0" });
    const failure = await failureOf(withEvents("      - httpApi: GET /a", "  httpApi: { payload: 2.0 }\n"));
    expect(failure.message).toContain("Put it in quotes.");
  });

  it.each([
    ["      - httpApi: /a", "functions.main.events[0].httpApi"],
    ["      - httpApi: GET a", "functions.main.events[0].httpApi"],
    ["      - httpApi: LIST /a", "functions.main.events[0].httpApi"],
    ["      - httpApi: { path: /a }", "functions.main.events[0].httpApi.method"],
    ["      - httpApi: { method: get }", "functions.main.events[0].httpApi.path"],
    ["      - httpApi: { method: get, path: '*' }", "functions.main.events[0].httpApi.method"],
    ["      - httpApi: { method: get, path: '/{a+}/b' }", "functions.main.events[0].httpApi.path"],
  ])("%s is refused at its place", async (events, path) => {
    expect(await failureOf(withEvents(events))).toMatchObject({
      code: "DEFINITION_INVALID",
      facts: { path },
    });
  });

  it("stand once", async () => {
    expect(await failureOf(withEvents("      - httpApi: GET /a\n      - httpApi: get /a"))).toMatchObject({
      code: "ROUTE_DUPLICATE",
      facts: { route: "GET /a" },
    });
  });
});

describe("authorizers", () => {
  const provider = (settings: string): string => `  httpApi: { authorizers: { session: ${settings} } }\n`;
  const event = "      - httpApi: { method: get, path: /a, authorizer: session }";

  it("have AWS's defaults, and their own settings before them", async () => {
    const usual = await api(event, provider("{ type: request, functionName: guard }"));
    expect(usual.authorizers).toMatchObject([
      {
        name: "session",
        type: "REQUEST",
        functionKey: "guard",
        identitySources: [],
        ttlSeconds: 0,
        payloadVersion: "2.0",
        simpleResponses: false,
      },
    ]);
    expect(usual.routes[0]?.authorizerId).toBe(usual.authorizers[0]?.id);
    const own =
      "{ type: request, name: door, functionArn: !GetAtt GuardLambdaFunction.Arn, payloadVersion: '1.0', resultTtlInSeconds: 60, identitySource: ['$request.header.Authorization', '$request.querystring.t', '$context.routeKey', '$stageVariables.v'], managedExternally: true }";
    expect((await api(event, provider(own))).authorizers).toMatchObject([
      {
        name: "door",
        payloadVersion: "1.0",
        ttlSeconds: 60,
        identitySources: [
          { from: "header", name: "Authorization" },
          { from: "querystring", name: "t" },
          { from: "context", name: "routeKey" },
          { from: "stageVariables", name: "v" },
        ],
      },
    ]);
  });

  it.each([
    ["{ type: jwt, issuerUrl: a, audience: b, identitySource: $request.header.A }", "DEFINITION_INVALID"],
    ["{ issuerUrl: 'https://a' }", "DEFINITION_INVALID"],
    ["{ issuerUrl: 'https://a', identitySource: $request.header.A }", "DEFINITION_INVALID"],
    [
      "{ issuerUrl: 'https://a', audience: b, identitySource: ['$request.header.A', '$request.header.B'] }",
      "DEFINITION_INVALID",
    ],
    ["{ type: reqest, functionName: guard }", "AUTHORIZER_UNKNOWN"],
    ["{ type: request, functionName: gard }", "AUTHORIZER_UNKNOWN"],
    ["{ type: request, functionArn: 'arn:aws:lambda:us-east-1:1:function:x' }", "AUTHORIZER_UNKNOWN"],
    ["{ type: request }", "DEFINITION_INVALID"],
    ["{ type: request, functionName: guard, functionArn: 'arn:a' }", "DEFINITION_INVALID"],
    ["{ type: request, functionName: guard, resultTtlInSeconds: 5 }", "DEFINITION_INVALID"],
    [
      "{ type: request, functionName: guard, payloadVersion: '1.0', enableSimpleResponses: true }",
      "DEFINITION_INVALID",
    ],
    ["{ type: request, functionName: guard, identitySource: method.request.header.A }", "DEFINITION_INVALID"],
  ])("%s never leaves the route open: %s", async (settings, code) => {
    expect(await failureOf(withEvents(event, provider(settings)))).toMatchObject({ code });
  });

  it.each([
    ["sesion", "AUTHORIZER_UNKNOWN"],
    ["{ name: other }", "AUTHORIZER_UNKNOWN"],
    ["", "DEFINITION_INVALID"],
    ["{}", "DEFINITION_INVALID"],
    ["true", "DEFINITION_INVALID"],
    ["{ id: abc }", "NOT_SUPPORTED"],
    ["{ type: aws_iam, name: session }", "DEFINITION_INVALID"],
    ["{ name: session, type: jwt }", "DEFINITION_INVALID"],
    ["{ name: session, scopes: [a] }", "DEFINITION_INVALID"],
    ["{ name: session, type: none }", "DEFINITION_INVALID"],
  ])("a route's %s never leaves it open: %s", async (written, code) => {
    const text = withEvents(
      `      - httpApi: { method: get, path: /a, authorizer: ${written} }`,
      provider("{ type: request, functionName: guard }"),
    );
    expect(await failureOf(text)).toMatchObject({ code });
  });
});

describe("cors", () => {
  const cors = async (written: string): Promise<unknown> =>
    (await api("      - httpApi: GET /a\n      - httpApi: POST /a", `  httpApi: { cors: ${written} }\n`))
      .cors;

  it("true is the framework's defaults with the methods of the routes", async () => {
    expect(await cors("true")).toEqual({
      allowOrigins: ["*"],
      allowMethods: ["OPTIONS", "GET", "POST"],
      allowHeaders: [
        "Content-Type",
        "X-Amz-Date",
        "Authorization",
        "X-Api-Key",
        "X-Amz-Security-Token",
        "X-Amz-User-Agent",
        "X-Amzn-Trace-Id",
      ],
      exposeHeaders: [],
      allowCredentials: false,
    });
    expect(await cors("false")).toBeUndefined();
  });

  it("takes its own settings", async () => {
    expect(
      await cors(
        "{ allowedOrigins: ['https://a.example'], allowedHeaders: [x], allowedMethods: [get], allowCredentials: true, exposedResponseHeaders: [y], maxAge: 5 }",
      ),
    ).toEqual({
      allowOrigins: ["https://a.example"],
      allowMethods: ["GET"],
      allowHeaders: ["x"],
      exposeHeaders: ["y"],
      allowCredentials: true,
      maxAgeSeconds: 5,
    });
  });

  it("covers every method where a route takes any", async () => {
    const { cors } = await api('      - httpApi: "*"', "  httpApi: { cors: true }\n");
    expect(cors!.allowMethods).toEqual(["OPTIONS", "GET", "POST", "PUT", "PATCH", "HEAD", "DELETE"]);
  });

  it.each(["{ allowCredentials: true }", "yes", "[a]", "{ maxAge: 86401 }"])(
    "%s is refused",
    async (written) => {
      const text = withEvents("      - httpApi: GET /a", `  httpApi: { cors: ${written} }\n`);
      expect(await failureOf(text)).toMatchObject({ code: "DEFINITION_INVALID" });
    },
  );
});
