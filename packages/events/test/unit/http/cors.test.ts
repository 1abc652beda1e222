// Who may read an answer from a page of another origin.
import type { HttpEvent } from "@gatewright/contract";
import { describe, expect, it } from "vitest";
import { compileCors, type CorsOptions } from "../../../src/http/cors.ts";
import { httpApi, reply } from "../../../src/http.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { httpEvent, httpGet } from "../../events/http.ts";

describe("origins", () => {
  it.each<[CorsOptions["origins"], string, boolean]>([
    ["*", "https://a.example", true],
    [["https://a.example"], "https://a.example", true],
    [["https://a.example"], "https://a.example.evil", false],
    [["https://*.a.example"], "https://x.a.example", true],
    [["https://*.a.example"], "https://xa.example", false],
    [["https://*.a.example"], "https://evil.example/.a.example", false],
    [[/^https:\/\/b\d+\.example$/], "https://b42.example", true],
    [[/^https:\/\/b\d+\.example$/g], "https://b42.example", true],
    [[/^https:\/\/b\d+\.example$/], "https://c.example", false],
    [(origin) => origin.endsWith(".example"), "https://d.example", true],
    [(origin) => origin.endsWith(".example"), "https://d.evil", false],
  ])("%s and %s: %s", (origins, origin, granted) => {
    const cors = compileCors({ origins });
    for (let again = 0; again < 2; again += 1) {
      expect("access-control-allow-origin" in cors.headers(origin)).toBe(granted);
    }
  });
});

describe("a table with CORS", () => {
  const handler = httpApi({
    logger: memoryLog(),
    cors: { origins: ["https://a.example"], credentials: true, expose: ["etag"], maxAge: 60 },
  })
    .route("GET /rooms", () => reply(200, [], { vary: "accept" }))
    .route("POST /rooms", () => {
      throw new Error("boom");
    })
    .handler();
  const from = (
    origin: string | undefined,
    event: HttpEvent,
    more: Record<string, string> = {},
  ): HttpEvent => ({
    ...event,
    headers: { ...event.headers, ...(origin === undefined ? {} : { origin }), ...more },
  });
  const context = lambdaContext();
  const granted = {
    "access-control-allow-origin": "https://a.example",
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "etag",
  };

  it("grants the origin, and varies by it", async () => {
    const result = await handler(from("https://a.example", httpGet("/rooms")), context);
    expect(result.headers).toEqual({
      "content-type": "application/json",
      vary: "accept, origin",
      ...granted,
    });
  });

  it("grants nothing to another origin, or to none", async () => {
    for (const origin of ["https://b.example", undefined]) {
      const result = await handler(from(origin, httpGet("/rooms")), context);
      expect(result.headers).toEqual({ "content-type": "application/json", vary: "accept, origin" });
    }
  });

  it("covers refusals and unexpected errors", async () => {
    const missing = await handler(from("https://a.example", httpGet("/nowhere")), context);
    expect(missing).toMatchObject({ statusCode: 404, headers: granted });
    const post = httpEvent({ routeKey: "$default", rawPath: "/rooms" });
    expect(await handler(from("https://a.example", post), context)).toMatchObject({
      statusCode: 500,
      headers: granted,
    });
  });

  it("answers a preflight from the table", async () => {
    const options = httpEvent({ routeKey: "$default", rawPath: "/rooms" }, { http: { method: "OPTIONS" } });
    const ask = { "access-control-request-method": "POST", "access-control-request-headers": "content-type" };
    expect(await handler(from("https://a.example", options, ask), context)).toEqual({
      statusCode: 204,
      headers: {
        "access-control-allow-origin": "https://a.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-headers": "content-type",
        "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
        "access-control-max-age": "60",
        vary: "origin, access-control-request-headers",
      },
      body: "",
    });
    expect(await handler(from("https://b.example", options, ask), context)).toEqual({
      statusCode: 204,
      headers: { vary: "origin, access-control-request-headers" },
      body: "",
    });
  });

  it("answers with 500 also when the function of origins throws", async () => {
    const log = memoryLog();
    const broken = httpApi({
      logger: log,
      cors: {
        origins: () => {
          throw new Error("broken");
        },
      },
    })
      .route("GET /", () => 1)
      .handler();
    expect((await broken(from("https://a.example", httpGet("/")), context)).statusCode).toBe(500);
    expect(log.entries).toHaveLength(1);
  });
});
