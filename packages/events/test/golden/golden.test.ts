// Every kind and variant of event is read as AWS means it, by a table and by a route of its own, and left as it came.
import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { httpApi, httpRequest, type HttpRequest } from "../../src/http.ts";
import { accept, websocketApi } from "../../src/websocket.ts";
import { lambdaContext } from "../events/context.ts";
import { connectEvent, disconnectEvent, messageEvent } from "../events/websocket.ts";
import { variants, type Read } from "./variants.ts";

function read(request: HttpRequest): Read {
  return {
    kind: (request as unknown as { dialect: { kind: string } }).dialect.kind,
    method: request.method,
    path: { ...request.path },
    query: { ...request.query },
    cookies: { ...request.cookies },
    hex: Buffer.from(request.body.bytes()).toString("hex"),
    auth: request.auth,
    sourceIp: request.sourceIp,
    stage: request.stage,
    variables: request.stageVariables,
    type: request.headers.get("Content-TYPE"),
    many: request.headers.all("x-many"),
    agent: request.headers.get("user-agent"),
  };
}

describe.each(variants)("$name", ({ event, reads }) => {
  it("is read by a table", async () => {
    let seen: Read | undefined;
    const handler = httpApi()
      .route("ANY /rooms/{room}/messages", (request) => void (seen = read(request)))
      .handler();
    const before = structuredClone(event);
    expect(await handler(event, lambdaContext())).toMatchObject({ statusCode: 204 });
    expect(seen).toMatchObject(reads);
    expect(event).toEqual(before);
  });

  it("is read by a middleware", async () => {
    let seen: Read | undefined;
    const handler = middy()
      .use(httpRequest())
      .handler(async (request) => void (seen = read(request)));
    expect(await handler(event as never, lambdaContext())).toMatchObject({ statusCode: 204 });
    const { path: _path, ...others } = reads; // the gateway's own parameters, which not every kind has
    expect(seen).toMatchObject(others);
  });
});

describe("a WebSocket API", () => {
  const heard: unknown[] = [];
  const handler = websocketApi()
    .connect((connection) => {
      heard.push([
        "connect",
        connection.query,
        connection.subprotocols,
        connection.headers["host"] !== undefined,
      ]);
      return accept();
    })
    .otherwise((message) => void heard.push(["message", message.text, message.body, message.auth]))
    .disconnect((connection) => void heard.push(["disconnect", connection.code, connection.reason]))
    .handler();
  const gone = (code: number, reason: string): object => {
    const event = disconnectEvent();
    return {
      ...event,
      requestContext: { ...event.requestContext, disconnectStatusCode: code, disconnectReason: reason },
    };
  };
  const { queryStringParameters: _q, multiValueQueryStringParameters: _m, ...noQuery } = connectEvent();

  it.each([
    [
      "a browser that offers subprotocols",
      connectEvent(),
      ["connect", { since: "42" }, ["chat.v1", "bearer.token"], true],
    ],
    ["a client without query and subprotocol", { ...noQuery, headers: {} }, ["connect", {}, [], false]],
    [
      "an object",
      messageEvent("$default", { a: 1 }, { authorizer: {} }),
      ["message", '{"a":1}', { a: 1 }, {}],
    ],
    ["a text", messageEvent("$default", "hello", { authorizer: {} }), ["message", "hello", undefined, {}]],
    ["a list", messageEvent("$default", "[1]", { authorizer: {} }), ["message", "[1]", undefined, {}]],
    ["a client that went", gone(1001, "Going away"), ["disconnect", 1001, "Going away"]],
    [
      "a client that said nothing",
      gone(1005, "Client-side close frame status not set"),
      ["disconnect", 1005, "Client-side close frame status not set"],
    ],
    [
      "one that was closed",
      gone(1000, "Connection Closed Normally"),
      ["disconnect", 1000, "Connection Closed Normally"],
    ],
  ])("%s", async (_name, event, wanted) => {
    heard.length = 0;
    expect(await handler(event as never, lambdaContext())).toMatchObject({ statusCode: 200 });
    expect(heard).toEqual([wanted]);
  });
});
