import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import {
  allow,
  openRaw,
  rawUpgrade,
  session,
  startApi,
  toFrame,
  toRoute,
  toSignal,
  withAuthorizer,
} from "./running-api.ts";

const ok = () => ({ statusCode: 200 });
const opaque = /^[\w-]{15}=$/;

/** Loosely typed: what these tests read of an event. */
type Event = {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  requestContext: Record<string, unknown> & { authorizer?: Record<string, unknown> };
  body?: string;
};

describe("events", () => {
  it("are field for field what API Gateway sends", async () => {
    const seen = toSignal<Event>();
    const handler = (event: Event) => {
      seen.give(event);
      return { statusCode: 200, body: "pong" };
    };
    await using running = await startApi(
      { connect: handler, disconnect: handler, default: handler },
      { stageVariables: { colour: "green" } },
    );
    const client = await running.open("?room=a%20b&room=c&x=1+2", {
      headers: { "X-Own": "1", "User-Agent": "Chatty/1" },
    });
    const host = `127.0.0.1:${running.api.port}`;
    const context = {
      extendedRequestId: expect.stringMatching(opaque),
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      messageDirection: "IN",
      stage: "dev",
      connectedAt: running.clock.now(),
      requestTimeEpoch: running.clock.now(),
      identity: { sourceIp: "127.0.0.1", userAgent: "Chatty/1" },
      requestId: expect.stringMatching(opaque),
      domainName: host,
      connectionId: expect.stringMatching(opaque),
      apiId: "wsapi12345",
    };
    const connected = await seen.take();
    expect(connected).toEqual({
      headers: {
        Host: host,
        "Sec-WebSocket-Key": expect.any(String),
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Extensions": expect.stringContaining("permessage-deflate"),
        "User-Agent": "Chatty/1",
        "X-Own": "1",
        "X-Amzn-Trace-Id": expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Port": String(running.api.port),
        "X-Forwarded-Proto": "http",
      },
      multiValueHeaders: expect.objectContaining({ Host: [host], "X-Own": ["1"] }),
      queryStringParameters: { room: "c", x: "1 2" },
      multiValueQueryStringParameters: { room: ["a b", "c"], x: ["1 2"] },
      stageVariables: { colour: "green" },
      requestContext: { routeKey: "$connect", eventType: "CONNECT", ...context },
      isBase64Encoded: false,
    });
    expect(connected.requestContext["requestId"]).toBe(connected.requestContext["extendedRequestId"]);

    client.ws.send("ping?");
    expect(await client.next()).toBe("pong");
    expect(await seen.take()).toEqual({
      stageVariables: { colour: "green" },
      requestContext: {
        routeKey: "$default",
        eventType: "MESSAGE",
        messageId: expect.stringMatching(opaque),
        ...context,
      },
      body: "ping?",
      isBase64Encoded: false,
    });

    client.ws.close();
    const names = { Host: host, "x-api-key": "", "X-Forwarded-For": "", "x-restapi": "" };
    expect(await seen.take()).toEqual({
      headers: names,
      multiValueHeaders: Object.fromEntries(Object.entries(names).map(([name, value]) => [name, [value]])),
      stageVariables: { colour: "green" },
      requestContext: {
        routeKey: "$disconnect",
        eventType: "DISCONNECT",
        disconnectStatusCode: 1005,
        disconnectReason: "Client-side close frame status not set",
        ...context,
      },
      isBase64Encoded: false,
    });
  });

  it("have no query and no stage variables where there are none, and repeat the authorizer's words", async () => {
    const seen = toSignal<Event>();
    const handler = (event: Event) => {
      seen.give(event);
      return { statusCode: 200 };
    };
    const keys = ["connect", "disconnect", "send"];
    await using running = await startApi(
      {
        connect: handler,
        disconnect: handler,
        send: handler,
        authorizer: (event: Event) => {
          seen.give(event);
          return allow({ admin: true, level: 3, name: "Ada" });
        },
      },
      withAuthorizer(keys),
    );
    const pending = running.open("", { protocols: ["chat.v1", "bearer.token"] }).catch(() => "closed");
    const asked = await seen.take();
    expect(asked).toMatchObject({
      type: "REQUEST",
      methodArn: "arn:aws:execute-api:us-east-1:000000000000:wsapi12345/dev/$connect",
      queryStringParameters: {},
      multiValueQueryStringParameters: {},
      stageVariables: {},
      headers: { "Sec-WebSocket-Protocol": "chat.v1,bearer.token" },
      requestContext: { routeKey: "$connect", eventType: "CONNECT" },
    });
    expect(asked).not.toHaveProperty("httpMethod");
    expect(asked).not.toHaveProperty("requestContext.authorizer");
    const connected = await seen.take();
    expect(connected).not.toHaveProperty("queryStringParameters");
    expect(connected).not.toHaveProperty("stageVariables");
    const authorizer = {
      principalId: "ada",
      admin: "true",
      level: "3",
      name: "Ada",
      integrationLatency: expect.any(Number),
    };
    expect(connected.requestContext.authorizer).toEqual(authorizer);
    for (const name of ["connectionId", "requestId", "requestTimeEpoch"]) {
      expect(connected.requestContext[name]).toBe(asked.requestContext[name]);
    }
    expect(connected.headers).toEqual(asked.headers);
    expect(await pending).toBe("closed"); // a client whose offers are not answered closes by itself
    expect((await seen.take()).requestContext.authorizer).toEqual(authorizer);
    expect(running.lines.join("\n")).not.toContain("bearer.token");
  });
});

