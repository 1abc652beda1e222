// A socket's table as API Gateway meets it.
import { limits, type WebsocketEvent, type WebsocketResult } from "@gatewright/contract";
import { type } from "arktype";
import * as v from "valibot";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  accept,
  defineFrames,
  httpErrors,
  refuse,
  SocketError,
  websocketApi,
} from "../../../src/websocket.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { connectEvent, disconnectEvent, messageEvent } from "../../events/websocket.ts";

interface ChatUser {
  readonly userId: string;
  readonly name: string;
  readonly admin: boolean;
}

const context = lambdaContext();

function said(result: WebsocketResult): unknown {
  return result.body === undefined ? undefined : JSON.parse(result.body);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("connect", () => {
  it("lets in, and answers a subprotocol only if it was offered", async () => {
    const handler = websocketApi()
      .connect((connection) => accept({ subprotocol: connection.query["protocol"] ?? "chat.v1" }))
      .handler();
    expect(await handler(connectEvent(), context)).toEqual({
      statusCode: 200,
      headers: { "Sec-WebSocket-Protocol": "chat.v1" },
    });
    const other = connectEvent({ queryStringParameters: { protocol: "chat.v2" } });
    expect(await handler(other, context)).toEqual({ statusCode: 200 });
    expect(await handler(connectEvent({ headers: {} }), context)).toEqual({ statusCode: 200 });
  });

  it("sees the upgrade request and the caller", async () => {
    let seen: unknown;
    const handler = websocketApi<{ auth: ChatUser }>()
      .connect(async (connection) => {
        const { connectionId, auth, query, subprotocols, headers, sourceIp, stage, connectedAt, requestId } =
          connection;
        seen = {
          connectionId,
          auth,
          query,
          subprotocols,
          host: headers["host"],
          sourceIp,
          stage,
          connectedAt,
          requestId,
        };
        return accept();
      })
      .handler();
    await handler(connectEvent(), context);
    expect(seen).toEqual({
      connectionId: "XDmE1cTBoAMCJ2w=",
      auth: { userId: "ada", name: "Ada", admin: true, principalId: "ada" },
      query: { since: "42" },
      subprotocols: ["chat.v1", "bearer.token"],
      host: "w1x2y3z4a5.execute-api.us-east-1.amazonaws.com",
      sourceIp: "203.0.113.7",
      stage: "dev",
      connectedAt: 1_795_261_260_000,
      requestId: "XDmG1Hq0IAMFe5g=",
    });
  });

  it("refuses with the status of the decision or of the error", async () => {
    const of = (decide: () => never | ReturnType<typeof refuse>): Promise<WebsocketResult> =>
      websocketApi().connect(decide).handler()(connectEvent(), context);
    expect(await of(() => refuse())).toEqual({ statusCode: 403 });
    expect(await of(() => refuse(401))).toEqual({ statusCode: 401 });
    expect(await of(() => refuse(200))).toEqual({ statusCode: 403 });
    expect(
      await of(() => {
        throw new SocketError("FULL", "Full.", { status: 503 });
      }),
    ).toEqual({ statusCode: 503 });
    expect(
      await of(() => {
        throw httpErrors.unauthorized();
      }),
    ).toEqual({ statusCode: 401 });
  });

  it.each([
    ["NO_CONNECT_HANDLER", undefined],
    ["CONNECT_UNDECIDED", () => undefined],
    ["CONNECT_UNDECIDED", async () => ({ statusCode: 200 })],
  ])("lets nobody in because nothing was decided: %s", async (code, decide) => {
    const log = memoryLog();
    const table = websocketApi({ logger: log });
    if (decide !== undefined) table.connect(decide as never);
    expect(await table.handler()(connectEvent(), context)).toEqual({ statusCode: 500 });
    expect(log.entries[0]?.error).toMatchObject({ code });
  });

  it("logs an error that was not meant for the client, and refuses", async () => {
    const log = memoryLog();
    const boom = new Error("boom");
    const handler = websocketApi({ logger: log })
      .connect(() => {
        throw boom;
      })
      .handler();
    expect(await handler(connectEvent(), context)).toEqual({ statusCode: 500 });
    expect(log.entries).toEqual([{ message: "$connect failed (request XDmG1Hq0IAMFe5g=).", error: boom }]);
  });

  it("refuses an authorizer context that cannot be read", async () => {
    const log = memoryLog();
    const handler = websocketApi({ logger: log })
      .connect((connection) => (connection.auth === undefined ? refuse() : accept()))
      .handler();
    const event = connectEvent({}, { authorizer: { gw: "{not json" } });
    expect(await handler(event, context)).toEqual({ statusCode: 500 });
    expect(log.entries[0]?.error).toMatchObject({ code: "AUTH_UNREADABLE" });
  });
});

describe("messages", () => {
  const send = z.object({ text: z.string().min(1), at: z.coerce.date().optional() });
  const api = websocketApi<{ auth: ChatUser }>({ logger: memoryLog() })
    .message("send", { body: send }, async (message) => ({ text: message.body.text, by: message.auth.name }))
    .message("ping", () => undefined)
    .message("echo", (message) => message.body)
    .message("fail", { body: z.object({ how: z.string() }) }, (message) => {
      if (message.body.how === "socket") throw new SocketError("ROOM_FULL", "The room is full.");
      if (message.body.how === "http") throw httpErrors.notFound("There is no such room.");
      if (message.body.how === "large") return "x".repeat(limits.websocketMessageBytes);
      throw new Error("secret");
    });
  const handler = api.handler();
  const say = async (route: string, body: unknown): Promise<unknown> =>
    said(await handler(messageEvent(route, body), context));

  it("answers to the id of the message", async () => {
    expect(await say("send", { action: "send", id: "7", text: "hi" })).toEqual({
      type: "answer",
      to: "7",
      data: { text: "hi", by: "Ada" },
    });
    expect(await say("ping", { action: "ping", id: "8" })).toEqual({ type: "answer", to: "8" });
    expect(await say("echo", { action: "echo", a: 1 })).toEqual({ type: "answer", data: { a: 1 } });
  });

  it("says nothing when there is nothing to say and nobody waits", async () => {
    expect(await handler(messageEvent("ping", { action: "ping" }), context)).toEqual({ statusCode: 200 });
  });

  it("takes the action of a message on $default", async () => {
    expect(await say("$default", { action: "echo", id: "1", a: [1] })).toEqual({
      type: "answer",
      to: "1",
      data: { a: [1] },
    });
  });

  it("gives what no route takes to otherwise, or an error frame", async () => {
    expect(await say("$default", { action: "toString", id: "1" })).toMatchObject({
      error: { code: "UNKNOWN_ROUTE", requestId: "XDmG1Hq0IAMFe5g=" },
      to: "1",
    });
    const other = websocketApi()
      .otherwise(({ route, text, body }) => ({ route, text, body }))
      .handler();
    expect(said(await other(messageEvent("$default", "hello"), context))).toEqual({
      type: "answer",
      data: { route: "$default", text: "hello" },
    });
    expect(said(await other(messageEvent("$default", { action: "x", a: 1 }), context))).toMatchObject({
      data: { body: { a: 1 } },
    });
  });

  it("answers errors as frames, and the connection stays", async () => {
    expect(await say("fail", { id: "1", how: "socket" })).toEqual({
      error: { code: "ROOM_FULL", message: "The room is full.", requestId: "XDmG1Hq0IAMFe5g=" },
      to: "1",
    });
    expect(await say("fail", { how: "http" })).toEqual({
      error: { code: "NOT_FOUND", message: "There is no such room.", requestId: "XDmG1Hq0IAMFe5g=" },
    });
    expect(await say("fail", { id: "2" })).toMatchObject({
      error: { code: "INVALID_MESSAGE", errors: [{ path: "body.how", message: expect.any(String) }] },
      to: "2",
    });
    expect(await say("send", '{"action":"send",')).toMatchObject({ error: { code: "BAD_REQUEST" } });
    expect(await say("send", '{"action":"send","id":"3","text":')).toMatchObject({
      error: { code: "BAD_REQUEST" },
      to: "3",
    });
    expect(await say("send", '{"id":"4","text":{"__proto__":{"admin":true}}}')).toMatchObject({
      error: { code: "UNPROCESSABLE_CONTENT" },
      to: "4",
    });
    expect(await say("send", { id: 7, text: "hi" })).toMatchObject({ error: { code: "BAD_ID" } });
    expect(await say("send", '{"__proto__":{"admin":true},"text":"hi"}')).toMatchObject({
      error: { code: "UNPROCESSABLE_CONTENT" },
    });
  });

  it("logs what was not meant for the client, whole and once, and shows nothing of it", async () => {
    const log = memoryLog();
    const seen: unknown[] = [];
    const failing = websocketApi({ logger: log })
      .message("fail", () => {
        throw new Error("secret");
      })
      .message("large", () => "x".repeat(limits.websocketMessageBytes))
      .handler()
      .use({ onError: ({ error }) => void seen.push(error) });
    expect(said(await failing(messageEvent("fail", { id: "3" }), context))).toEqual({
      error: { code: "INTERNAL", message: "Something went wrong.", requestId: "XDmG1Hq0IAMFe5g=" },
      to: "3",
    });
    expect(said(await failing(messageEvent("large", { id: "4" }), context))).toMatchObject({
      error: { code: "INTERNAL" },
      to: "4",
    });
    expect(log.entries.map(({ error }) => error)).toEqual(seen);
    expect(log.entries[0]?.message).toBe("fail failed (request XDmG1Hq0IAMFe5g=).");
    expect(log.entries[1]?.error).toMatchObject({ code: "ANSWER_TOO_LARGE" });
  });

  it.each([
    ["valibot", v.object({ text: v.string() })],
    ["arktype", type({ text: "string" })],
    ["zod", z.object({ text: z.string().refine(async (text) => text !== "") })],
  ])("takes schemas of %s", async (_name, body) => {
    const other = websocketApi()
      .message("say", { body }, (message) => message.body.text)
      .handler();
    expect(said(await other(messageEvent("say", { id: "1", text: "hi" }), context))).toMatchObject({
      data: "hi",
    });
    expect(said(await other(messageEvent("say", { id: "1" }), context))).toHaveProperty("error");
  });

  it("answers TIMEOUT when the time is over, and aborts the signal", async () => {
    const log = memoryLog();
    const slow = websocketApi({ logger: log })
      .message("slow", async (message) => {
        await new Promise((resolve) => message.signal.addEventListener("abort", resolve));
        await new Promise(() => {});
      })
      .handler();
    const result = said(await slow(messageEvent("slow", { id: "1" }), lambdaContext(230)));
    expect(result).toMatchObject({ error: { code: "TIMEOUT" }, to: "1" });
    expect(log.entries).toHaveLength(1);
  });
});

describe("disconnect", () => {
  it("hears the code and the reason", async () => {
    let heard: unknown;
    const handler = websocketApi()
      .disconnect(async ({ connectionId, code, reason, route }) => {
        heard = { connectionId, code, reason, route };
      })
      .handler();
    expect(await handler(disconnectEvent(), context)).toEqual({ statusCode: 200 });
    expect(heard).toEqual({
      connectionId: "XDmE1cTBoAMCJ2w=",
      code: 1001,
      reason: "Going away",
      route: "$disconnect",
    });
  });

  it("may go unheard", async () => {
    expect(await websocketApi().handler()(disconnectEvent(), context)).toEqual({ statusCode: 200 });
  });
});

describe("the table", () => {
  it("refuses what is defined twice or cannot be a route", () => {
    const api = websocketApi()
      .connect(() => accept())
      .message("a", () => 1);
    expect(() => api.connect(() => accept())).toThrow(expect.objectContaining({ code: "ROUTE_TAKEN" }));
    expect(() => api.message("a", () => 1)).toThrow(expect.objectContaining({ code: "ROUTE_TAKEN" }));
    expect(() => api.message("$connect", () => 1)).toThrow(
      expect.objectContaining({ code: "MESSAGE_ROUTE_INVALID" }),
    );
    expect(() => api.message("b", { body: {} as never }, () => 1)).toThrow(
      expect.objectContaining({ code: "SCHEMA_INVALID" }),
    );
  });

  it("refuses an event of another kind by name", async () => {
    const event = { requestContext: { http: { method: "GET" } } } as unknown as WebsocketEvent;
    await expect(websocketApi().handler()(event, context)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });

  it("makes frames of a contract", () => {
    const frame = defineFrames<{ said: { text: string } }>();
    expect(frame("said", { text: "hi" })).toEqual({ type: "said", text: "hi" });
  });
});

describe("the management endpoint", () => {
  const endpointOf = async (event: WebsocketEvent): Promise<unknown> => {
    const handler = websocketApi()
      .otherwise((message) => message.endpoint)
      .handler();
    return (said(await handler(event, context)) as { data: string }).data;
  };

  it("is the API's own host and stage", async () => {
    expect(await endpointOf(messageEvent("x", {}))).toBe(
      "https://w1x2y3z4a5.execute-api.us-east-1.amazonaws.com/dev",
    );
    vi.stubEnv("AWS_REGION", "eu-west-1");
    expect(await endpointOf(messageEvent("x", {}, { domainName: "ws.chat.example" }))).toBe(
      "https://w1x2y3z4a5.execute-api.eu-west-1.amazonaws.com/dev",
    );
    vi.stubEnv("AWS_REGION", "cn-north-1");
    expect(await endpointOf(messageEvent("x", {}, { domainName: "ws.chat.example" }))).toBe(
      "https://w1x2y3z4a5.execute-api.cn-north-1.amazonaws.com.cn/dev",
    );
  });

  it("is where the SDK would go, where that is configured", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", "http://127.0.0.1:4003/dev/");
    expect(await endpointOf(messageEvent("x", {}))).toBe("http://127.0.0.1:4003/dev");
  });
});
