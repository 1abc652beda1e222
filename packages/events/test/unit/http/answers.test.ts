// Files, streams kept whole, entity tags, errors in another language, hints to try again, limits.
import { limits, takesLargeResults } from "@gatewright/contract";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  binary,
  file,
  httpApi,
  HttpError,
  httpErrors,
  reply,
  stream,
  type AnyHttpEvent,
  type AnyHttpResult,
} from "../../../src/http.ts";
import { albEvent } from "../../events/alb.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { functionUrlEvent, httpEvent, httpGet } from "../../events/http.ts";
import { restEvent } from "../../events/rest.ts";

const context = lambdaContext();

function get(path: string, headers: Record<string, string> = {}): AnyHttpEvent {
  return { ...httpGet(path), headers };
}

describe("files", () => {
  const api = httpApi()
    .route("GET /bytes", () => file(new Uint8Array([1, 2, 3]), { name: "a.zip" }))
    .route("GET /text", () => file("a;b\n", { name: "../geheim/Bericht für März.CSV", inline: true }))
    .route("GET /stream", () => file(["a", "b"], { name: "notes", type: "text/plain", status: 203 }))
    .route("GET /sly", () => file("", { name: 'a"\r\nset-cookie: x=1\\\ud800.txt', headers: { "x-a": "1" } }))
    .handler();

  it("names and types what is saved", async () => {
    expect(await api(get("/bytes"), context)).toEqual({
      statusCode: 200,
      headers: {
        "content-type": "application/zip",
        "content-disposition": 'attachment; filename="a.zip"',
        "x-content-type-options": "nosniff",
      },
      body: "AQID",
      isBase64Encoded: true,
    });
    expect(await api(get("/stream"), context)).toMatchObject({ statusCode: 203, body: "ab" });
  });

  it("keeps any name, without the folders before it", async () => {
    const { headers, body } = await api(get("/text"), context);
    expect(headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition":
        "inline; filename=\"Bericht f_r M_rz.CSV\"; filename*=UTF-8''Bericht%20f%C3%BCr%20M%C3%A4rz.CSV",
    });
    expect(body).toBe("a;b\n");
  });

  it("lets no name say another header", async () => {
    const { headers } = await api(get("/sly"), context);
    const disposition = String(headers?.["content-disposition"]);
    expect(disposition).not.toMatch(/[\r\n]/);
    expect(disposition).toContain('filename="');
    expect(headers).not.toHaveProperty("set-cookie");
    expect(headers).toMatchObject({ "x-a": "1" });
  });
});

describe("streams on a handler that hands back whole answers", () => {
  async function* lines(): AsyncGenerator<string> {
    yield "a\n";
    yield "ü\n";
  }
  const log = memoryLog();
  const api = httpApi({ logger: log })
    .route("GET /text", () => stream(200, lines(), { "content-type": "text/plain" }))
    .route("GET /bytes", async () => stream(200, [new Uint8Array([255]), "a"]))
    .route("GET /web", () => stream(200, new Blob(["web"]).stream()))
    .route("GET /broken", () =>
      stream(
        200,
        (async function* () {
          yield "a";
          throw new Error("the source broke");
        })(),
      ),
    )
    .handler();

  it("are collected: text as text, anything else as bytes", async () => {
    expect(await api(get("/text"), context)).toMatchObject({
      body: "a\nü\n",
      headers: { "content-type": "text/plain" },
    });
    expect(await api(get("/bytes"), context)).toMatchObject({ body: "/2E=", isBase64Encoded: true });
    expect(await api(get("/web"), context)).toMatchObject({ body: "d2Vi", isBase64Encoded: true });
  });

  it("that break are a bare 500", async () => {
    expect(await api(get("/broken"), context)).toMatchObject({ statusCode: 500 });
    expect(log.entries.map(({ error }) => error.message)).toEqual(["the source broke"]);
  });
});

