// Whatever JSON arrives as an event: an answer or a failure of the house, never a foreign error.
import { isFailure } from "@gatewright/contract";
import * as fc from "fast-check";
import middy from "@middy/core";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { httpApi, httpRequest, reply, stream } from "../../src/http.ts";
import { streaming } from "../../src/streaming.ts";
import { accept, websocketApi } from "../../src/websocket.ts";
import { albEvent, albMultiEvent } from "../events/alb.ts";
import { memoryLog } from "../events/context.ts";
import { functionUrlEvent, httpEvent } from "../events/http.ts";
import { awslambda, SlowStream } from "../events/lambda-stream.ts";
import { http1Event, restEvent } from "../events/rest.ts";
import { connectEvent, disconnectEvent, messageEvent } from "../events/websocket.ts";

const keys = fc.oneof(
  fc.constantFrom("__proto__", "constructor", "prototype", "toString", "content-type", "cookie", "room"),
  fc.string(),
);
const anything = fc.jsonValue({ maxDepth: 3 });
const dictionary = fc.dictionary(keys, anything);

/** An event with some of its fields, at the top and in the request context, replaced by anything. */
function spoiled<Event extends { readonly requestContext: object }>(event: Event): fc.Arbitrary<Event> {
  const fields = Object.keys(event).filter((name) => name !== "requestContext");
  const contextFields = Object.keys(event.requestContext);
  const value = fc.oneof(anything, dictionary, fc.string());
  return fc
    .tuple(
      fc.dictionary(fc.constantFrom(...fields), value),
      fc.dictionary(fc.constantFrom(...contextFields), value, { maxKeys: 2 }),
    )
    .map(([top, context]) =>
      Object.assign({}, event, top, { requestContext: Object.assign({}, event.requestContext, context) }),
    );
}

const http = httpApi({ logger: memoryLog(), cors: { origins: ["https://*.chat.example"] } })
  .route(
    "POST /rooms/{room}/messages",
    { query: z.record(z.string(), z.unknown()), headers: z.looseObject({}), body: z.unknown() },
    (request) =>
      reply(200, {
        ...request,
        cookies: request.cookies,
        query: request.query,
        auth: request.auth,
        ip: request.sourceIp,
        stage: request.stage,
        variables: request.stageVariables,
      }),
  )
  .route("ANY /{path+}", (request) => [request.path, request.query, request.cookies, request.body.text()])
  .handler();

const socket = websocketApi({
  logger: memoryLog(),
  selection: "${request.body.action}${request.body.of.kind}",
})
  .connect({ query: z.record(z.string(), z.unknown()) }, (connection) => {
    void [
      connection.headers,
      connection.query,
      connection.subprotocols,
      connection.auth,
      connection.endpoint,
    ];
    return accept({ subprotocol: "chat.v1" });
  })
  .message("send", { body: z.unknown() }, (message) => [message.body, message.auth, message.sourceIp])
  .otherwise((message) => [message.body, message.text, message.stageVariables])
  .disconnect((connection) => [connection.code, connection.reason])
  .handler();

async function answersOrFails(run: () => Promise<unknown>): Promise<void> {
  try {
    const result = await run();
    expect(result).toHaveProperty("statusCode", expect.any(Number));
    JSON.stringify(result);
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  expect(Object.keys(Object.prototype)).toEqual([]);
}

const httpEvents = fc.oneof(
  anything,
  spoiled(restEvent()),
  spoiled(http1Event()),
  spoiled(httpEvent()),
  spoiled(functionUrlEvent()),
  spoiled(albEvent()),
  spoiled(albMultiEvent()),
);

it("an HTTP table", async () => {
  await fc.assert(
    fc.asyncProperty(httpEvents, (event) => answersOrFails(() => http(event as never, {} as never))),
    { numRuns: 3000 },
  );
});

const route = middy()
  .use(httpRequest({ logger: memoryLog(), query: z.record(z.string(), z.unknown()), body: z.unknown() }))
  .handler(async (request) => [request.path, request.query, request.body, request.cookies]);

it("a route of its own", async () => {
  await fc.assert(
    fc.asyncProperty(httpEvents, (event) => answersOrFails(() => route(event as never, {} as never))),
    { numRuns: 2000 },
  );
});

vi.stubGlobal("awslambda", awslambda); // before the handler is made, as on Lambda
const streamed = httpApi({ logger: memoryLog(), etags: true })
  .route("GET /{path+}", (request) => stream(200, [request.path.path, request.sourceIp]))
  .route("ANY /{path+}", (request) => [request.path, request.query, request.cookies])
  .handler({ mode: streaming }) as unknown as (
  event: unknown,
  out: SlowStream,
  context: object,
) => Promise<void>;

it("a streaming table", async () => {
  const run = async (event: unknown): Promise<unknown> => {
    const out = new SlowStream();
    await streamed(event, out, {});
    return out.arrived().prelude;
  };
  const streams = fc.oneof(anything, spoiled(restEvent()), spoiled(functionUrlEvent()));
  await fc.assert(
    fc.asyncProperty(streams, (event) => answersOrFails(() => run(event))),
    { numRuns: 1000 },
  );
});

const socketEvents = fc.oneof(
  anything,
  spoiled(connectEvent()),
  spoiled(messageEvent("send", { action: "send", id: "1" })),
  spoiled(disconnectEvent()),
  fc
    .tuple(fc.constantFrom("send", "$default"), fc.oneof(anything, dictionary))
    .map(([route, body]) => messageEvent(route, JSON.stringify(body))),
);

it("a socket's table", async () => {
  await fc.assert(
    fc.asyncProperty(socketEvents, (event) => answersOrFails(() => socket(event as never, {} as never))),
    { numRuns: 3000 },
  );
});
