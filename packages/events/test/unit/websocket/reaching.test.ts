// How a socket's table finds its routes, checks who comes in, and says something by itself.
import { describe, expect, it } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { accept, httpErrors, SocketError, websocketApi, type SocketPoster } from "../../../src/websocket.ts";
import { lambdaContext, memoryLog } from "../../events/context.ts";
import { connectEvent, disconnectEvent, messageEvent } from "../../events/websocket.ts";

const context = lambdaContext();

interface Posted {
  readonly connectionId: string;
  readonly endpoint: string;
  readonly frame: unknown;
}

/** A poster that remembers, and says what it is told to say. */
function memoryPoster(kind = "done"): SocketPoster & { readonly posted: Posted[] } {
  const posted: Posted[] = [];
  return {
    posted,
    post: async (to, message) => {
      posted.push({ ...to, frame: JSON.parse(Buffer.from(message.bytes).toString()) });
      return { kind };
    },
  };
}

describe("the selection", () => {
  async function route(selection: string, body: unknown): Promise<unknown> {
    const { body: said } = await websocketApi({ selection, logger: memoryLog() })
      .message("send", (message) => ["send", message.body])
      .message("rooms/join", (message) => ["rooms/join", message.body])
      .message("7", (message) => ["7", message.body])
      .otherwise((message) => ["otherwise", message.body])
      .handler()(messageEvent("$default", body), context);
    return (JSON.parse(said ?? "null") as { data?: unknown }).data;
  }

  it("reads the field that it names, and leaves it out of the body", async () => {
    expect(await route("$request.body.type", { type: "send", action: "x", a: 1 })).toEqual([
      "send",
      { action: "x", a: 1 },
    ]);
    expect(await route("${request.body.type}", { type: "send" })).toEqual(["send", {}]);
  });

  it("puts several parts together, and keeps them in the body", async () => {
    const body = { head: { area: "rooms" }, verb: "join" };
    expect(await route("${request.body.head.area}/${request.body.verb}", body)).toEqual(["rooms/join", body]);
  });

  it("takes what is no text as JSON, and own properties only", async () => {
    expect(await route("$request.body.kind", { kind: 7 })).toEqual(["7", {}]);
    expect(await route("$request.body.toString", {})).toEqual(["otherwise", {}]);
    expect(await route("$request.body.a.b", { a: null })).toEqual(["otherwise", { a: null }]);
    expect(await route(String.raw`\$default`, { action: "send" })).toEqual(["otherwise", { action: "send" }]);
  });

  it.each(["$request.header.x", "${request.body.a", "$context.routeKey"])("refuses %s", (selection) => {
    expect(() => websocketApi({ selection })).toThrow(expect.objectContaining({ code: "SELECTION_INVALID" }));
  });
});

describe("the query of a connection", () => {
  const handler = websocketApi()
    .connect({ query: z.object({ since: z.coerce.number().max(100) }) }, (connection) =>
      accept({ subprotocol: connection.query.since === 42 ? "chat.v1" : "none" }),
    )
    .handler();

  it("is what the schema made of it", async () => {
    expect(await handler(connectEvent(), context)).toMatchObject({
      headers: { "Sec-WebSocket-Protocol": "chat.v1" },
    });
  });

  it("refuses the handshake where it is wrong", async () => {
    expect(await handler(connectEvent({ queryStringParameters: { since: "x" } }), context)).toEqual({
      statusCode: 400,
    });
    const { queryStringParameters: _query, ...bare } = connectEvent();
    expect(await handler(bare, context)).toEqual({ statusCode: 400 });
  });

  it("may be checked by any library, asynchronously", async () => {
    const slow = websocketApi()
      .connect(
        {
          query: v.pipeAsync(
            v.looseObject({}),
            v.checkAsync(async () => false),
          ),
        },
        () => accept(),
      )
      .handler();
    expect(await slow(connectEvent(), context)).toEqual({ statusCode: 400 });
  });

  it("needs a schema that is one", () => {
    expect(() => websocketApi().connect({ query: {} as never }, () => accept())).toThrow(
      expect.objectContaining({ code: "SCHEMA_INVALID" }),
    );
  });
});

