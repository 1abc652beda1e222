// Routes with mapped integrations and models: what is refused when they are planned, and that no message breaks them.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { assert, asyncProperty, constant, json, oneof, string } from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type {
  WebsocketIntegrationResponse,
  WebsocketMappedIntegration,
  WebsocketRoute,
} from "../../../src/model/websocket-api.ts";
import { planWebsocketApi } from "../../../src/websocket/plan.ts";
import { openRaw, startApi, toApi, toFrame, toRoute } from "./running-api.ts";

function mapped(over: Partial<WebsocketMappedIntegration> = {}): WebsocketMappedIntegration {
  return {
    type: "MOCK",
    requestParameters: {},
    requestTemplates: { $default: '{"statusCode":200}' },
    passthroughBehavior: "WHEN_NO_MATCH",
    timeoutMs: 29_000,
    responses: [answer()],
    ...over,
  };
}

function answer(over: Partial<WebsocketIntegrationResponse> = {}): WebsocketIntegrationResponse {
  return { key: "$default", responseParameters: {}, responseTemplates: { $default: "pong" }, ...over };
}

const route = (integration: WebsocketMappedIntegration, more: Partial<WebsocketRoute> = {}): WebsocketRoute =>
  toRoute("$default", { integration, ...more });

describe("planning", () => {
  it.each([
    [
      "SELECTION_EXPRESSION_INVALID",
      route(mapped({ templateSelection: "$integration.response.statuscode" })),
    ],
    [
      "SELECTION_EXPRESSION_INVALID",
      route(mapped({ responses: [answer({ templateSelection: "$nothing" })] })),
    ],
    ["SELECTION_EXPRESSION_INVALID", route(mapped(), { modelSelection: "" })],
    ["TEMPLATE_UNREADABLE", route(mapped({ requestTemplates: { a: "#if(" } }))],
    ["SELECTION_PATTERN_UNREADABLE", route(mapped({ responses: [answer({ key: "/(/" })] }))],
    [
      "MAPPING_UNREADABLE",
      route(mapped({ requestParameters: { "integration.request.header.A": "method.request.header.A" } })),
    ],
    [
      "MAPPING_UNREADABLE",
      route(mapped({ requestParameters: { "integration.request.header.A": "route.request.path.a" } })),
    ],
    ["MODEL_UNKNOWN", route(mapped(), { modelSelection: "\\$default", requestModels: { a: "nobody" } })],
  ])("refuses with %s", (code, one) => {
    expect(() => planWebsocketApi(toApi({ routes: [one] }))).toThrow(expect.objectContaining({ code }));
  });

  it("refuses an access log without a request id with ACCESS_LOG_INVALID", () => {
    const api = toApi({ accessLog: { format: "$context.stage" } });
    expect(() => planWebsocketApi(api)).toThrow(expect.objectContaining({ code: "ACCESS_LOG_INVALID" }));
  });
});

it("answers any text, whatever templates, models and selections look for in it", async () => {
  const api = await startApi(
    {},
    {
      models: { said: { type: "object", properties: { text: { type: "string", pattern: "^(a+)+$" } } } },
      routes: [
        route(
          mapped({
            templateSelection: "${request.body.kind}",
            requestTemplates: { $default: '{"statusCode":200,"n":$input.json(\'$..*\')}' },
            responses: [answer({ templateSelection: "${request.body.a.b}" })],
          }),
          { modelSelection: "${request.body.kind}", requestModels: { $default: "said" } },
        ),
      ],
    },
  );
  onTestFinished(() => api[Symbol.asyncDispose]());
  const client = await api.open();
  await assert(
    asyncProperty(oneof(string(), json(), constant("[".repeat(5_000))), async (text) => {
      client.ws.send(text);
      expect(await client.next()).toMatch(/^pong$|^\{"message": "/);
    }),
    { numRuns: 150 },
  );
});

it("takes raw frames of any bytes and goes on with other clients", async () => {
  const api = await startApi({}, { routes: [route(mapped({ contentHandling: "CONVERT_TO_BINARY" }))] });
  onTestFinished(() => api[Symbol.asyncDispose]());
  const other = await api.open();
  for (const bytes of [Buffer.from([0xff, 0xfe]), Buffer.from("not base64!"), Buffer.alloc(0)]) {
    const raw = await openRaw(api.api.port);
    raw.write(toFrame(1, bytes));
    raw.write(toFrame(1, bytes, false));
    raw.destroy();
    other.ws.send("aGk=");
    expect(await other.next()).toBe("pong");
  }
});

it("makes text of a back end's bytes with CONVERT_TO_TEXT, and of its text nothing else", async () => {
  const bodies = [Buffer.from([0, 255, 1]), Buffer.from("plain")];
  const server = createServer((_, response) => response.end(bodies.shift()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo; // a TCP server has a port
  const responses = [answer({ responseTemplates: {}, contentHandling: "CONVERT_TO_TEXT" })];
  const http = mapped({
    type: "HTTP",
    httpMethod: "GET",
    uri: `http://127.0.0.1:${port}/`,
    requestTemplates: {},
    responses,
  });
  const api = await startApi({}, { routes: [route(http)] });
  onTestFinished(() => api[Symbol.asyncDispose]());
  const client = await api.open();
  client.ws.send("x");
  expect(await client.next()).toBe("AP8B");
  client.ws.send("x");
  expect(await client.next()).toBe("plain");
});