describe("the handshake", () => {
  it("is accepted at once where there is no $connect route", async () => {
    await using running = await startApi({ default: () => ({ statusCode: 200, body: "yes" }) });
    const client = await running.open();
    expect(client.ws.protocol).toBe("");
    expect(client.ws.extensions).toBe("");
    client.ws.send("?");
    expect(await client.next()).toBe("yes");
    expect(running.api.connections).toBe(1);
  });

  it("answers only a subprotocol that $connect returned and the client offered", async () => {
    const offered = (protocol: string) => () => ({
      statusCode: 200,
      headers: { "sec-websocket-protocol": protocol, "X-Other": "1" },
    });
    await using good = await startApi({ connect: offered("chat.v1") });
    const client = await good.open("", { protocols: ["bearer.xyz", "chat.v1"] });
    expect(client.ws.protocol).toBe("chat.v1");

    await using wrong = await startApi({ connect: offered("mqtt") });
    await expect(wrong.open("", { protocols: ["chat.v1"] })).rejects.toThrow("Server sent no subprotocol");
    expect(wrong.lines.join("\n")).toContain("does not offer");
    expect(wrong.lines.join("\n")).not.toContain("chat.v1");
  });

  it.each([
    ["its own status", () => ({ statusCode: 418, body: "secret words" }), 418],
    ["a status written as text", () => ({ statusCode: "403" }), 403],
    ["a redirection", () => ({ statusCode: 302, headers: { location: "/x" } }), 302],
    ["502 for a throw", () => Promise.reject(new Error("boom")), 502],
    ["502 for nothing", () => undefined, 502],
    ["502 for a string", () => "200", 502],
    ["502 for no statusCode", () => ({}), 502],
    ["502 for a statusCode that is none", () => ({ statusCode: 101 }), 502],
    ["502 for a key of its own", () => ({ statusCode: 200, hello: 1 }), 502],
    ["502 for a body that is no text", () => ({ statusCode: 200, body: {} }), 502],
    ["502 for headers that are none", () => ({ statusCode: 200, headers: [] }), 502],
  ])("is refused with %s", async (_, connect, status) => {
    await using running = await startApi({ connect });
    const refused = await running.refused();
    expect(refused.status).toBe(status);
    expect(refused.body).toBe(status === 502 ? '{"message": "Internal server error"}' : "");
    expect(running.api.connections).toBe(0);
    expect(running.lines.join("\n")).not.toContain("boom");
  });

  it("is refused with 504 when $connect takes 29 seconds", async () => {
    const started = toSignal();
    await using running = await startApi({
      connect() {
        started.give(true);
        return new Promise(() => {});
      },
    });
    const refused = running.refused();
    await started.take();
    running.clock.advance(29_000);
    expect(await refused).toMatchObject({ status: 504, body: '{"message": "Endpoint request timed out"}' });
  });

  it("is refused at a wrong path, with too long a URL, too large headers, or no real upgrade", async () => {
    await using running = await startApi({ connect: ok });
    expect(await running.refused("/prod")).toMatchObject({ status: 403, body: '{"message":"Forbidden"}' });
    expect(await running.refused("/dev/more")).toMatchObject({ status: 403 });
    expect(await running.refused("/%zz")).toMatchObject({ status: 403 });
    expect(await running.refused(`/dev?x=${"y".repeat(4090)}`)).toMatchObject({ status: 414 });
    const headers = { "X-Large": "y".repeat(10_240) };
    expect(await running.refused("/dev", { headers })).toMatchObject({ status: 431 });
    for (const [before, after] of [
      ["Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 7"],
      ["Upgrade: websocket", "Upgrade: h2c"],
      ["GET /dev", "POST /dev"],
      ["dGhlIHNhbXBsZSBub25jZQ==", "short"],
      ["\r\n\r\n", "\r\nSec-WebSocket-Protocol: a, a\r\n\r\n"],
      ["\r\n\r\n", "\r\nSec-WebSocket-Protocol: a b\r\n\r\n"],
    ] as const) {
      const socket = connectTcp(running.api.port, "127.0.0.1");
      socket.write(rawUpgrade().replace(before, after));
      const [answer] = (await once(socket, "data")) as [Buffer];
      expect(answer.toString()).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      socket.destroy();
    }
    expect(running.api.connections).toBe(0);
  });

  it("runs $disconnect for a client that left while $connect was running", async () => {
    const started = toSignal();
    const finish = toSignal();
    const ended = toSignal<Event>();
    await using running = await startApi({
      async connect() {
        started.give(true);
        await finish.take();
        return { statusCode: 200 };
      },
      disconnect: (event: Event) => ended.give(event),
    });
    const reset = connectTcp(running.api.port, "127.0.0.1");
    reset.write(rawUpgrade());
    await started.take();
    reset.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 20));
    finish.give(true);
    expect((await ended.take()).requestContext["disconnectStatusCode"]).toBe(1006);
    expect(running.api.connections).toBe(0);

    const left = connectTcp(running.api.port, "127.0.0.1");
    left.write(rawUpgrade());
    await started.take();
    left.end();
    finish.give(true);
    expect((await ended.take()).requestContext["disconnectStatusCode"]).toBe(1006);
  });
});

