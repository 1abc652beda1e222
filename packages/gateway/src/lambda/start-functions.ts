// The Lambda service of this machine: bundles, environments, and who gets which event.
import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { limits } from "@gatewright/contract";
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Clock, Functions, Log } from "../ports.ts";
import { startBundles, type Bundles } from "./bundles.ts";
import type { EnvironmentPlan } from "./environment-thread.ts";
import { environmentVariables } from "./environment-variables.ts";
import type { Refusal } from "./call.ts";
import { Pool } from "./pool.ts";
import { type Authority, makeAuthority } from "./local-trust.ts";
import { createStartGate, type StartGate } from "./start-gate.ts";

const cores = availableParallelism();
/** Environments that may be starting at once: more would slow each other, and whatever else runs. */
const startsAtOnce = Math.max(2, cores - 1);

/** What the Lambda service is started with. */
export interface FunctionsOptions {
  readonly functions: readonly LambdaFunction[];
  /** The definition's folder: handlers' paths start there. */
  readonly folder: string;
  /** Where bundles and compiled code are kept. */
  readonly cache: string;
  /** Region, credentials and endpoints: the same for every function. */
  readonly environment: Readonly<Record<string, string>>;
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Load functions anew when their sources change. */
  readonly watch: boolean;
  /** `custom.esbuild` of the definition. @default the gateway's own settings */
  readonly bundling?: Readonly<Record<string, unknown>> | undefined;
  /** Trusted by functions that call this machine over TLS. @default none is */
  readonly authority?: Authority;
  /**
   * Gets each line that a function prints, and the stacks of its errors.
   * @default `[functionKey] line` to `log`
   */
  readonly output?: (functionKey: string, stream: "stdout" | "stderr", line: string) => void;
}

/**
 * Bundles the functions and stands ready to run them, each in threads of their own.
 *
 * An environment runs one event at a time, and is kept. No thread is started before the first event or `warm()`.
 * A function that crashes, never returns or ends its process loses its environment, and nothing else.
 *
 * @example
 * const functions = await startFunctions({ ...service, cache: ".gatewright/functions", environment: {}, clock, log, watch: true });
 * const answer = await functions.invoke("hello", { name: "Ada" }, { timeoutMs: 29_000 });
 *
 * @throws `HANDLER_MALFORMED`, `HANDLER_MISSING`, `HANDLER_NOT_EXPORTED`, `BUNDLE_FAILED`.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { functions, folder, cache, log, watch, bundling } = options;
  const pools = new Map<string, Pool>();
  const changed = (functionKey: string): void => {
    pools.get(functionKey)?.renew();
    log.info(`function reloaded: ${functionKey}`);
  };
  const bundles = await startBundles({ functions, folder, cache, log, watch, bundling, changed });
  const gate = createStartGate(startsAtOnce);
  for (const lambda of functions) pools.set(lambda.key, createPool(lambda, { options, bundles, gate }));
  return {
    invoke(functionKey, event, options) {
      return pools.get(functionKey)?.invoke(event, options) ?? Promise.resolve(unknown(functionKey));
    },
    stream(functionKey, event, options) {
      return pools.get(functionKey)?.stream(event, options) ?? Promise.resolve(unknown(functionKey));
    },
    async warm() {
      await Promise.all([...pools.values()].map((pool) => pool.warm()));
    },
    async close() {
      await bundles.close();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

function unknown(functionKey: string): Refusal {
  const errorMessage = `Function not found: ${functionKey}`;
  return { kind: "failed", errorType: "ResourceNotFoundException", errorMessage, isMissing: true };
}

type Surroundings = {
  readonly options: FunctionsOptions;
  readonly bundles: Bundles;
  readonly gate: StartGate;
};

function createPool(lambda: LambdaFunction, { options, bundles, gate }: Surroundings): Pool {
  const { clock, log } = options;
  const { key: functionKey, handler } = lambda;
  const output = options.output ?? toLog(log);
  return new Pool(lambda, {
    clock,
    gate,
    cores,
    plan: () => planFor(lambda, options, bundles),
    output: (stream, line) => output(functionKey, stream, line),
    notStarted({ exports, errorType, errorMessage }) {
      if (exports)
        log.error(failures.create("HANDLER_NOT_EXPORTED", { functionKey, handler, exports }).message);
      else log.error(`The function ${functionKey} did not start: ${errorType}: ${errorMessage}`);
    },
  });
}

function planFor(lambda: LambdaFunction, options: FunctionsOptions, bundles: Bundles): EnvironmentPlan {
  const { region, accountId, clock, cache, authority, log } = options;
  const bundle = bundles.of(lambda.key);
  return {
    data: {
      bundle: pathToFileURL(bundle?.file ?? "").href,
      handler: lambda.handler,
      exportPath: bundle?.exportPath ?? "",
      functionArn: `arn:aws:lambda:${region}:${accountId}:function:${lambda.name}`,
      resultBytes: limits.lambdaPayloadBytes,
      compileCache: join(cache, "compiled"),
      ...(authority && { caFile: authority.caFile }),
    },
    ...(authority && { makeAuthority: (made: Int32Array) => void makeAuthority(authority, made, log) }),
    variables: environmentVariables(lambda, options, logStream(clock)),
    memoryMb: lambda.memoryMb,
    timeoutMs: lambda.timeoutMs,
    clock,
  };
}

function logStream(clock: Clock): string {
  const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll("-", "/");
  return `${day}/[$LATEST]${randomBytes(16).toString("hex")}`;
}

function toLog(log: Log): NonNullable<FunctionsOptions["output"]> {
  return (functionKey, stream, line) => {
    const tagged = `[${functionKey}] ${line}`;
    if (stream === "stderr") log.warn(tagged);
    else log.info(tagged);
  };
}
