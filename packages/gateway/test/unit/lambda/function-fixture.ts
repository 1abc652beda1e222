// A folder with real handlers in it, and the Lambda service over them.
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { Authority } from "../../../src/lambda/local-trust.ts";
import { startFunctions } from "../../../src/lambda/start-functions.ts";
import type { LambdaFunction } from "../../../src/model/lambda-function.ts";
import { systemClock, type Clock, type Functions, type Invocation } from "../../../src/ports.ts";

/** A function's defaults, as a definition would fill them in. */
export function lambda(key: string, handler: string, options: Partial<LambdaFunction> = {}): LambdaFunction {
  const base = { runtime: "nodejs24.x", memoryMb: 256, timeoutMs: 6000, environment: {} };
  return { key, name: `shop-dev-${key}`, handler, ...base, ...options };
}

/** A new folder beside the tests, so that handlers find the packages installed here. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const root = join(import.meta.dirname, "../../../../../test-output");
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(join(root, "functions-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await write(folder, files);
  return folder;
}

export async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

export interface Running {
  readonly functions: Functions;
  readonly folder: string;
  /** What functions printed, as `[key] stream: line`. */
  readonly printed: string[];
  /** What the service had to say, as `level: line`. */
  readonly said: string[];
  /** Invokes with the usual deadline. */
  readonly invoke: (key: string, event?: unknown) => Promise<Invocation>;
  /** The parsed result of an invocation that must succeed. */
  readonly result: (key: string, event?: unknown) => Promise<unknown>;
}

export interface RunOptions {
  readonly clock?: Clock;
  readonly watch?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly bundling?: Readonly<Record<string, unknown>>;
  readonly authority?: Authority;
}

/** Starts the service; it is closed when the test ends. */
export async function run(
  folder: string,
  list: readonly LambdaFunction[],
  { clock = systemClock, watch = false, environment = {}, bundling, authority }: RunOptions = {},
): Promise<Running> {
  const printed: string[] = [];
  const said: string[] = [];
  const functions = await startFunctions({
    functions: list,
    folder,
    cache: join(folder, ".gatewright"),
    environment,
    accountId: "123456789012",
    region: "eu-west-1",
    clock,
    watch,
    bundling,
    ...(authority && { authority }),
    log: {
      info: (line) => said.push(`info: ${line}`),
      warn: (line) => said.push(`warn: ${line}`),
      error: (line) => said.push(`error: ${line}`),
    },
    output: (key, stream, line) => printed.push(`[${key}] ${stream}: ${line}`),
  });
  onTestFinished(() => functions.close());
  const invoke = (key: string, event: unknown = {}): Promise<Invocation> =>
    functions.invoke(key, event, { timeoutMs: 29_000 });
  const result = async (key: string, event?: unknown): Promise<unknown> => {
    const invocation = await invoke(key, event);
    if (invocation.kind !== "returned") throw new Error(JSON.stringify(invocation));
    return invocation.payload === undefined ? undefined : JSON.parse(invocation.payload);
  };
  return { functions, folder, printed, said, invoke, result };
}