describe("entity tags", () => {
  const api = httpApi({ etags: true, cors: { origins: "*" } })
    .route("GET /made", () => ({ a: 1 }))
    .route("GET /own", () => reply(200, { a: 1 }, { etag: 'W/"7"', "cache-control": "max-age=5" }))
    .route("GET /created", () => reply(201, {}))
    .route("POST /made", () => ({ a: 1 }))
    .handler();

  it("are made from the body, the same for GET and HEAD", async () => {
    const made = await api(get("/made"), context);
    expect(made.headers?.["etag"]).toMatch(/^"[\w-]{27}"$/);
    const head = httpEvent(
      { routeKey: "$default", rawPath: "/made" },
      { routeKey: "$default", http: { method: "HEAD", path: "/made" } },
    );
    const { headers, body } = await api(head, context);
    expect(headers?.["etag"]).toBe(made.headers?.["etag"]);
    expect(body).toBe("");
    expect((await api(get("/created"), context)).headers).not.toHaveProperty("etag");
  });

  it("spare the caller what he has, and keep what a 304 must say", async () => {
    const { headers } = await api(get("/made"), context);
    const tag = String(headers?.["etag"]);
    const again = await api(get("/made", { "if-none-match": `"x", W/${tag}` }), context);
    expect(again).toMatchObject({ statusCode: 304, body: "" });
    expect(again.headers).toEqual({ etag: tag });
    expect(await api(get("/made", { "if-none-match": '"x"' }), context)).toMatchObject({ statusCode: 200 });
    expect(await api(get("/made", { "if-none-match": "*" }), context)).toMatchObject({ statusCode: 304 });
    const own = await api(get("/own", { "if-none-match": '"7"' }), context);
    expect(own).toEqual({
      statusCode: 304,
      headers: { etag: 'W/"7"', "cache-control": "max-age=5" },
      body: "",
    });
  });

  it("are compared without the option too, where the handler gives one", async () => {
    const plain = httpApi()
      .route("GET /own", () => reply(200, 1, { etag: '"7"' }))
      .handler();
    expect(await plain(get("/own", { "if-none-match": '"7"' }), context)).toMatchObject({ statusCode: 304 });
    expect((await plain(get("/own"), context)).headers).toMatchObject({ etag: '"7"' });
  });
});

describe("refusals", () => {
  const api = httpApi({ logger: memoryLog() })
    .route("GET /busy", () => {
      throw httpErrors.tooManyRequests("Slow down.", { retryAfter: 1.2 });
    })
    .route("GET /closed", () => {
      throw httpErrors.unavailable(undefined, { retryAfter: new Date(Date.now() + 59_500) });
    })
    .route("GET /fields", () => {
      throw new HttpError(400, "Two things.", { errors: [{ path: "body.a", message: "is missing" }] });
    })
    .handler();

  it("say when to try again, in the header and in the document", async () => {
    const busy = await api(get("/busy"), context);
    expect(busy.headers).toMatchObject({ "retry-after": "2" });
    expect(JSON.parse(busy.body ?? "")).toMatchObject({ status: 429, retryAfter: 2 });
    const closed = await api(get("/closed"), context);
    expect(Number(closed.headers?.["retry-after"])).toBeGreaterThan(50);
    expect(JSON.parse((await api(get("/fields"), context)).body ?? "")).not.toHaveProperty("retryAfter");
  });

  it.each([
    [undefined, "application/problem+json"],
    ["*/*", "application/problem+json"],
    ["application/json", "application/problem+json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/problem+json"],
    ["application/problem+json;q=0.5, text/plain;q=0.4", "application/problem+json"],
    ["image/png", "application/problem+json"],
    ["text/plain", "text/plain; charset=utf-8"],
    ["text/html", "text/plain; charset=utf-8"],
    ["text/plain, */*;q=0.1", "text/plain; charset=utf-8"],
    ["application/json;q=0, text/*", "text/plain; charset=utf-8"],
    [";;q=,,q=x", "application/problem+json"],
  ])("to a caller that accepts %s are %s", async (accept, type) => {
    const result = await api(get("/fields", accept === undefined ? {} : { accept }), context);
    expect(result.headers).toMatchObject({ "content-type": type, vary: "accept" });
  });

  it("keep what else they vary by", async () => {
    const handler = httpApi({ cors: { origins: ["https://a.example"] } })
      .route("GET /a", () => {
        throw httpErrors.forbidden(undefined, { headers: { vary: "cookie" } });
      })
      .handler();
    expect((await handler(get("/a"), context)).headers).toMatchObject({ vary: "cookie, accept, origin" });
  });

  it("in text say the same", async () => {
    const { body } = await api(get("/fields", { accept: "text/plain" }), context);
    expect(body).toBe("400 Bad Request\nTwo things.\n- body.a: is missing\nurn:request:JCInHg8UPHcEJsA%3D\n");
  });
});

