// The route table as callers of every event kind meet it.
import type { HttpResult, RestResult } from "@gatewright/contract";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  binary,
  empty,
  httpApi,
  HttpError,
  httpErrors,
  redirect,
  reply,
  text,
  type AlbResult,
  type AnyHttpEvent,
  type AnyHttpResult,
} from "../../../src/http.ts";
import { albEvent, albMultiEvent } from "../../events/alb.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { functionUrlEvent, httpEvent, httpGet } from "../../events/http.ts";
import { http1Event, restEvent } from "../../events/rest.ts";

const context = lambdaContext();

function json(result: AnyHttpResult): unknown {
  return JSON.parse(result.body ?? "null");
}

const everyKind: readonly (readonly [string, AnyHttpEvent])[] = [
  ["REST", restEvent()],
  ["HTTP 1.0", http1Event()],
  ["HTTP 2.0", httpEvent()],
  ["function URL", functionUrlEvent()],
  ["load balancer", albMultiEvent()],
];

describe("one table for every kind of event", () => {
  const api = httpApi({ logger: memoryLog() }).route("POST /rooms/{room}/messages", async (request) =>
    reply(201, {
      room: request.path.room,
      tags: request.query["tag"],
      notify: request.query["notify"],
      type: request.headers.get("CONTENT-type"),
      session: request.cookies["session"],
      theme: request.cookies["theme"],
      body: await request.body.json(),
      ip: request.sourceIp,
      method: request.method,
      route: request.route,
    }),
  );
  const handler = api.handler();

  it.each(everyKind)("reads and answers %s alike", async (_kind, event) => {
    const result = await handler(event, context);
    expect(result.statusCode).toBe(201);
    expect(json(result)).toEqual({
      room: "café bar",
      tags: ["a", "b c"],
      notify: "true",
      type: "application/json",
      session: "abc def",
      theme: "dark",
      body: { text: "hello" },
      ip: "203.0.113.7",
      method: "POST",
      route: "POST /rooms/{room}/messages",
    });
  });

  it("has the two parameters that the Node 24 runtime takes", () => {
    expect(handler.length).toBe(2);
  });

  it("refuses an event of another kind by name", async () => {
    const event = { requestContext: { eventType: "CONNECT", connectionId: "abc=" } };
    await expect(handler(event as never, context)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });
});

describe("routing", () => {
  const api = httpApi()
    .route("GET /rooms", () => "all")
    .route("GET /rooms/new", () => "new")
    .route("GET /rooms/{room}", (request) => request.path.room)
    .route("GET /rooms/{room}/messages", (request) => `messages of ${request.path.room}`)
    .route("GET /files/{path+}", (request) => request.path.path)
    .route("POST /files/{name}", (request) => request.path.name)
    .route("ANY /any", (request) => request.method)
    .route("GET /", () => "root");
  const handler = api.handler();
  const get = async (path: string, stage?: string): Promise<unknown> =>
    json(await handler(httpGet(path, stage), context));

  it("takes static parts before parameters before the rest", async () => {
    expect(await get("/rooms")).toBe("all");
    expect(await get("/rooms/new")).toBe("new");
    expect(await get("/rooms/42")).toBe("42");
    expect(await get("/rooms/42/messages")).toBe("messages of 42");
    expect(await get("/files/a/b/c.txt")).toBe("a/b/c.txt");
    expect(await get("/")).toBe("root");
  });

  it("lets a wider path answer a method that a narrower one does not", async () => {
    expect(await get("/files/a")).toBe("a");
  });

  it("does not mind a slash at the end", async () => {
    expect(await get("/rooms/")).toBe("all");
  });

  it("leaves out the stage of a named stage", async () => {
    expect(await get("/prod/rooms/42", "prod")).toBe("42");
    expect(await get("/prod", "prod")).toBe("root");
    expect(await get("/production", "prod")).toMatchObject({ status: 404 });
  });

  it("decodes neither a percent sign of HTTP 2.0 nor anything twice", async () => {
    expect(await get("/rooms/100%")).toBe("100%");
    expect(await get("/rooms/%41")).toBe("%41");
    const rest = restEvent({
      httpMethod: "GET",
      resource: "/rooms/{room}",
      pathParameters: { room: "100%2541" },
    });
    expect(json(await handler(rest, context))).toBe("100%41");
  });

  it("keeps a decoded slash in the parameter where the gateway says so", async () => {
    const event = httpEvent(
      { routeKey: "GET /rooms/{room}", rawPath: "/rooms/a/messages", pathParameters: { room: "a/messages" } },
      { http: { method: "GET" } },
    );
    expect(json(await handler(event, context))).toBe("a/messages");
  });

  it("takes a more specific path of the table than the one the gateway knows", async () => {
    const event = httpEvent(
      { routeKey: "GET /rooms/{room}", rawPath: "/rooms/new", pathParameters: { room: "new" } },
      { http: { method: "GET" } },
    );
    expect(json(await handler(event, context))).toBe("new");
  });

  it("leaves out the base path of a custom domain behind a greedy resource", async () => {
    const event = restEvent({
      httpMethod: "GET",
      resource: "/{proxy+}",
      path: "/v1/rooms/caf%C3%A9",
      pathParameters: { proxy: "rooms/caf%C3%A9" },
    });
    expect(json(await handler(event, context))).toBe("café");
  });

  it("answers an escape that means nothing with 400", async () => {
    const event = restEvent({
      httpMethod: "GET",
      resource: "/rooms/{room}",
      pathParameters: { room: "%E0%A4" },
    });
    expect((await handler(event, context)).statusCode).toBe(400);
  });

  it("answers HEAD from GET, without a body", async () => {
    const event = httpEvent({ routeKey: "$default", rawPath: "/rooms" }, { http: { method: "HEAD" } });
    const result = await handler(event, context);
    expect(result).toMatchObject({
      statusCode: 200,
      body: "",
      headers: { "content-type": "application/json" },
    });
  });

  it("answers a method that the path does not have with 405 and Allow", async () => {
    const event = httpEvent({ routeKey: "$default", rawPath: "/rooms" }, { http: { method: "DELETE" } });
    const result = await handler(event, context);
    expect(result.statusCode).toBe(405);
    expect(result.headers).toMatchObject({
      allow: "GET, HEAD, OPTIONS",
      "content-type": "application/problem+json",
    });
  });

  it("answers OPTIONS from the table", async () => {
    const event = httpEvent({ routeKey: "$default", rawPath: "/any" }, { http: { method: "OPTIONS" } });
    expect(json(await handler(event, context))).toBe("OPTIONS");
    const other = httpEvent({ routeKey: "$default", rawPath: "/rooms" }, { http: { method: "OPTIONS" } });
    expect(await handler(other, context)).toMatchObject({
      statusCode: 204,
      headers: { allow: "GET, HEAD, OPTIONS" },
    });
  });

  it("answers an unknown path with a 404 problem that names the request", async () => {
    const result = await handler(httpGet("/nowhere"), context);
    expect(result.statusCode).toBe(404);
    expect(json(result)).toEqual({
      type: "about:blank",
      title: "Not Found",
      status: 404,
      detail: "There is nothing at this path.",
      instance: "urn:request:JCInHg8UPHcEJsA%3D",
    });
  });
});

describe("what a table refuses when it is made", () => {
  it.each([
    ["FETCH /rooms", "ROUTE_INVALID"],
    ["GET rooms", "ROUTE_INVALID"],
    ["GET /rooms//messages", "ROUTE_INVALID"],
    ["GET /{a}/{a}", "ROUTE_INVALID"],
    ["GET /{a+}/b", "ROUTE_INVALID"],
    ["GET /x{a}", "ROUTE_INVALID"],
    ["GET /{__proto__}", "ROUTE_INVALID"],
  ])("%s", (key, code) => {
    expect(() => httpApi().route(key as "GET /", () => 1)).toThrow(expect.objectContaining({ code }));
  });

  it("a method and path shape that is taken", () => {
    const api = httpApi().route("GET /rooms/{room}", () => 1);
    expect(() => api.route("GET /rooms/{id}", () => 2)).toThrow(
      expect.objectContaining({ code: "ROUTE_TAKEN" }),
    );
  });

  it("something that is no schema", () => {
    expect(() => httpApi().route("GET /", { query: {} as never }, () => 1)).toThrow(
      expect.objectContaining({ code: "SCHEMA_INVALID" }),
    );
  });

  it("credentials for any origin", () => {
    expect(() => httpApi({ cors: { origins: "*", credentials: true } })).toThrow(
      expect.objectContaining({ code: "CORS_ANY_ORIGIN_WITH_CREDENTIALS" }),
    );
  });
});

describe("validation", () => {
  const schemas = {
    zod: z.object({ text: z.string().min(1), at: z.coerce.date().optional() }),
    valibot: v.object({ text: v.pipe(v.string(), v.minLength(1)) }),
    arktype: type({ text: "string > 0" }),
  };

  it.each(Object.entries(schemas))("puts what %s made of the body in its place", async (_name, schema) => {
    const handler = httpApi()
      .route("POST /rooms/{room}/messages", { body: schema }, (request) => ({ said: request.body }))
      .handler();
    expect(json(await handler(httpEvent(), context))).toEqual({ said: { text: "hello" } });
    const bad = await handler(httpEvent({ body: '{"text":""}' }), context);
    expect(bad.statusCode).toBe(400);
    expect(json(bad)).toMatchObject({ errors: [{ path: "body.text", message: expect.any(String) }] });
  });

  it("converts path, query and headers, and names every mistake at once", async () => {
    const handler = httpApi()
      .route(
        "POST /rooms/{room}/messages",
        {
          path: z.object({ room: z.string().max(10) }),
          query: z.object({ notify: z.stringbool(), tag: z.array(z.string()) }),
          headers: z.object({ "content-length": z.coerce.number() }),
          body: z.object({ text: z.string() }),
        },
        ({ path, query, headers, body }) => ({ path, query, headers, body }),
      )
      .handler();
    expect(json(await handler(httpEvent(), context))).toEqual({
      path: { room: "café bar" },
      query: { notify: true, tag: ["a", "b c"] },
      headers: { "content-length": 16 },
      body: { text: "hello" },
    });
    const event = httpEvent({
      body: '{"text":1}',
      rawQueryString: "tag=a&tag=b",
      pathParameters: { room: "a very long name" },
    });
    const paths = (json(await handler(event, context)) as { errors: { path: string }[] }).errors.map(
      (e) => e.path,
    );
    expect(paths).toEqual(["path.room", "query.notify", "body.text"]);
  });

  it("waits for a schema that takes its time", async () => {
    const body = z.object({ text: z.string().refine(async (said) => said !== "hello") });
    const handler = httpApi()
      .route(
        "POST /rooms/{room}/messages",
        { body, query: z.object({ notify: z.string() }) },
        (request) => request.body,
      )
      .handler();
    expect((await handler(httpEvent(), context)).statusCode).toBe(400);
    expect((await handler(httpEvent({ body: '{"text":"hi"}' }), context)).statusCode).toBe(200);
  });

  it("lets the schema decide about an empty body", async () => {
    const handler = httpApi()
      .route("POST /rooms/{room}/messages", { body: z.object({}).optional() }, (request) => ({
        got: request.body === undefined,
      }))
      .handler();
    const { body: _body, ...event } = httpEvent();
    expect(json(await handler(event, context))).toEqual({ got: true });
    expect(json(await handler(restEvent({ body: null }), context))).toEqual({ got: true });
  });

  it("takes a form, a text or bytes where the route says so", async () => {
    const handler = httpApi()
      .route(
        "POST /form",
        { body: z.object({ a: z.string(), b: z.array(z.string()) }), bodyAs: "form" },
        (r) => r.body,
      )
      .route("POST /text", { body: z.string(), bodyAs: "text" }, (r) => r.body)
      .route("POST /bytes", { body: z.instanceof(Uint8Array), bodyAs: "bytes" }, (r) => [...r.body])
      .handler();
    const post = async (path: string, type_: string, body: Buffer): Promise<AnyHttpResult> =>
      handler(
        httpEvent({
          routeKey: "$default",
          rawPath: path,
          headers: { "content-type": type_ },
          body: body.toString("base64"),
          isBase64Encoded: true,
        }),
        context,
      );
    expect(
      json(await post("/form", "application/x-www-form-urlencoded", Buffer.from("a=1+2&b=x&b=%C3%A9"))),
    ).toEqual({
      a: "1 2",
      b: ["x", "é"],
    });
    expect(
      json(await post("/text", "text/plain; charset=iso-8859-1", Buffer.from("caf\u00e9", "latin1"))),
    ).toBe("café");
    const nine = Buffer.from([0, 255, 128, 13, 10, 0, 1, 2, 254]);
    expect(json(await post("/bytes", "application/octet-stream", nine))).toEqual([...nine]);
    expect((await post("/form", "application/json", Buffer.from("{}"))).statusCode).toBe(415);
    expect((await post("/text", "text/plain; charset=klingon", Buffer.from("x"))).statusCode).toBe(415);
    expect((await post("/text", "text/plain", Buffer.from([0xff, 0xfe, 0xfd]))).statusCode).toBe(400);
  });

  it("refuses JSON of another content type, and names where malformed JSON breaks", async () => {
    const handler = httpApi()
      .route("POST /rooms/{room}/messages", { body: z.unknown() }, () => 1)
      .handler();
    const wrong = await handler(httpEvent({ headers: { "content-type": "text/plain" } }), context);
    expect(wrong.statusCode).toBe(415);
    expect(wrong.headers).toMatchObject({ accept: "application/json" });
    const malformed = await handler(httpEvent({ body: '{\n  "text": nope }' }), context);
    expect(json(malformed)).toMatchObject({
      status: 400,
      detail: "The body is not valid JSON: it breaks at line 2, column 11.",
    });
    const merge = httpEvent({ headers: { "content-type": "application/merge-patch+json; charset=utf-8" } });
    expect((await handler(merge, context)).statusCode).toBe(200);
  });

  it("lets no key reach a prototype", async () => {
    const handler = httpApi()
      .route("POST /rooms/{room}/messages", { body: z.unknown() }, () => 1)
      .handler();
    for (const body of [
      '{"__proto__":{"admin":true}}',
      String.raw`{"a":[{"\u005f_proto__":1}]}`,
      '{"constructor":{"prototype":{"admin":true}}}',
    ]) {
      expect((await handler(httpEvent({ body }), context)).statusCode).toBe(422);
    }
    const harmless = '{"text":"a constructor and a __proto__ walk into a bar"}';
    expect((await handler(httpEvent({ body: harmless }), context)).statusCode).toBe(200);
    expect((await handler(httpEvent({ body: '{"__proto__"' }), context)).statusCode).toBe(400);
  });
});

describe("answers", () => {
  const api = httpApi({ logger: memoryLog() })
    .route("GET /value", () => ({ a: 1 }))
    .route("GET /nothing", () => undefined)
    .route("GET /null", () => null)
    .route("GET /text", () => text(200, "héllo"))
    .route("GET /html", () => text(200, "<p>", { "Content-Type": "text/html" }))
    .route("GET /binary", () =>
      binary(200, new Uint8Array([0, 255, 128, 13, 10, 0, 1, 2, 254]), { "content-type": "image/png" }),
    )
    .route("GET /redirect", () => redirect("/elsewhere"))
    .route("GET /moved", () => redirect("/elsewhere", 308))
    .route("GET /empty", () => empty())
    .route("GET /reset", () => empty(205))
    .route("GET /cookies", () =>
      reply(200, {}, { "x-one": 1, link: ["<a>", "<b>"] })
        .cookie("session", "a b;c", { maxAge: 60 })
        .cookie("theme", "dark", { secure: false, httpOnly: false, sameSite: "Strict", path: "/x" }),
    );
  const handler = api.handler();
  const http = async (path: string): Promise<HttpResult> =>
    (await handler(httpGet(path), context)) as HttpResult;
  const rest = async (path: string): Promise<RestResult> =>
    handler(restEvent({ httpMethod: "GET", resource: path, path, pathParameters: null }), context);

  it("makes JSON of a value, 204 of nothing", async () => {
    expect(await http("/value")).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json" },
      body: '{"a":1}',
    });
    expect(await http("/nothing")).toEqual({ statusCode: 204, headers: {}, body: "" });
    expect(await http("/null")).toMatchObject({ statusCode: 200, body: "null" });
  });

  it("writes text, bytes, redirections and nothing", async () => {
    expect(await http("/text")).toMatchObject({
      headers: { "content-type": "text/plain; charset=utf-8" },
      body: "héllo",
    });
    expect(await http("/html")).toMatchObject({ headers: { "content-type": "text/html" } });
    const bytes = await http("/binary");
    expect(bytes).toMatchObject({ isBase64Encoded: true, headers: { "content-type": "image/png" } });
    expect(Buffer.from(bytes.body ?? "", "base64")).toHaveLength(9);
    expect(await http("/redirect")).toMatchObject({
      statusCode: 302,
      headers: { location: "/elsewhere" },
      body: "",
    });
    expect(await http("/moved")).toMatchObject({ statusCode: 308 });
    expect(await http("/empty")).toMatchObject({ statusCode: 204 });
    expect(await http("/reset")).toMatchObject({ statusCode: 205 });
  });

  it("says repeated headers and cookies as each kind wants them", async () => {
    const cookies = [
      "session=a%20b%3Bc; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax",
      "theme=dark; Path=/x; SameSite=Strict",
    ];
    expect(await http("/cookies")).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json", "x-one": "1", link: "<a>, <b>" },
      body: "{}",
      cookies,
    });
    expect(await rest("/cookies")).toEqual({
      statusCode: 200,
      headers: { "content-type": "application/json", "x-one": "1" },
      multiValueHeaders: { link: ["<a>", "<b>"], "set-cookie": cookies },
      body: "{}",
    });
    expect(await rest("/value")).not.toHaveProperty("multiValueHeaders");
    const multi = (await handler(
      albMultiEvent({ httpMethod: "GET", path: "/cookies" }),
      context,
    )) as AlbResult;
    expect(multi).toEqual({
      statusCode: 200,
      statusDescription: "200 OK",
      multiValueHeaders: {
        "content-type": ["application/json"],
        "x-one": ["1"],
        link: ["<a>", "<b>"],
        "set-cookie": cookies,
      },
      body: "{}",
      isBase64Encoded: false,
    });
  });

  it("refuses repeated headers where a load balancer cannot take them", async () => {
    const log = memoryLog();
    const one = httpApi({ logger: log })
      .route("GET /", () => empty().cookie("a", "1").cookie("b", "2"))
      .handler();
    expect((await one(albEvent({ httpMethod: "GET", path: "/" }), context)).statusCode).toBe(500);
    expect(log.entries[0]?.error).toMatchObject({ code: "ALB_REPEATED_HEADER" });
  });

  it.each([
    ["HEADER_INVALID", () => empty(204, { location: "/a\r\nset-cookie: a=b" })],
    ["HEADER_INVALID", () => empty(204, { "bad name": "x" })],
    ["HEADER_INVALID", () => empty(204, { "x-list": ["fine", "not\nfine"] })],
    ["STATUS_INVALID", () => empty(99)],
    ["COOKIE_INVALID", () => empty().cookie("a b", "c")],
    ["COOKIE_INVALID", () => empty().cookie("a", "c", { path: "/; Domain=evil.example" })],
    ["RESULT_TOO_LARGE", () => text(200, "x".repeat(6_400_000))],
    ["RESULT_TOO_LARGE", () => text(200, '"'.repeat(3_400_000))],
  ])("refuses what cannot be sent: %s", async (code, handle) => {
    const log = memoryLog();
    const result = await httpApi({ logger: log }).route("GET /", handle).handler()(httpGet("/"), context);
    expect(result.statusCode).toBe(500);
    expect(log.entries).toHaveLength(1);
    expect(log.entries[0]?.error).toMatchObject({ code });
  });

  it("lets through what just fits", async () => {
    const handler = httpApi()
      .route("GET /", () => text(200, "x".repeat(6_200_000)))
      .handler();
    expect((await handler(httpGet("/"), context)).statusCode).toBe(200);
  });
});

