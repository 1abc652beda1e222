// What a route may answer when it names its replies.
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { binary, empty, httpApi, httpErrors, reply, stream, text } from "../../../src/http.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { httpGet } from "../../events/http.ts";

const context = lambdaContext();
const Room = z.object({ id: z.string(), size: z.number().default(0) });

function withReplies(): {
  get(path: string): Promise<{ status: unknown; body: string }>;
  said(): string[];
  codes(): unknown[];
} {
  const log = memoryLog();
  const api = httpApi({ logger: log })
    .route("GET /typed", { replies: { 200: Room } }, () => ({ id: "7" }))
    .route("GET /secret", { replies: { 200: Room } }, async () => ({ id: "7", passwordHash: "x" }))
    .route("GET /made", { replies: { 201: type({ id: "string" }), 204: null } }, () =>
      reply(201, { id: "1" }),
    )
    .route("GET /none", { replies: { 201: v.string(), 204: null } }, () => undefined)
    .route("GET /empty", { replies: { 204: null } }, () => empty())
    .route("GET /refused", { replies: { 200: Room } }, () => {
      throw httpErrors.notFound("There is no such room.");
    })
    .route("GET /wrong", { replies: { 200: Room } }, () => ({ id: 7 }) as never)
    .route("GET /other", { replies: { 200: Room } }, () => reply(202, {}) as never)
    .route("GET /body", { replies: { 204: null } }, () => text(204, "a") as never)
    .route("GET /text", { replies: { 200: z.string().max(3) } }, () => text(200, "abc"))
    .route(
      "GET /bytes",
      { replies: { 200: z.custom<Uint8Array>((body) => body instanceof Uint8Array) } },
      () => binary(200, new Uint8Array([1])),
    )
    .route("GET /stream", { replies: { 200: null } }, () => stream(200, ["a", "b"]) as never)
    .route("GET /slow", { replies: { 200: z.string().refine(async (said) => said !== "no") } }, () => "no");
  const handler = api.handler();
  return {
    async get(path) {
      const { statusCode, body } = await handler(httpGet(path), context);
      return { status: statusCode, body: body ?? "" };
    },
    said: () => log.entries.map(({ error }) => error.message),
    codes: () => log.entries.map(({ error }) => (error as { code?: unknown }).code),
  };
}

describe("replies", () => {
  it("sends what the schema made of the answer, and nothing that it does not name", async () => {
    const api = withReplies();
    expect(await api.get("/typed")).toEqual({ status: 200, body: '{"id":"7","size":0}' });
    expect(await api.get("/secret")).toEqual({ status: 200, body: '{"id":"7","size":0}' });
    expect(await api.get("/made")).toEqual({ status: 201, body: '{"id":"1"}' });
  });

  it("takes nothing for a 204, and a reply without a body for null", async () => {
    const api = withReplies();
    expect(await api.get("/none")).toEqual({ status: 204, body: "" });
    expect(await api.get("/empty")).toEqual({ status: 204, body: "" });
  });

  it("lets refusals through", async () => {
    expect(await withReplies().get("/refused")).toMatchObject({ status: 404 });
  });

  it("checks text and bytes as they are, and lets a stream pass", async () => {
    const api = withReplies();
    expect(await api.get("/text")).toEqual({ status: 200, body: "abc" });
    expect(await api.get("/bytes")).toEqual({ status: 200, body: "AQ==" });
    expect(await api.get("/stream")).toEqual({ status: 200, body: "ab" });
  });

  it.each([
    ["/wrong", "REPLY_INVALID", "body.id"],
    ["/slow", "REPLY_INVALID", "body"],
    ["/body", "REPLY_INVALID", "it has a body"],
    ["/other", "REPLY_UNDECLARED", "202"],
  ])("shows a bare 500 for %s and logs %s", async (path, code, where) => {
    const api = withReplies();
    const { status, body } = await api.get(path);
    expect(status).toBe(500);
    expect(JSON.parse(body)).not.toHaveProperty("detail");
    expect(api.said()).toEqual([expect.stringContaining(where)]);
    expect(api.codes()).toEqual([code]);
  });

  it("refuses something that is no schema when the table is made", () => {
    expect(() => httpApi().route("GET /a", { replies: { 200: {} as never } }, () => 1 as never)).toThrow(
      expect.objectContaining({ code: "SCHEMA_INVALID" }),
    );
  });
});
