// Lambda functions and the events that reach them.
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { readEvents, type FunctionEvent } from "./events.ts";
import { toLogicalName } from "./names.ts";

/** All functions of a definition. */
export interface FunctionTable {
  readonly functions: readonly LambdaFunction[];
  readonly byKey: ReadonlyMap<string, LambdaFunction>;
  readonly events: readonly FunctionEvent[];
  /** Payload format that a function wants from an HTTP API, where it says so. */
  readonly payloads: ReadonlyMap<string, "1.0" | "2.0">;
}

/** A handler in a file. */
export const handlerPattern: RegExp = /^[^\0]*[^/\\.\0]\.[\w$]+$/;
export const handlerForm = 'path/to/file.export, as in "functions/hello.handler"';

const noLayers =
  "Layers are not laid over functions on this machine: what they bring must be found from the function's own file.";

const defaultRuntime = "nodejs24.x";

/**
 * Reads `functions:`, a map or a list of maps.
 *
 * @throws `FUNCTION_RUNTIME_UNSUPPORTED`, `NOT_SUPPORTED`, `DEFINITION_INVALID`, and what {@link readEvents} throws
 */
export function readFunctions(definition: Definition): FunctionTable {
  const written = definition.root.optional("functions");
  const blocks = written === undefined ? [] : written.isList ? written.items() : [written];
  const functions = new Map<string, LambdaFunction>();
  const events: FunctionEvent[] = [];
  const payloads = new Map<string, "1.0" | "2.0">();
  for (const [key, at] of blocks.flatMap((block) => block.entries())) {
    if (!/^[\w-]+$/.test(key)) at.refuse("named with letters, digits, - and _ only");
    if (functions.has(key)) at.refuse("declared once", { hint: `There are two functions named ${key}.` });
    functions.set(key, readFunction(key, at, definition));
    events.push(...readEvents(key, at));
    const payload = at.optional("httpApi")?.optional("payload")?.oneOf(["1.0", "2.0"]);
    if (payload !== undefined) payloads.set(key, payload);
  }
  return { functions: [...functions.values()], byKey: functions, events, payloads };
}

/** Reads what one key under `functions:` says. */
export function readFunction(
  key: string,
  at: Cursor,
  { root, names }: Pick<Definition, "root" | "names">,
): LambdaFunction {
  const provider = root.at("provider");
  const both = <Value>(name: string, read: (at: Cursor) => Value): Value | undefined => {
    const [own, shared] = [at.optional(name), provider.optional(name)];
    const ofAll = shared && read(shared);
    return own === undefined ? ofAll : read(own);
  };
  if (at.optional("image") !== undefined) at.at("image").notSupported("a function from a container image");
  (at.optional("layers") ?? provider.optional("layers"))?.skip().tell(noLayers);
  const reserved = at.optional("reservedConcurrency")?.number({ min: 0, max: 100_000 });
  return {
    key,
    name:
      at.optional("name")?.matching(/^[\w-]{1,64}$/, "1 to 64 letters, digits, - and _") ??
      names.functionName(key),
    handler: at.at("handler").matching(handlerPattern, handlerForm),
    runtime: readRuntime(at, provider),
    memoryMb: both("memorySize", (size) => size.number({ min: 128, max: 10_240 })) ?? 1024,
    timeoutMs: (both("timeout", (timeout) => timeout.number({ min: 1, max: 900 })) ?? 6) * 1000,
    environment: {
      ...readEnvironment(provider.optional("environment")),
      ...readEnvironment(at.optional("environment")),
    },
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
}

function readRuntime(at: Cursor, provider: Cursor): string {
  const shared = provider.optional("runtime")?.skip();
  const place = at.optional("runtime") ?? shared;
  const runtime = place?.text();
  if (place === undefined || runtime === undefined) return defaultRuntime;
  if (isNode(runtime)) return runtime;
  throw failures.create("FUNCTION_RUNTIME_UNSUPPORTED", { ...place.place, runtime: runtime.slice(0, 40) });
}

/** Whether a runtime is Node.js, also of the first names: `nodejs`, `nodejs4.3`, `nodejs8.10`. */
export function isNode(runtime: string): boolean {
  return /^nodejs(?:\d+\.(?:x|\d+))?$/.test(runtime);
}

/** What a function reads where AWS would give it the name of something that is not on this machine. */
const notHere = "not-on-this-machine";

/**
 * Reads environment variables. Values become text, as in a process. Values may be secrets, so no error shows one.
 *
 * A reference to what does not run here is told of and gives `not-on-this-machine`: the gateway itself acts on no
 * environment variable, and the function can do nothing with the other service either way.
 */
export function readEnvironment(at: Cursor | undefined): Readonly<Record<string, string>> {
  if (at === undefined) return {};
  return Object.fromEntries(
    at.entries().map(([name, value]) => {
      if (!/^[A-Za-z]\w*$/.test(name)) {
        value.refuse("named with letters, digits and _, a letter first", { secret: true });
      }
      const why = whyElsewhere(value.failure);
      if (why !== undefined) {
        value.skip().tell(`Functions read "${notHere}" here: ${why}.`);
        return [name, notHere];
      }
      const given = value.json();
      if (typeof given === "string" || typeof given === "number" || typeof given === "boolean") {
        return [name, String(given)];
      }
      return value.refuse("text, a number, or true or false", {
        secret: true,
        hint: "Environment variables hold text; put other values into JSON yourself.",
      });
    }),
  );
}

/** Why there is no value, where it stands for what is on AWS and not on this machine. */
export function whyElsewhere(failure: Error | undefined): string | undefined {
  if (!failures.is(failure) || failure.code !== "REFERENCE_UNRESOLVED") return undefined;
  return failure.facts.isElsewhere === true ? failure.facts.why : undefined;
}

/** Lays what resources and extensions say over the framework's functions. */
export function patchFunctions(table: FunctionTable, declared: Declarations): FunctionTable {
  const functions = table.functions.map((one) =>
    declared.patches(`${toLogicalName(one.key)}LambdaFunction`).reduce(patchFunction, one),
  );
  return { ...table, functions, byKey: new Map(functions.map((one) => [one.key, one])) };
}

function patchFunction(base: LambdaFunction, at: Cursor): LambdaFunction {
  for (const key of ["FunctionName", "Handler", "Runtime", "Code", "PackageType"]) {
    at.optional(key)?.notSupported(`another ${key} for a function of the framework`);
  }
  const reserved = at.optional("ReservedConcurrentExecutions")?.number({ min: 0, max: 100_000 });
  const variables = at.optional("Environment")?.optional("Variables");
  const memoryMb = at.optional("MemorySize")?.number({ min: 128, max: 10_240 });
  const timeout = at.optional("Timeout")?.number({ min: 1, max: 900 });
  return {
    ...base,
    ...(memoryMb !== undefined && { memoryMb }),
    ...(timeout !== undefined && { timeoutMs: timeout * 1000 }),
    ...(variables !== undefined && { environment: { ...base.environment, ...readEnvironment(variables) } }),
    ...(reserved !== undefined && { reservedConcurrency: reserved }),
  };
}
