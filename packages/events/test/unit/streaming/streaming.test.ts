// Answers that are sent while they are made, as Lambda and the gateway take them.
import { Readable } from "node:stream";
import middy from "@middy/core";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import {
  binary,
  file,
  httpApi,
  httpErrors,
  httpRequest,
  redirect,
  reply,
  type AnyHttpEvent,
} from "../../../src/http.ts";
import { stream, streaming } from "../../../src/streaming.ts";
import { albEvent } from "../../events/alb.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { functionUrlEvent, httpEvent } from "../../events/http.ts";
import { awslambda, SlowStream, type Arrived } from "../../events/lambda-stream.ts";
import { http1Event, restEvent } from "../../events/rest.ts";

type Run = (event: unknown, out: SlowStream, context: unknown) => Promise<void>;

vi.stubGlobal("awslambda", awslambda); // before handlers are made, as on Lambda

function get(path: string, change: object = {}): AnyHttpEvent {
  return restEvent({
    httpMethod: "GET",
    resource: "/{proxy+}",
    path,
    pathParameters: { proxy: path.slice(1) },
    ...change,
  });
}

async function sent(handler: unknown, event: unknown, ms = 10_000): Promise<Arrived> {
  const out = new SlowStream();
  await (handler as Run)(event, out, lambdaContext(ms));
  expect(out.writableFinished).toBe(true);
  return out.arrived();
}

