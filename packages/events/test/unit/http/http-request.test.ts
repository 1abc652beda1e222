// One route as a middleware among others.
import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { httpErrors, httpRequest, reply, type AnyHttpEvent, type AnyHttpResult } from "../../../src/http.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { httpEvent } from "../../events/http.ts";
import { http1Event, restEvent } from "../../events/rest.ts";

const context = lambdaContext();

/** Calls a handler whose event is, before the middleware, an event of AWS. */
function call(handler: unknown, event: AnyHttpEvent, with_ = context): Promise<AnyHttpResult> {
  return (handler as (event: AnyHttpEvent, context: unknown) => Promise<AnyHttpResult>)(event, with_);
}

describe("httpRequest", () => {
  const log = memoryLog();
  const handler = middy()
    .use(
      httpRequest({
        path: z.object({ room: z.string() }),
        query: z.object({ notify: z.stringbool() }).loose(),
        body: z.object({ text: z.string() }),
        cors: { origins: "*" },
        logger: log,
      }),
    )
    .handler(async (request) => {
      if (request.body.text === "refuse") throw httpErrors.conflict("No.");
      if (request.body.text === "fail") throw new Error("secret");
      return reply(201, { room: request.path.room, notify: request.query.notify, route: request.route });
    });

  it.each([
    ["REST", restEvent()],
    ["HTTP 1.0", http1Event()],
    ["HTTP 2.0", httpEvent()],
  ])("gives the handler its request: %s", async (_kind, event) => {
    const result = await call(handler, event);
    expect(result.statusCode).toBe(201);
    expect(JSON.parse(result.body ?? "")).toEqual({
      room: "café bar",
      notify: true,
      route: event === undefined ? "" : expect.stringContaining("/rooms/{room}/messages"),
    });
  });

  it("answers errors as problems", async () => {
    expect((await call(handler, httpEvent({ body: "{}" }))).statusCode).toBe(400);
    const refused = await call(handler, httpEvent({ body: '{"text":"refuse"}' }));
    expect(refused).toMatchObject({
      statusCode: 409,
      headers: { "content-type": "application/problem+json" },
    });
    const bad = await call(handler, restEvent({ pathParameters: { room: "%E0%A4" } }));
    expect(bad.statusCode).toBe(400);
    expect(log.entries).toHaveLength(0);
    expect((await call(handler, httpEvent({ body: '{"text":"fail"}' }))).statusCode).toBe(500);
    expect(log.entries).toHaveLength(1);
  });

  it("leaves an answer of another middleware alone", async () => {
    const other = middy()
      .use(httpRequest({ logger: memoryLog() }))
      .handler(async () => {
        throw new Error("boom");
      })
      .onError((run) => {
        run.response = { statusCode: 503 };
      });
    expect(await call(other, httpEvent())).toEqual({ statusCode: 503 });
  });

  it("aborts the signal, and answers 504 to a handler that gives up because of it", async () => {
    const slow = middy()
      .use(httpRequest({ logger: memoryLog() }))
      .handler(async (request) => {
        await new Promise((_resolve, reject) => {
          request.signal.addEventListener("abort", () => reject(request.signal.reason as Error));
        });
      });
    expect((await call(slow, httpEvent(), lambdaContext(210))).statusCode).toBe(504);
  });

  it("logs a failure of the answer itself", async () => {
    const log = memoryLog();
    const broken = middy()
      .use(httpRequest({ logger: log }))
      .handler(async () => reply(200, {}, { "x-a": "b\r\nc" }));
    expect((await call(broken, httpEvent())).statusCode).toBe(500);
    expect(log.entries[0]?.error).toMatchObject({ code: "HEADER_INVALID" });
  });

  it("refuses an event of another kind by name", async () => {
    await expect(call(handler, {} as AnyHttpEvent)).rejects.toMatchObject({ code: "EVENT_UNKNOWN" });
  });
});

describe("a preflight", () => {
  const asks = (origin: string): ReturnType<typeof restEvent> =>
    restEvent({
      httpMethod: "OPTIONS",
      headers: null,
      multiValueHeaders: { Origin: [origin], "access-control-request-method": ["POST"] },
    });

  it("is answered before the handler, and what it asks for is granted", async () => {
    let ran = false;
    const handler = middy()
      .use(httpRequest({ cors: { origins: ["https://chat.example"], credentials: true } }))
      .handler(async () => {
        ran = true;
      });
    expect(await handler(asks("https://chat.example") as never, lambdaContext())).toEqual({
      statusCode: 204,
      body: "",
      headers: {
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "POST",
        "access-control-allow-origin": "https://chat.example",
        "access-control-max-age": "600",
        vary: "origin, access-control-request-headers",
      },
    });
    const other = await handler(asks("https://evil.example") as never, lambdaContext());
    expect(other).toMatchObject({ statusCode: 204 });
    expect(JSON.stringify(other)).not.toContain("allow-origin");
    expect(ran).toBe(false);
  });

  it("comes to the handler where there is no CORS", async () => {
    const handler = middy()
      .use(httpRequest())
      .handler(async (request) => request.method);
    expect(await handler(asks("https://chat.example") as never, lambdaContext())).toMatchObject({
      body: '"OPTIONS"',
    });
  });
});

it("checks what a route answers", async () => {
  const log = memoryLog();
  const handler = middy()
    .use(httpRequest({ logger: log, replies: { 200: z.object({ id: z.string() }) } }))
    .handler(async () => ({ id: 7 }));
  expect(await handler(restEvent() as never, lambdaContext())).toMatchObject({ statusCode: 500 });
  expect(log.entries[0]?.error).toMatchObject({ code: "REPLY_INVALID" });
});
