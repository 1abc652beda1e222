// Functions of an API that is written as code, each once however many routes call it.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Names } from "../read/names.ts";
import { isFile, type Handler } from "./routes.ts";

/** The functions of one definition as its routes name them. */
export interface FunctionList {
  readonly functions: readonly LambdaFunction[];
  /** Gives the key of a handler's function. */
  add(handler: Handler, wanted: string): string;
}

/** Begins the list. */
export function createFunctionList(names: Names): FunctionList {
  const functions: LambdaFunction[] = [];
  const known = new Map<Handler | string, string>();
  const taken = new Set<string>();
  return {
    functions,
    add(handler, wanted) {
      const mark = isFile(handler) ? handler.file : handler;
      const before = known.get(mark);
      if (before !== undefined) return before;
      const stem =
        wanted
          .replaceAll(/[^\w]+/g, "-")
          .replaceAll(/^-+|-+$/g, "")
          .slice(0, 40) || "function";
      let key = stem;
      for (let number = 2; taken.has(key); number++) key = `${stem}-${number}`;
      taken.add(key);
      known.set(mark, key);
      functions.push(toFunction(handler, key, names));
      return key;
    },
  };
}

function toFunction(handler: Handler, key: string, names: Names): LambdaFunction {
  const shared = { key, name: names.functionName(key).slice(0, 64), runtime: "nodejs24.x" };
  if (!isFile(handler)) {
    return { ...shared, handler: "", memoryMb: 1024, timeoutMs: 30_000, environment: {}, inline: handler };
  }
  const { file, memoryMb = 1024, timeoutMs = 6000, environment = {} } = handler;
  return { ...shared, handler: file, memoryMb, timeoutMs, environment };
}
