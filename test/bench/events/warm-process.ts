// Runs in a fresh process: calls one adapter many times and says what a call costs.
import { answerParent } from "../child.ts";
import { median } from "../statistics.ts";
import type { Event, Handler, Result } from "./application.ts";
import { eventOf, findFault, toContext, type CallName } from "./calls.ts";

/** What is to be called, and how often. */
export interface WarmJob {
  /** `file:` URL of the bundle. */
  readonly bundle: string;
  readonly call: CallName;
  readonly calls: number;
  readonly warmUp: number;
}

/** What a call costs. */
export interface WarmCost {
  /** CPU time of the whole process, garbage collection and compilation included. */
  readonly cpuNs: number;
}

answerParent({
  async check({
    bundle,
    calls,
  }: {
    readonly bundle: string;
    readonly calls: readonly CallName[];
  }): Promise<string[]> {
    const handler = await load(bundle);
    const faults: string[] = [];
    for (const call of calls) {
      const fault = findFault(call, await handler(eventOf(call), toContext()));
      if (fault !== undefined) faults.push(`${call}: ${fault}`);
    }
    return faults;
  },
  async time(job: WarmJob): Promise<WarmCost> {
    const handler = await load(job.bundle);
    const event = eventOf(job.call);
    const status = Number((await handler({ ...event }, toContext())).statusCode);
    await repeat(handler, event, job.warmUp, status);
    const before = process.cpuUsage();
    await repeat(handler, event, job.calls, status);
    const { user, system } = process.cpuUsage(before);
    return { cpuNs: ((user + system) * 1_000) / job.calls };
  },
  /** Needs `--expose-gc` and a young generation that holds all that the calls leave behind. */
  async weigh(job: WarmJob): Promise<number> {
    const handler = await load(job.bundle);
    const event = eventOf(job.call);
    const status = Number((await handler({ ...event }, toContext())).statusCode);
    await repeat(handler, event, job.warmUp, status);
    const weights: number[] = [];
    for (let at = 0; at < 3; at += 1) {
      globalThis.gc?.();
      const before = process.memoryUsage().heapUsed;
      await repeat(handler, event, job.calls, status);
      weights.push((process.memoryUsage().heapUsed - before) / job.calls);
    }
    return median(weights);
  },
});

async function load(bundle: string): Promise<Handler> {
  const module = (await import(bundle)) as { readonly handler: Handler }; // every adapter exports one
  return module.handler;
}

/** Each call gets a copy of the event, because some adapters write into it. */
async function repeat(handler: Handler, event: Event, calls: number, status: number): Promise<void> {
  let last: Result | undefined;
  for (let at = 0; at < calls; at += 1) {
    last = await handler({ ...event }, toContext());
    if (last.statusCode !== status) throw new Error(`A call answered ${last.statusCode}, not ${status}.`);
  }
}