describe("the authorizer of $connect", () => {
  const protocols = ["bearer.x"];
  const deny = (effect: "Deny" | "Allow", resource: string) => ({
    principalId: "x",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: resource }],
    },
  });

  it("is not asked without its identity source: 401", async () => {
    let asked = 0;
    await using running = await startApi(
      { connect: ok, authorizer: () => ((asked += 1), allow()) },
      withAuthorizer(["connect"]),
    );
    expect(await running.refused()).toEqual({
      status: 401,
      type: "UnauthorizedException",
      body: '{"message":"Unauthorized"}',
    });
    expect(asked).toBe(0);
  });

  it.each([
    [
      "401 for Unauthorized",
      () => Promise.reject(new Error("Unauthorized")),
      401,
      '{"message":"Unauthorized"}',
    ],
    [
      "403 for an explicit deny",
      () => deny("Deny", "*"),
      403,
      '{"Message":"User is not authorized to access this resource with an explicit deny"}',
    ],
    [
      "403 for a policy of another route",
      () => deny("Allow", "arn:aws:execute-api:*:*:*/dev/*/*"),
      403,
      '{"Message":"User is not authorized to access this resource"}',
    ],
    ["500 for another error", () => Promise.reject(new Error("boom")), 500, '{"message":null}'],
    ["500 for nonsense", () => ({ isAuthorized: true }), 500, '{"message":null}'],
    ["500 for an object in the context", () => allow({ user: { id: 1 } }), 500, '{"message":null}'],
    ["500 for more than 8 KB", () => allow({ long: "x".repeat(8_192) }), 500, '{"message":null}'],
  ])("refuses with %s, and $connect is not called", async (_, authorizer, status, body) => {
    let connected = 0;
    await using running = await startApi(
      { connect: () => ((connected += 1), ok()), authorizer },
      withAuthorizer(["connect"]),
    );
    expect(await running.refused("/dev", { protocols })).toMatchObject({ status, body });
    expect(connected).toBe(0);
    expect(running.lines.join("\n")).not.toMatch(/bearer|boom/);
  });

  it("has 10 seconds", async () => {
    const started = toSignal();
    await using running = await startApi(
      {
        connect: ok,
        authorizer() {
          started.give(true);
          return new Promise(() => {});
        },
      },
      withAuthorizer(["connect"]),
    );
    const refused = running.refused("/dev", { protocols });
    await started.take();
    running.clock.advance(10_000);
    expect(await refused).toMatchObject({ status: 500, type: "AuthorizerConfigurationException" });
  });

  it("may ask for a query, a stage variable and the context", async () => {
    const sources = [
      { from: "querystring", name: "token" },
      { from: "stageVariables", name: "colour" },
      { from: "context", name: "identity.sourceIp" },
    ] as const;
    const base = withAuthorizer(["connect"]);
    const authorizers = [{ ...session, identitySources: sources }];
    const handlers = { connect: ok, authorizer: () => allow() };
    await using running = await startApi(handlers, {
      ...base,
      authorizers,
      stageVariables: { colour: "red" },
    });
    await running.open("?token=x");
    expect(await running.refused("/dev?token=")).toMatchObject({ status: 401 });
    await using bare = await startApi(handlers, { ...base, authorizers });
    expect(await bare.refused("/dev?token=x")).toMatchObject({ status: 401 });
  });
});

