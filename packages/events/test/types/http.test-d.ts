// What the types of a route say about its request.
import middy from "@middy/core";
import { type } from "arktype";
import * as v from "valibot";
import { expectTypeOf, test } from "vitest";
import { z } from "zod";
import { empty, httpApi, httpRequest, redirect, reply, stream, text } from "../../src/http.ts";
import type {
  HeaderView,
  HttpRequest,
  PathParameters,
  QueryParameters,
  RequestBody,
} from "../../src/http.ts";
import { lambdaContext } from "../events/context.ts";
import { httpEvent } from "../events/http.ts";

interface ChatUser {
  readonly userId: string;
}

test("path parameters come from the path", () => {
  expectTypeOf<PathParameters<"GET /rooms/{room}/files/{path+}">>().toEqualTypeOf<{
    readonly room: string;
    readonly path: string;
  }>();
  httpApi().route("GET /health", (request) => {
    expectTypeOf<keyof typeof request.path>().toEqualTypeOf<never>();
  });
  httpApi().route("GET /rooms/{room}", (request) => {
    expectTypeOf(request.path.room).toEqualTypeOf<string>();
    // @ts-expect-error the path has no such parameter
    return request.path.rooms;
  });
});

test("without a schema the raw parts are there", () => {
  httpApi<{ auth: ChatUser }>().route("GET /rooms", (request) => {
    expectTypeOf(request.query).toEqualTypeOf<QueryParameters>();
    expectTypeOf(request.headers).toEqualTypeOf<HeaderView>();
    expectTypeOf(request.body).toEqualTypeOf<RequestBody>();
    expectTypeOf(request.auth).toEqualTypeOf<ChatUser>();
    expectTypeOf(request.signal).toEqualTypeOf<AbortSignal>();
  });
  httpApi().route("GET /rooms", (request) => {
    expectTypeOf(request.auth).toEqualTypeOf<unknown>();
  });
});

test("what a schema makes replaces the raw part", () => {
  httpApi<{ auth: ChatUser }>().route(
    "POST /rooms/{room}/messages",
    {
      path: z.object({ room: z.coerce.number() }),
      query: v.object({ limit: v.pipe(v.string(), v.transform(Number)) }),
      body: type({ text: "string" }),
    },
    (request) => {
      expectTypeOf(request.path).toEqualTypeOf<{ room: number }>();
      expectTypeOf(request.query).toEqualTypeOf<{ limit: number }>();
      expectTypeOf(request.body).toEqualTypeOf<{ text: string }>();
      expectTypeOf(request.headers).toEqualTypeOf<HeaderView>();
      expectTypeOf(request.auth).toEqualTypeOf<ChatUser>();
      return reply(201, { id: 1 });
    },
  );
});

test("a request can be handed on", () => {
  const by = (request: HttpRequest<{ auth: ChatUser }>): string => request.auth.userId;
  httpApi<{ auth: ChatUser }>()
    .route("GET /rooms", (request) => by(request))
    .route("GET /rooms/{room}", (request) => by(request));
});

test("a middleware gives the handler its request", async () => {
  const handler = middy()
    .use(httpRequest({ path: z.object({ room: z.string() }), body: z.object({ text: z.string() }) }))
    .handler(async (request) => {
      expectTypeOf(request.path).toEqualTypeOf<{ room: string }>();
      expectTypeOf(request.body).toEqualTypeOf<{ text: string }>();
      expectTypeOf(request.query).toEqualTypeOf<QueryParameters>();
      return reply(201, { id: 1 });
    });
  expectTypeOf(handler).toBeCallableWith(httpEvent() as never, lambdaContext());
});

test("replies keep their status and body", () => {
  expectTypeOf(reply(201, { id: 1 }).status).toEqualTypeOf<201>();
  expectTypeOf(reply(201, { id: 1 }).body).toEqualTypeOf<{ id: number }>();
  expectTypeOf(text(200, "a").body).toEqualTypeOf<string>();
});

test("a route that names its replies answers nothing else", () => {
  const replies = { 200: z.object({ id: z.string() }), 201: type({ id: "string" }), 204: null };
  httpApi()
    .route("GET /a", { replies }, () => reply(200, { id: "1" }))
    .route("GET /b", { replies }, async () => reply(201, { id: "1" }))
    .route("GET /c", { replies }, async () => ({ id: "1" }))
    .route("GET /d", { replies }, (request) => (request.method === "GET" ? empty() : reply(201, { id: "1" })))
    .route("GET /e", { replies }, () => undefined);
  // @ts-expect-error the body of a 200 has an id
  httpApi().route("GET /a", { replies }, () => reply(200, { name: "1" }));
  // @ts-expect-error no 202 is named
  httpApi().route("GET /a", { replies }, () => reply(202, { id: "1" }));
  // @ts-expect-error a value is a 200
  httpApi().route("GET /a", { replies }, async () => ({ id: 1 }));
  // @ts-expect-error no 204 is named
  httpApi().route("GET /a", { replies: { 200: z.string() } }, () => undefined);
  // @ts-expect-error not a schema
  httpApi().route("GET /a", { replies: { 200: String } }, () => "a");
});

test("must not compile", () => {
  // @ts-expect-error no such method
  httpApi().route("FETCH /rooms", () => 1);
  // @ts-expect-error a path begins with a slash
  httpApi().route("GET rooms", () => 1);
  // @ts-expect-error not a schema
  httpApi().route("GET /rooms", { query: { limit: "number" } }, () => 1);
  // @ts-expect-error not a source of pieces
  stream(200, 7);
  // @ts-expect-error not a redirection
  redirect("/elsewhere", 200);
});
