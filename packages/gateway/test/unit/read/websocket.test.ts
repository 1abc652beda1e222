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
    expect(read).toMatchObject({
      name: "dev-shop-websockets",
      stage: "dev",
      routeSelectionExpression: "$request.body.action",
      authorizers: [],
      routes: [
        { routeKey: "$connect", functionKey: "main", routeResponse: false, timeoutMs: 29_000 },
        { routeKey: "ping", functionKey: "main", routeResponse: true, timeoutMs: 29_000 },
      ],
    });
    const more = "  websocketsApiName: mine\n  websocketsApiRouteSelectionExpression: $request.body.type\n";
    expect(await api("      - websocket: a", more)).toMatchObject({
      name: "mine",
      routeSelectionExpression: "$request.body.type",
    });
  });

  it("has no access logs here, which is said", async () => {
    const { notices } = await readText(
      withEvents("      - websocket: a", "  logs: { websocket: { level: ERROR } }\n"),
    );
    expect(notices).toEqual([
      {
        path: "provider.logs.websocket",
        says: "Access logs of WebSocket APIs are not written on this machine.",
      },
    ]);
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