describe("messages", () => {
  it("go to their route, and the body comes back only where there is a route response", async () => {
    const echo = (event: Event) => ({
      statusCode: 500,
      body: `got ${String(event.requestContext["routeKey"])}`,
    });
    await using running = await startApi(
      { send: echo, quiet: echo, default: echo },
      { routes: [toRoute("send"), toRoute("quiet", { routeResponse: false }), toRoute("$default")] },
    );
    const client = await running.open();
    client.ws.send('{"action":"quiet"}');
    client.ws.send('{"action":"send"}');
    expect(await client.next()).toBe("got send");
    client.ws.send("no json");
    expect(await client.next()).toBe("got $default");
  });

  it("get API Gateway's error frames, and the connection stays open", async () => {
    const started = toSignal();
    await using running = await startApi({
      throws: () => Promise.reject(new Error("private words")),
      malformed: () => ({ statusCode: 200, Data: "x" }),
      nothing: () => undefined,
      slow() {
        started.give(true);
        return new Promise(() => {});
      },
      fine: () => ({ statusCode: 200, body: "fine" }),
    });
    const client = await running.open();
    const frame = (message: string) =>
      new RegExp(`^\\{"message": "${message}", "connectionId":"[\\w-]{15}=", "requestId":"[\\w-]{15}="\\}$`);
    for (const [action, message] of [
      ["nowhere", "Forbidden"],
      ["throws", "Internal server error"],
      ["malformed", "Internal server error"],
      ["nothing", "Internal server error"],
    ] as const) {
      client.ws.send(JSON.stringify({ action }));
      expect(await client.next()).toMatch(frame(message));
    }
    client.ws.send('{"action":"slow"}');
    await started.take();
    running.clock.advance(29_000);
    expect(await client.next()).toMatch(frame("Endpoint request timed out"));
    client.ws.send('{"action":"fine"}');
    expect(await client.next()).toBe("fine");
    expect(running.lines.join("\n")).not.toContain("private words");
  });

  it("are handled side by side, in the order of arrival, at most 16 at once", async () => {
    const started: string[] = [];
    const finish: (() => void)[] = [];
    await using running = await startApi({
      default(event: Event) {
        started.push(event.body ?? "");
        return new Promise((resolve) => finish.push(() => resolve({ statusCode: 200, body: event.body })));
      },
    });
    const client = await running.open();
    const all = Array.from({ length: 40 }, (_, index) => String(index));
    for (const text of all) client.ws.send(text);
    await expect.poll(() => started.length).toBe(16);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(started).toEqual(all.slice(0, 16));
    finish.pop()?.();
    expect(await client.next()).toBe("15");
    await expect.poll(() => started.length).toBe(17);
    while (started.length < all.length) {
      finish.shift()?.();
      await new Promise(setImmediate);
    }
    expect(started).toEqual(all);
    for (const end of finish) end();
  });

  it("that still wait are taken when the client closes, and dropped when the gateway does", async () => {
    for (const [binaryToo, count] of [
      [false, 20],
      [true, 16],
    ] as const) {
      const finish: (() => void)[] = [];
      const ended = toSignal<Event>();
      let taken = 0;
      await using running = await startApi({
        default() {
          taken += 1;
          return new Promise((resolve) => finish.push(() => resolve({ statusCode: 200 })));
        },
        disconnect: (event: Event) => (ended.give(event), ok()),
      });
      const socket = await openRaw(running.api.port);
      const texts = Array.from({ length: 20 }, () => toFrame(1, Buffer.from("x")));
      const last = binaryToo ? toFrame(2, Buffer.from("x")) : toFrame(8, Buffer.from([3, 232]));
      socket.end(Buffer.concat([...texts, last]));
      await ended.take();
      expect(taken).toBe(16);
      while (finish.length > 0) {
        finish.shift()?.();
        await new Promise(setImmediate);
      }
      expect(taken).toBe(count);
    }
  });

  it("may be any text: a route or an error frame answers, never a crash", async () => {
    await using running = await startApi({
      send: () => ({ statusCode: 200, body: "send" }),
      default: () => ({ statusCode: 200, body: "default" }),
    });
    const client = await running.open();
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.json(),
      fc.jsonValue().map((action) => JSON.stringify({ action })),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        client.ws.send(text);
        expect(["send", "default"]).toContain(await client.next());
      }),
      { numRuns: 200 },
    );
  });
});

