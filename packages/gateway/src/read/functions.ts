// Lambda functions and the events that reach them.
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import { closest } from "./closest.ts";
import type { Cursor } from "./cursor.ts";
import type { Declarations } from "./declared.ts";
import type { Definition } from "./definition.ts";
import { toLogicalName } from "./names.ts";

/** Kinds of event that run on this machine. */
export type EventKind = "http" | "httpApi" | "websocket" | "s3" | "schedule";

/** One entry of a function's `events:`. */
export interface FunctionEvent {
  readonly kind: EventKind;
  readonly functionKey: string;
  /** What stands under the kind: text or a map. */
  readonly at: Cursor;
}

/** All functions of a definition. */
export interface FunctionTable {
  readonly functions: readonly LambdaFunction[];
  readonly byKey: ReadonlyMap<string, LambdaFunction>;
  readonly events: readonly FunctionEvent[];
  /** Payload format that a function wants from an HTTP API, where it says so. */
  readonly payloads: ReadonlyMap<string, "1.0" | "2.0">;
}

const kinds: readonly EventKind[] = ["http", "httpApi", "websocket", "s3", "schedule"];
/** A handler in a file. */
export const handlerPattern: RegExp = /^[^\0]*[^/\\.\0]\.[\w$]+$/;
export const handlerForm = 'path/to/file.export, as in "functions/hello.handler"';

const defaultRuntime = "nodejs24.x";

/**
 * Reads `functions:`, a map or a list of maps.
 *
 * @throws `FUNCTION_RUNTIME_UNSUPPORTED`, `EVENT_UNKNOWN`, `DEFINITION_INVALID`
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
  if (/^nodejs\d+\.x$/.test(runtime)) return runtime;
  throw failures.create("FUNCTION_RUNTIME_UNSUPPORTED", { ...place.place, runtime: runtime.slice(0, 40) });
}

/** Reads environment variables. Values become text, as in a process. Values may be secrets, so no error shows one. */
export function readEnvironment(at: Cursor | undefined): Readonly<Record<string, string>> {
  if (at === undefined) return {};
  return Object.fromEntries(
    at.entries().map(([name, value]) => {
      if (!/^[A-Za-z]\w*$/.test(name)) {
        value.refuse("named with letters, digits and _, a letter first", { secret: true });
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

function readEvents(functionKey: string, at: Cursor): FunctionEvent[] {
  return (at.optional("events")?.items() ?? []).map((event) => readEvent(functionKey, event));
}

function readEvent(functionKey: string, at: Cursor): FunctionEvent {
  if (at.isText) throw unknownEvent(at, at.text());
  const [first, ...others] = at.entries();
  if (first === undefined) return at.refuse("an event, as in - httpApi: GET /rooms");
  if (others.length > 0) {
    return at.refuse("one event with one kind", {
      hint: `It has the keys ${[first, ...others].map(([key]) => key.slice(0, 40)).join(", ")}: settings of an event are indented under its kind, and each event has a dash of its own.`,
    });
  }
  const [written, value] = first;
  const kind = kinds.find((kind) => kind === written);
  if (kind === undefined) throw unknownEvent(at, written);
  if (!value.isText && !value.isMap) value.refuse("text or a map");
  return { kind, functionKey, at: value };
}

function unknownEvent(at: Cursor, kind: string): Error {
  return failures.create("EVENT_UNKNOWN", {
    ...at.place,
    kind: kind.slice(0, 80),
    closest: closest(kind, kinds),
  });
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
