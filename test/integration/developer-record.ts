// What a gateway tells the developer while it runs, kept for a test to read.
import type { GatewayOptions } from "@gatewright/gateway";
import { noteOutput } from "../secrets/note.ts";

/** The record of one gateway: hand `log` and `output` to `startGateway`. */
export interface DeveloperRecord {
  readonly log: NonNullable<GatewayOptions["log"]>;
  readonly output: NonNullable<GatewayOptions["output"]>;
  /** Every line so far, as in `warn …` of the gateway and `[function stderr] …` of a function. */
  readonly lines: readonly string[];
  /** The first line that matches, also one that is still to come. Lines before `from` are passed over. */
  heard(pattern: RegExp, from?: number): Promise<string>;
}

const patienceMs = 10_000;

/** Starts empty. */
export function createDeveloperRecord(): DeveloperRecord {
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const add = (line: string): void => {
    lines.push(line);
    noteOutput(`${line}\n`);
    for (const look of waiting) look();
  };
  return {
    lines,
    log: {
      info: (line) => add(`info ${line}`),
      warn: (line) => add(`warn ${line}`),
      error: (line) => add(`error ${line}`),
    },
    output: (functionKey, stream, line) => add(`[${functionKey} ${stream}] ${line}`),
    heard(pattern, from = 0) {
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const timer = setTimeout(
        () => reject(new Error(`No line matches ${pattern}:\n${lines.slice(from).join("\n")}`)),
        patienceMs,
      );
      const look = (): void => {
        const found = lines.slice(from).find((line) => pattern.test(line));
        if (found === undefined) return;
        waiting.delete(look);
        clearTimeout(timer);
        resolve(found);
      };
      waiting.add(look);
      look();
      return promise;
    },
  };
}