describe("errors", () => {
  it("shows what was meant for the caller", async () => {
    const handler = httpApi()
      .route("GET /a", () => {
        throw httpErrors.tooManyRequests("Slow down.", { headers: { "retry-after": "3" } });
      })
      .route("GET /b", async () => {
        throw new HttpError(409, "Full.", { type: "https://chat.example/full", title: "Room is full" });
      })
      .route("GET /c", () => {
        throw Object.assign(new Error("Not here."), { statusCode: 404, expose: true });
      })
      .handler();
    const a = await handler(httpGet("/a"), context);
    expect(a.headers).toEqual({
      "content-type": "application/problem+json",
      "retry-after": "3",
      vary: "accept",
    });
    expect(json(a)).toMatchObject({ status: 429, title: "Too Many Requests", detail: "Slow down." });
    expect(json(await handler(httpGet("/b"), context))).toMatchObject({
      type: "https://chat.example/full",
      title: "Room is full",
    });
    expect(json(await handler(httpGet("/c"), context))).toMatchObject({ status: 404, detail: "Not here." });
  });

  it.each([new Error("secret"), "secret", { secret: 1 }, null, undefined])(
    "logs what was not, whole and once, and shows nothing of it: %s",
    async (thrown) => {
      const log = memoryLog();
      const handler = httpApi({ logger: log, cors: { origins: "*" } })
        .route("GET /", () => {
          throw thrown;
        })
        .handler();
      const event = { ...httpGet("/"), headers: { origin: "https://a.example" } };
      const result = await handler(event, context);
      expect(result.headers).toMatchObject({ "access-control-allow-origin": "*" });
      expect(json(result)).toEqual({
        type: "about:blank",
        title: "Internal Server Error",
        status: 500,
        instance: "urn:request:JCInHg8UPHcEJsA%3D",
      });
      expect(log.entries).toHaveLength(1);
      const { message, error } = log.entries[0] ?? { message: "", error: undefined };
      expect(message).toBe("GET / failed (request JCInHg8UPHcEJsA=).");
      expect(thrown instanceof Error ? error : error?.cause).toBe(thrown);
    },
  );

  it("lets other middlewares see what was not meant for the caller, and answers theirs", async () => {
    const seen: unknown[] = [];
    const log = memoryLog();
    const boom = new Error("boom");
    const handler = httpApi({ logger: log })
      .route("GET /", () => {
        throw boom;
      })
      .handler()
      .use({ onError: ({ error }) => void seen.push(error) });
    expect((await handler(httpGet("/"), context)).statusCode).toBe(500);
    expect(seen).toEqual([boom]);
    const guarded = httpApi({ logger: log })
      .route("GET /", () => 1)
      .handler()
      .use({
        before: () => {
          throw httpErrors.forbidden();
        },
      });
    expect((await guarded(httpGet("/"), context)).statusCode).toBe(403);
  });
});

