// Routes can only name authorizers that are there, and settings are AWS's.
import { expectTypeOf, test } from "vitest";
import { defineApi } from "../../../src/define/define-api.ts";
import type { Service } from "../../../src/model/service.ts";

const handler = (): object => ({});

test("an authorizer that is not declared for its API does not compile", () => {
  const declared = defineApi({
    name: "a",
    rest: {
      authorizers: { door: { type: "TOKEN", handler } },
      routes: { "GET /a": { handler, authorizer: "door" }, "GET /b": { handler, authorizer: "aws_iam" } },
    },
    http: {
      authorizers: { gate: { authorizerType: "REQUEST", handler } },
      routes: { "GET /a": { handler, authorizer: "gate" } },
    },
    websocket: {
      authorizers: { hatch: { authorizerType: "REQUEST", handler } },
      routes: { $connect: { handler, authorizer: "hatch" } },
    },
  });
  expectTypeOf(declared).toEqualTypeOf<Service>();
  defineApi({
    name: "a",
    rest: {
      authorizers: { door: { type: "TOKEN", handler } },
      // @ts-expect-error there is no authorizer "dor"
      routes: { "GET /a": { handler, authorizer: "dor" } },
    },
  });
  defineApi({
    name: "a",
    rest: { authorizers: { door: { type: "TOKEN", handler } }, routes: {} },
    // @ts-expect-error the HTTP API has none of the REST API's authorizers
    http: { routes: { "GET /a": { handler, authorizer: "door" } } },
  });
});

test("settings that are not AWS's do not compile", () => {
  defineApi({
    name: "a",
    // @ts-expect-error it is called requestTemplates
    rest: { routes: { "GET /a": { integration: { type: "MOCK", requestTemplate: {} } } } },
  });
  // @ts-expect-error there is no integration of that type
  defineApi({ name: "a", rest: { routes: { "GET /a": { integration: { type: "LAMBDA" } } } } });
  // @ts-expect-error a file's handler is timed in seconds, under timeout
  defineApi({ name: "a", http: { routes: { "GET /a": { handler: { file: "a.b", timeoutMs: 1 } } } } });
});