describe("send", () => {
  it("posts to the connection of the message", async () => {
    const poster = memoryPoster();
    const handler = websocketApi({ poster })
      .message("work", async (message) => [await message.send({ type: "progress", done: 1 }), "ready"])
      .handler();
    const result = await handler(messageEvent("work", { action: "work", id: "1" }), context);
    expect(JSON.parse(result.body ?? "")).toEqual({ type: "answer", to: "1", data: [true, "ready"] });
    expect(poster.posted).toEqual([
      {
        connectionId: "XDmE1cTBoAMCJ2w=",
        endpoint: "https://w1x2y3z4a5.execute-api.us-east-1.amazonaws.com/dev",
        frame: { type: "progress", done: 1 },
      },
    ]);
  });

  it("says that the connection has gone, and fails for anything else", async () => {
    const run = async (kind: string): Promise<unknown> => {
      let outcome: unknown;
      const log = memoryLog();
      await websocketApi({ poster: memoryPoster(kind), logger: log })
        .message("work", async (message) => (outcome = await message.send({})))
        .handler()(messageEvent("work", {}), context);
      return outcome ?? log.entries[0]?.error;
    };
    expect(await run("gone")).toBe(false);
    expect(await run("throttled")).toMatchObject({ code: "SEND_FAILED", facts: { kind: "throttled" } });
  });

  it("inside $connect is refused with an explanation", async () => {
    const log = memoryLog();
    const poster = memoryPoster();
    const handler = websocketApi({ poster, logger: log })
      .connect(async (connection) => connection.send({ type: "welcome" } as never))
      .handler();
    expect(await handler(connectEvent(), context)).toEqual({ statusCode: 500 });
    expect(poster.posted).toEqual([]);
    expect(log.entries[0]?.error).toMatchObject({ code: "SEND_BEFORE_OPEN" });
    expect(log.entries[0]?.error.message).toMatch(/not open.*410.*first/);
  });

  it("inside $disconnect, without a poster, or of too much is refused by name", async () => {
    const codes = async (
      table: ReturnType<typeof websocketApi>,
      event: unknown,
      log: ReturnType<typeof memoryLog>,
    ): Promise<unknown> => {
      await table.handler()(event as never, context);
      return (log.entries[0]?.error as { code?: unknown } | undefined)?.code;
    };
    const log = memoryLog();
    const gone = websocketApi({ poster: memoryPoster(), logger: log }).disconnect((connection) =>
      (connection as unknown as { send(frame: object): Promise<boolean> }).send({}),
    );
    expect(await codes(gone, disconnectEvent(), log)).toBe("SEND_AFTER_END");
    const second = memoryLog();
    const poor = websocketApi({ logger: second }).message("a", (message) => message.send({}));
    expect(await codes(poor as never, messageEvent("a", {}), second)).toBe("NO_POSTER");
    const third = memoryLog();
    const much = websocketApi({ poster: memoryPoster(), logger: third }).message("a", (message) =>
      message.send({ text: "a".repeat(131_072) }),
    );
    expect(await codes(much as never, messageEvent("a", {}), third)).toBe("ANSWER_TOO_LARGE");
  });
});

describe("answers that are posted", () => {
  it("go by the poster, errors as well, and nothing by the route response", async () => {
    const poster = memoryPoster();
    const handler = websocketApi({ poster, answers: "post", logger: memoryLog() })
      .message("ask", () => ({ a: 1 }))
      .message("quiet", () => undefined)
      .message("busy", () => {
        throw httpErrors.tooManyRequests("Slow down.", { retryAfter: 3 });
      })
      .message("broken", () => {
        throw new Error("secret");
      })
      .handler();
    for (const action of ["ask", "quiet", "busy", "broken"]) {
      const event = messageEvent("$default", action === "quiet" ? { action } : { action, id: action });
      expect(await handler(event, context)).toEqual({ statusCode: 200 });
    }
    expect(poster.posted.map(({ frame }) => frame)).toEqual([
      { type: "answer", to: "ask", data: { a: 1 } },
      {
        error: {
          code: "TOO_MANY_REQUESTS",
          message: "Slow down.",
          requestId: "XDmG1Hq0IAMFe5g=",
          retryAfter: 3,
        },
        to: "busy",
      },
      {
        error: { code: "INTERNAL", message: "Something went wrong.", requestId: "XDmG1Hq0IAMFe5g=" },
        to: "broken",
      },
    ]);
  });

  it("that cannot be posted are logged, whatever they were", async () => {
    const log = memoryLog();
    const handler = websocketApi({ poster: memoryPoster("refused"), answers: "post", logger: log })
      .message("ask", () => 1)
      .handler();
    expect(await handler(messageEvent("ask", { id: "1" }), context)).toEqual({ statusCode: 200 });
    expect(log.entries.map(({ error }) => (error as { code?: unknown }).code)).toEqual([
      "SEND_FAILED",
      "SEND_FAILED",
    ]);
  });

  it("need a poster", () => {
    expect(() => websocketApi({ answers: "post" })).toThrow(expect.objectContaining({ code: "NO_POSTER" }));
  });
});

it("tells a client when to try again", async () => {
  const handler = websocketApi()
    .message("busy", () => {
      throw new SocketError("BUSY", "Later.", { retryAfter: 2 });
    })
    .handler();
  const { body } = await handler(messageEvent("busy", {}), context);
  expect(JSON.parse(body ?? "")).toMatchObject({ error: { code: "BUSY", retryAfter: 2 } });
});