describe("limits", () => {
  it("takes a message of 128 KB in frames of 32 KB, and gives it back", async () => {
    await using running = await startApi({
      default: (event: Event) => ({ statusCode: 200, body: String(event.body?.length) }),
    });
    const client = await running.open();
    const frame = Buffer.alloc(32_768, "x");
    for (const fin of [false, false, false, true]) client.ws.send(frame, { fin, binary: false });
    expect(await client.next()).toBe("131072");
  });

  it.each([
    ["a frame over 32 KB", [32_769], 1009],
    ["a message over 128 KB", [32_768, 32_768, 32_768, 32_768, 1], 1009],
    ["a huge frame", [8_000_000], 1009],
  ])("closes %s", async (_, lengths, code) => {
    const ended = toSignal<Event>();
    let got = 0;
    await using running = await startApi({
      default: () => ((got += 1), ok()),
      disconnect: (event: Event) => (ended.give(event), ok()),
    });
    const client = await running.open();
    lengths.forEach((length, index) => {
      client.ws.send(Buffer.alloc(length, "x"), { fin: index === lengths.length - 1, binary: false });
    });
    expect((await client.closed).code).toBe(code);
    expect((await ended.take()).requestContext["disconnectStatusCode"]).toBe(code);
    expect(got).toBe(0);
    expect(running.lines.join("\n")).toContain("over 128 KB or a frame over 32 KB");
  });

  it("closes binary messages with 1003, other text than UTF-8 with 1007, nonsense with 1002", async () => {
    const ended = toSignal<Event>();
    await using running = await startApi({
      default: ok,
      disconnect: (event: Event) => (ended.give(event), ok()),
    });
    for (const [frame, code] of [
      [toFrame(2, Buffer.from([1, 2, 3])), 1003],
      [toFrame(1, Buffer.from([0xff, 0xfe])), 1007],
      [toFrame(3, Buffer.from("x")), 1002],
      [Buffer.from([0x81, 0x01, 0x78]), 1002],
    ] as const) {
      const socket = await openRaw(running.api.port);
      const answered = once(socket, "data");
      socket.write(frame);
      const [close] = (await answered) as [Buffer];
      expect(close[0]).toBe(0x88);
      expect(close.readUInt16BE(2)).toBe(code);
      socket.end(toFrame(8, close.subarray(2, 4)));
      expect((await ended.take()).requestContext["disconnectStatusCode"]).toBe(code);
    }
  });

  it("survives random bytes on the wire", async () => {
    await using running = await startApi({ default: () => ({ statusCode: 200, body: "alive" }) });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async (bytes) => {
        const socket = await openRaw(running.api.port);
        socket.end(Buffer.from(bytes));
        await once(socket, "close");
      }),
      { numRuns: 40 },
    );
    const client = await running.open();
    client.ws.send("still there?");
    expect(await client.next()).toBe("alive");
    await expect.poll(() => running.api.connections).toBe(1);
  });
});

