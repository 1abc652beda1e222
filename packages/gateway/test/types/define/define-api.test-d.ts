// Routes can only name authorizers that are there.
import { expectTypeOf, test } from "vitest";
import { defineApi } from "../../../src/define/define-api.ts";
import type { Service } from "../../../src/model/service.ts";

test("an authorizer that is not declared does not compile", () => {
  const declared = defineApi({
    name: "a",
    authorizers: { door: { handler: () => ({}) } },
    rest: { routes: { "GET /a": { handler: () => ({}), authorizer: "door" } } },
  });
  expectTypeOf(declared).toEqualTypeOf<Service>();
  defineApi({
    name: "a",
    authorizers: { door: { handler: () => ({}) } },
    // @ts-expect-error there is no authorizer "dor"
    rest: { routes: { "GET /a": { handler: () => ({}), authorizer: "dor" } } },
  });
});