describe("time", () => {
  it("aborts the signal and answers 504 when the time is over", async () => {
    const log = memoryLog();
    let reason: unknown;
    const handler = httpApi({ logger: log })
      .route("GET /slow", async (request) => {
        await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
        reason = request.signal.reason;
        await new Promise(() => {});
      })
      .route("GET /fast", async (request) => ({ left: request.timeLeft(), aborted: request.signal.aborted }))
      .handler();
    const result = await handler(httpGet("/slow"), lambdaContext(230));
    expect(json(result)).toMatchObject({ status: 504, title: "Gateway Timeout" });
    expect(reason).toBe(log.entries[0]?.error);
    expect(json(await handler(httpGet("/fast"), context))).toEqual({ left: 10_000, aborted: false });
  });

  it("gives a late request a signal that is aborted already", async () => {
    let signal: AbortSignal | undefined;
    let finished: (() => void) | undefined;
    const done = new Promise<void>((resolve) => (finished = resolve));
    const handler = httpApi({ logger: memoryLog() })
      .route("GET /", async (request) => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        signal = request.signal;
        finished?.();
      })
      .handler();
    expect((await handler(httpGet("/"), lambdaContext(0))).statusCode).toBe(504);
    await done;
    expect(signal?.aborted).toBe(true);
  });
});
