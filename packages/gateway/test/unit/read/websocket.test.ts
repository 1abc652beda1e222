// WebSocket API: routes, the authorizer of $connect, and what is refused.
import { describe, expect, it } from "vitest";
import type { WebsocketApi } from "../../../src/model/websocket-api.ts";
import { failureOf, readText, withEvents } from "./read-text.ts";

async function api(events: string, more = ""): Promise<WebsocketApi> {
  const service = await readText(withEvents(events, more));
  expect(service.notices).toEqual([]);
  return service.websocketApi!;
}

describe("a WebSocket API", () => {
  it("is read from text and from maps", async () => {
    const read = await api(`      - websocket: $connect
      - websocket: { route: ping, routeResponseSelectionExpression: $default }`);
    const integration = { type: "AWS_PROXY", functionKey: "main", timeoutMs: 29_000 };
    expect(read).toMatchObject({
      name: "dev-shop-websockets",
      stage: "dev",
      routeSelectionExpression: "$request.body.action",
      authorizers: [],
      routes: [
        { routeKey: "$connect", integration, routeResponse: false },
        { routeKey: "ping", integration, routeResponse: true },
      ],
    });
    const more = "  websocketsApiName: mine\n  websocketsApiRouteSelectionExpression: $request.body.type\n";
    expect(await api("      - websocket: a", more)).toMatchObject({
      name: "mine",
      routeSelectionExpression: "$request.body.type",
    });
  });

  it("logs as the framework sets its stage up", async () => {
    const logged = async (logs: string) => api("      - websocket: a", `  logs: { websocket: ${logs} }\n`);
    const usual = await logged("true");
    expect(usual.defaultSettings).toEqual({ dataTraceEnabled: true, loggingLevel: "INFO" });
    expect(usual.accessLog).toMatchObject({
      format: expect.stringContaining('"$context.eventType $context.routeKey $context.connectionId"'),
      destinationArn: expect.stringContaining("/aws/websocket/shop-dev"),
    });
    const format = "$context.requestId";
    expect(await logged(`{ level: ERROR, fullExecutionData: false, format: ${format} }`)).toMatchObject({
      defaultSettings: { dataTraceEnabled: false, loggingLevel: "ERROR" },
      accessLog: { format },
    });
    const off = await logged("{ accessLogging: false, executionLogging: false }");
    expect([off.accessLog, off.defaultSettings?.loggingLevel]).toEqual([undefined, "OFF"]);
    expect((await logged("false")).defaultSettings).toBeUndefined();
  });

  it.each([
    ["guard", "Auth"],
    ["{ name: guard }", "Auth"],
    ["{ arn: !GetAtt GuardLambdaFunction.Arn, name: guard }", "Auth"],
    ["!GetAtt GuardLambdaFunction.Arn", "Auth"],
    ["{ name: guard, identitySource: [route.request.header.X] }", "X"],
    ["{ name: guard, identitySource: route.request.header.X }", "X"],
  ])("guards $connect with %s", async (written, header) => {
    const read = await api(`      - websocket: { route: $connect, authorizer: ${written} }`);
    expect(read.authorizers).toMatchObject([
      {
        name: "guard",
        type: "REQUEST",
        functionKey: "guard",
        identitySources: [{ from: "header", name: header }],
        ttlSeconds: 0,
      },
    ]);
    expect(read.routes[0]?.authorizerId).toBe(read.authorizers[0]?.id);
  });

  it.each([
    ["route: $connect, authorizer: gard", "AUTHORIZER_UNKNOWN"],
    ["route: $connect, authorizer: 'arn:aws:lambda:us-east-1:1:function:x'", "AUTHORIZER_UNKNOWN"],
    ["route: $connect, authorizer: ", "DEFINITION_INVALID"],
    ["route: $connect, authorizer: {}", "DEFINITION_INVALID"],
    ["route: $connect, authorizer: { name: guard, identitySource: [] }", "DEFINITION_INVALID"],
    [
      "route: $connect, authorizer: { name: guard, identitySource: [method.request.header.A] }",
      "DEFINITION_INVALID",
    ],
    ["route: ping, authorizer: guard", "DEFINITION_INVALID"],
    ["route: ping, routeResponseSelectionExpression: always", "DEFINITION_INVALID"],
    ["rout: ping", "DEFINITION_INVALID"],
  ])("refuses { %s } with %s", async (settings, code) => {
    expect(await failureOf(withEvents(`      - websocket: { ${settings} }`))).toMatchObject({ code });
  });

  it("has each route once", async () => {
    expect(
      await failureOf(withEvents("      - websocket: a\n      - websocket: { route: a }")),
    ).toMatchObject({
      code: "ROUTE_DUPLICATE",
      facts: { route: "a", first: "functions.main.events[0].websocket" },
    });
  });
});