describe("the end of a connection", () => {
  const start = async () => {
    const ended = toSignal<Event>();
    const running = await startApi({
      connect: ok,
      default: () => ({ statusCode: 200, body: "ok" }),
      disconnect(event: Event) {
        const { disconnectStatusCode: code, disconnectReason: reason } = event.requestContext;
        ended.give(event);
        if (code === 4001) throw new Error("nobody hears this");
        return { statusCode: 200, body: String(reason) };
      },
    });
    const next = async () => {
      const { disconnectStatusCode: code, disconnectReason: reason } = (await ended.take()).requestContext;
      return { code, reason };
    };
    return { running, next };
  };

  it("tells $disconnect the client's code and reason, 1005 for none, 1006 for a drop", async () => {
    const { running, next } = await start();
    await using _ = running;
    (await running.open()).ws.close(4000, "bye");
    expect(await next()).toEqual({ code: 4000, reason: "bye" });
    (await running.open()).ws.close(1001);
    expect(await next()).toEqual({ code: 1001, reason: "" });
    (await running.open()).ws.close();
    expect(await next()).toEqual({ code: 1005, reason: "Client-side close frame status not set" });
    (await running.open()).ws.terminate();
    expect(await next()).toEqual({ code: 1006, reason: "" });
    expect(running.api.connections).toBe(0);
  });

  it("only logs a $disconnect that fails", async () => {
    const { running, next } = await start();
    await using _ = running;
    (await running.open()).ws.close(4001);
    await next();
    await expect.poll(() => running.lines.join("\n")).toContain("$disconnect");
    await expect.poll(() => running.lines.join("\n")).toMatch(/4001 disconnect: it failed with Error/);
    await running.open();
  });

  it("comes with 1001 after 10 idle minutes; messages, pings and posts keep it away", async () => {
    const { running, next } = await start();
    await using _ = running;
    const client = await running.open();
    running.clock.advance(599_000);
    client.ws.send("still here");
    await client.next();
    running.clock.advance(599_000);
    client.ws.ping();
    await once(client.ws, "pong");
    running.clock.advance(599_000);
    expect(running.api.connections).toBe(1);
    running.clock.advance(1_000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(await next()).toEqual({ code: 1001, reason: "Going away" });
  });

  it("comes with 1001 after 2 hours", async () => {
    const { running, next } = await start();
    await using _ = running;
    const client = await running.open();
    for (let minutes = 9; minutes < 120; minutes += 9) {
      running.clock.advance(9 * 60_000);
      client.ws.send("busy");
      await client.next();
    }
    expect(running.api.connections).toBe(1);
    running.clock.advance(3 * 60_000);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(await next()).toEqual({ code: 1001, reason: "Going away" });
  });

  it("comes to all when the gateway stops, deaf clients included, and every $disconnect has run", async () => {
    const codes: unknown[] = [];
    const running = await startApi({
      async disconnect(event: Event) {
        await new Promise((resolve) => setTimeout(resolve, 30));
        codes.push(event.requestContext["disconnectStatusCode"]);
        return { statusCode: 200 };
      },
    });
    const client = await running.open();
    const deaf = await openRaw(running.api.port);
    deaf.pause();
    await running.api.close();
    expect(codes).toEqual([1001, 1001]);
    expect(await client.closed).toEqual({ code: 1001, reason: "Going away" });
    expect(running.api.connections).toBe(0);
    await expect(fetch(running.http)).rejects.toThrow("fetch failed");
    deaf.destroy();
  });

  it("does not wait for ever for a $disconnect that never returns", async () => {
    const running = await startApi({ disconnect: () => new Promise(() => {}) });
    await running.open();
    await running.api.close();
  });

  it("closes a client whose $connect ends while the gateway is stopping, and refuses new ones", async () => {
    const started = toSignal();
    const finish = toSignal();
    const ended = toSignal<Event>();
    const running = await startApi({
      async connect() {
        started.give(true);
        await finish.take();
        return { statusCode: 200 };
      },
      disconnect: (event: Event) => (ended.give(event), ok()),
    });
    const opening = running.open();
    await started.take();
    const closing = running.api.close();
    expect(await running.refused()).toMatchObject({ status: 503 });
    finish.give(true);
    const client = await opening;
    expect((await client.closed).code).toBe(1001);
    expect((await ended.take()).requestContext["disconnectStatusCode"]).toBe(1001);
    await closing;
  });
});

describe("the log", () => {
  it("has a line for connect, route and disconnect, and no body, header or token", async () => {
    await using running = await startApi({
      connect: () => ({ statusCode: 200, headers: { "Sec-WebSocket-Protocol": "chat.v1" } }),
      send: () => ({ statusCode: 200, body: "sesame-answer" }),
      disconnect: ok,
    });
    const client = await running.open("?token=sesame-query", { protocols: ["chat.v1", "bearer.sesame"] });
    client.ws.send('{"action":"send","text":"sesame"}');
    await client.next();
    client.ws.close(1000, "sesame-reason");
    await expect.poll(() => running.lines.length).toBe(3);
    expect(running.lines[0]).toMatch(/^WebSocket \$connect [\w-]{15}= 101 0 ms$/);
    expect(running.lines[1]).toMatch(/^WebSocket send [\w-]{15}= ok 0 ms$/);
    expect(running.lines[2]).toMatch(/^WebSocket \$disconnect [\w-]{15}= 1000 ok 0 ms$/);
    expect(running.lines.join("\n")).not.toContain("sesame");
  });
});
