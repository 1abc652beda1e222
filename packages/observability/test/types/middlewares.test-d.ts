import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { default as middy } from "@middy/core";
import { expectTypeOf, test } from "vitest";
import { logged, metered, traced, type InvocationLogger, type InvocationMetrics } from "../../src/index.ts";

test("Powertools' own classes fit", () => {
  expectTypeOf<Logger>().toExtend<InvocationLogger>();
  expectTypeOf<Metrics>().toExtend<InvocationMetrics>();
});

test("the handler keeps its event's type", () => {
  const handler = middy<{ id: string }, number>()
    .use(logged())
    .use(metered())
    .use(traced())
    .handler(async (event) => event.id.length);
  expectTypeOf(handler).parameter(0).toExtend<{ id: string }>();
});
