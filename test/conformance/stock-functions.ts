// The functions of a case, in this very process.
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import {
  type InlineHandler,
  inlineFunctions,
} from "../../packages/gateway/src/integrations/inline-functions.ts";
import type { ManualClock } from "../../packages/gateway/src/manual-clock.ts";
import type { Functions } from "../../packages/gateway/src/ports.ts";
import type { StockFunction } from "./case.ts";

/** Functions that do what a case says, and how often each was called. */
export function stockFunctions(
  stocks: Readonly<Record<string, StockFunction>>,
  clock: ManualClock,
): { readonly functions: Functions; readonly calls: ReadonlyMap<string, number> } {
  const calls = new Map(Object.keys(stocks).map((key) => [key, 0]));
  const count = (key: string): void => void calls.set(key, (calls.get(key) ?? 0) + 1);
  const handlers = Object.entries(stocks).map(
    ([key, stock]) => [key, toHandler(stock, clock, () => count(key))] as const,
  );
  const inline = inlineFunctions(Object.fromEntries(handlers), clock);
  const functions: Functions = {
    ...inline,
    async stream(key, event, options) {
      const streams = stocks[key]?.streams;
      if (!streams) return inline.stream(key, event, options);
      count(key);
      return { kind: "streaming", body: Readable.from(toChunks(streams, clock)) };
    },
  };
  return { functions, calls };
}

async function* toChunks(
  streams: NonNullable<StockFunction["streams"]>,
  clock: ManualClock,
): AsyncGenerator<Buffer> {
  const { body = "", takeMs: [head, first, end] = [0, 0, 0], ...metadata } = streams;
  const pass = async (ms: number): Promise<void> => {
    if (ms > 0) await setImmediate(); // so that whoever waits for the last part has it before time goes on
    clock.advance(ms);
  };
  await pass(head);
  yield Buffer.concat([Buffer.from(JSON.stringify(metadata)), Buffer.alloc(8)]);
  await pass(first);
  yield Buffer.from(body);
  await pass(end);
}

function toHandler(stock: StockFunction, clock: ManualClock, count: () => void): InlineHandler {
  return async (event: { readonly methodArn?: string; readonly routeArn?: string }) => {
    count();
    if (stock.takesMs !== undefined) {
      await setImmediate();
      clock.advance(stock.takesMs);
    }
    if (stock.throws !== undefined) throw new Error(stock.throws);
    if (stock.echo) return { statusCode: 200, body: JSON.stringify(event) };
    const arn = event.methodArn ?? event.routeArn ?? "";
    return JSON.parse(JSON.stringify(stock.returns ?? {}).replaceAll("$arn", arn)) as unknown;
  };
}