describe("limits", () => {
  const log = memoryLog();
  const api = httpApi({ logger: log })
    .route("ANY /text/{size}", (request) => "a".repeat(Number(request.path.size)))
    .route("ANY /bytes/{size}", (request) => binary(200, new Uint8Array(Number(request.path.size))))
    .route("POST /small", { body: z.unknown(), bodyAs: "bytes", bodyLimit: 3 }, () => "ok")
    .handler();
  const last = (): { code?: string; message: string } | undefined => log.entries.at(-1)?.error;
  const rest = (path: string): AnyHttpEvent =>
    restEvent({ httpMethod: "GET", resource: "/{proxy+}", path, pathParameters: { proxy: path.slice(1) } });

  it("of Lambda are measured on what is sent, base64 and escapes included", async () => {
    const room = limits.lambdaPayloadBytes;
    expect(await api(rest(`/text/${room - 200}`), context)).toMatchObject({ statusCode: 200 });
    expect(await api(rest(`/text/${room}`), context)).toMatchObject({ statusCode: 500 });
    expect(last()).toMatchObject({ code: "RESULT_TOO_LARGE" });
    expect(last()?.message).toMatch(/Lambda hands back at most 6291556.*stream/);
    expect(await api(rest(`/bytes/${Math.floor(room * 0.76)}`), context)).toMatchObject({ statusCode: 500 });
    expect(last()).toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("of API Gateway are named beside Lambda's; a function URL has only Lambda's", async () => {
    const size = limits.payloadBytes;
    expect(await api(rest(`/text/${size}`), context)).toMatchObject({ statusCode: 500 });
    expect(last()).toMatchObject({ code: "RESULT_TOO_LARGE_FOR_GATEWAY" });
    expect(last()?.message).toMatch(/10485760, and Lambda 6291556/);
    const url = functionUrlEvent({ rawPath: `/text/${size}` });
    expect(await api(url, context)).toMatchObject({ statusCode: 500 });
    expect(last()).toMatchObject({ code: "RESULT_TOO_LARGE" });
  });

  it("of a load balancer are its own", async () => {
    const alb = (size: number): AnyHttpEvent => albEvent({ httpMethod: "GET", path: `/text/${size}` });
    expect(await api(alb(1_000_000), context)).toMatchObject({ statusCode: 200 });
    expect(await api(alb(1_100_000), context)).toMatchObject({ statusCode: 500 });
    expect(last()).toMatchObject({ code: "RESULT_TOO_LARGE_FOR_BALANCER" });
  });

  it("are nobody's business where a middleware makes large results fit", async () => {
    const kind = { ...context, [takesLargeResults]: true };
    const size = limits.payloadBytes;
    const result = await api(rest(`/text/${size}`), kind);
    expect(result.statusCode).toBe(200);
    expect(result.body?.length).toBe(size + 2); // as JSON
  });

  it("of a route's body are answered with 413, counted in bytes", async () => {
    const post = (body: string, isBase64Encoded = false): Promise<AnyHttpResult> =>
      api(
        httpEvent({ routeKey: "POST /small", rawPath: "/small", pathParameters: {}, body, isBase64Encoded }),
        context,
      );
    expect(await post("abc")).toMatchObject({ statusCode: 200 });
    expect(await post("üü")).toMatchObject({ statusCode: 413 });
    expect(await post("AQID", true)).toMatchObject({ statusCode: 200 });
    expect(await post("AQIDBA==", true)).toMatchObject({ statusCode: 413 });
  });
});

describe("a base path", () => {
  const api = httpApi({ basePath: "/v1" })
    .route("GET /rooms", () => "rooms")
    .route("GET /", () => "root")
    .handler();

  it("is left out where the gateway matched no route of its own", async () => {
    for (const [path, body] of [
      ["/v1/rooms", '"rooms"'],
      ["/v1", '"root"'],
      ["/rooms", '"rooms"'],
    ] as const) {
      expect(await api(get(path), context)).toMatchObject({ statusCode: 200, body });
    }
    expect(await api(get("/v12/rooms"), context)).toMatchObject({ statusCode: 404 });
  });
});