describe("a streaming table", () => {
  const log = memoryLog();
  const ended: string[] = [];
  async function* count(to: number): AsyncGenerator<string> {
    try {
      for (let line = 0; line < to; line += 1) yield `${String(line).padStart(9)}\n`;
    } finally {
      ended.push("source");
    }
  }
  const api = httpApi({ logger: log, cors: { origins: "*" } })
    .route("GET /lines/{count}", (request) =>
      stream(200, count(Number(request.path.count)), { "content-type": "text/plain" })
        .cookie("a", "1")
        .header("x-list", ["1", "2"]),
    )
    .route("GET /json", () => ({ a: 1 }))
    .route("GET /none", () => undefined)
    .route("GET /bytes", () => binary(200, new Uint8Array([0, 1, 255])))
    .route("GET /large", () => "a".repeat(7_000_000))
    .route("GET /web", () => stream(200, new Blob(["web"]).stream()))
    .route("GET /file", () => file([new Uint8Array([1])], { name: "a.bin" }))
    .route("GET /away", () => redirect("/elsewhere"))
    .route("GET /tagged", () => stream(200, count(5), { etag: '"1"' }))
    .route("GET /headers", () => reply(200, 1, { "x-long": "a".repeat(17_000) }))
    .route("GET /refused", () => {
      throw httpErrors.notFound();
    })
    .route("GET /broken", () =>
      stream(
        200,
        (async function* () {
          yield "a";
          throw new Error("the source broke");
        })(),
      ),
    )
    .route("GET /stuck", (request) =>
      stream(
        200,
        (async function* () {
          yield "a";
          await new Promise((_resolve, reject) => {
            request.signal.addEventListener("abort", () => reject(request.signal.reason as Error));
          });
        })(),
      ),
    );
  const handler = api.handler({ mode: streaming });

  it("sends metadata, eight zero bytes, and the body piece by piece", async () => {
    const { type, prelude, body } = await sent(handler, get("/lines/3"));
    expect(type).toBe("application/vnd.awslambda.http-integration-response");
    expect(prelude).toEqual({
      statusCode: 200,
      headers: { "content-type": "text/plain" },
      multiValueHeaders: { "x-list": ["1", "2"] },
      cookies: ["a=1; Path=/; Secure; HttpOnly; SameSite=Lax"],
    });
    expect(body.toString()).toBe("        0\n        1\n        2\n");
  });

  it("waits for the reader", async () => {
    const { body, mostWaiting } = await sent(handler, get("/lines/20000"));
    expect(body.length).toBe(200_000);
    expect(mostWaiting).toBeLessThan(2000);
  });

  it.each([
    ["/json", 200, '{"a":1}'],
    ["/none", 204, ""],
    ["/away", 302, ""],
    ["/web", 200, "web"],
    ["/file", 200, "\u0001"],
  ])("answers %s with %i", async (path, statusCode, body) => {
    const arrived = await sent(handler, get(path));
    expect(arrived.prelude).toMatchObject({ statusCode });
    expect(arrived.body.toString()).toBe(body);
  });

  it("sends bytes as bytes, whatever the kind, and more than a whole answer may have", async () => {
    for (const path of ["/bytes", "/large"]) {
      const { body, prelude } = await sent(
        handler,
        functionUrlEvent({ rawPath: path, ...withMethod("GET") }),
      );
      expect(prelude).not.toHaveProperty("isBase64Encoded");
      expect(body.length).toBe(path === "/bytes" ? 3 : 7_000_002);
    }
  });

  it("refuses in problem documents", async () => {
    const { prelude, body } = await sent(handler, get("/refused"));
    expect(prelude).toMatchObject({
      statusCode: 404,
      headers: { "content-type": "application/problem+json" },
    });
    expect(JSON.parse(body.toString())).toMatchObject({ status: 404 });
  });

  it("ends a source that nobody wants", async () => {
    ended.length = 0;
    const head = await sent(handler, get("/lines/5", { httpMethod: "HEAD" }));
    expect(head.body.length).toBe(0);
    const known = await sent(
      handler,
      get("/tagged", { multiValueHeaders: null, headers: { "If-None-Match": '"1"' } }),
    );
    expect(known.prelude).toMatchObject({ statusCode: 304 });
    expect(ended).toEqual(["source", "source"]);
  });

  it("rejects when the source breaks, so that the runtime cuts the connection", async () => {
    const out = new SlowStream();
    await expect((handler as unknown as Run)(get("/broken"), out, lambdaContext())).rejects.toThrow(
      "the source broke",
    );
    await vi.waitFor(() => expect(out.arrived().body.toString()).toBe("a"));
    expect(out.writableEnded).toBe(false);
  });

  it("ends with the time, and aborts the signal", async () => {
    const out = new SlowStream();
    await expect((handler as unknown as Run)(get("/stuck"), out, lambdaContext(250))).rejects.toThrow(
      /did not answer/,
    );
  });

  it("refuses metadata that the gateway would not find the end of", async () => {
    const out = new SlowStream();
    await expect((handler as unknown as Run)(get("/headers"), out, lambdaContext())).rejects.toMatchObject({
      code: "PRELUDE_TOO_LARGE",
    });
    expect(out.bytes.length).toBe(0);
  });

  it.each([
    ["http", httpEvent()],
    ["http-1.0", http1Event()],
    ["alb", albEvent()],
  ])("refuses an event of the kind %s, which takes no stream", async (kind, event) => {
    const run = (handler as unknown as Run)(event, new SlowStream(), lambdaContext());
    await expect(run).rejects.toMatchObject({ code: "STREAM_UNSUPPORTED", facts: { kind } });
  });

  it("says so when it is called where nothing streams", async () => {
    vi.stubGlobal("awslambda", undefined);
    const elsewhere = api.handler({ mode: streaming });
    vi.stubGlobal("awslambda", awslambda);
    await expect(elsewhere(get("/json"), lambdaContext())).rejects.toMatchObject({
      code: "STREAMING_UNAVAILABLE",
    });
  });
});

it("streams the answer of a route that is a middleware, between others", async () => {
  const seen: string[] = [];
  const handler = middy({ executionMode: streaming })
    .use({ before: () => void seen.push("before"), after: () => void seen.push("after") })
    .use(httpRequest({ mode: streaming, path: z.object({ room: z.string() }) }))
    .handler(async (request) => stream(200, ["hello ", request.path.room]));
  const { body } = await sent(handler, restEvent());
  expect(body.toString()).toBe("hello café bar");
  expect(seen).toEqual(["before", "after"]);
});

it("streams what a middleware has put in the place of the body", async () => {
  const handler = httpApi()
    .route("GET /{any+}", () => "short")
    .handler({ mode: streaming })
    .use({
      after(run) {
        run.response = { statusCode: 200, body: Readable.from([Buffer.from("a"), "b"]) as never }; // as others do
      },
    });
  const { prelude, body } = await sent(handler, get("/x"));
  expect([prelude, body.toString()]).toEqual([{ statusCode: 200 }, "ab"]);
});

function withMethod(method: string): object {
  const event = functionUrlEvent();
  return { requestContext: { ...event.requestContext, http: { ...event.requestContext.http, method } } };
}
