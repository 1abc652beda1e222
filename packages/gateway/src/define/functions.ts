// Functions of an API that is written as code, each once however many routes call it.
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { InlineHandler } from "../integrations/inline-functions.ts";
import type { Cursor } from "../read/cursor.ts";
import type { Definition } from "../read/definition.ts";
import { handlerForm, handlerPattern, readFunction } from "../read/functions.ts";
import type { Names } from "../read/names.ts";
import { toMap, toTree, type Tree } from "../read/tree.ts";
import { isHandler } from "./handlers.ts";

/** The functions of one definition as its routes name them. */
export interface FunctionList {
  readonly functions: readonly LambdaFunction[];
  /** Settings as plain data: a handler in place becomes the ARN of its function. */
  toTree(settings: Readonly<Record<string, unknown>>): Tree;
  /** The ARN of a handler's function, where one stands there; a file is read. */
  arnOf(
    at: Cursor | undefined,
    wanted: string,
    definition: Pick<Definition, "root" | "names">,
  ): string | undefined;
}

/** Begins the list. */
export function createFunctionList(names: Names): FunctionList {
  const functions: LambdaFunction[] = [];
  const inline = new Map<InlineHandler, string>();
  const files = new Map<string, string>();
  const keyFor = (wanted: string): string => {
    const stem = toStem(wanted);
    let key = stem;
    for (let number = 2; functions.some((one) => one.key === key); number++) key = `${stem}-${number}`;
    return key;
  };
  const arn = (name: string): string => names.arn("lambda", `function:${name}`);
  const addInline = (handler: InlineHandler, wanted: string): string => {
    const before = inline.get(handler);
    if (before !== undefined) return before;
    const key = keyFor(wanted);
    const name = names.functionName(key).slice(0, 64);
    const shared = { key, name, handler: "", runtime: "nodejs24.x", memoryMb: 1024 };
    functions.push({ ...shared, timeoutMs: 30_000, environment: {}, inline: handler });
    inline.set(handler, arn(name));
    return arn(name);
  };
  const visit = (value: unknown, wanted: string): Tree => {
    if (typeof value === "function") return toMap([["handler", addInline(value as InlineHandler, wanted)]]); // a function of the user's
    if (Array.isArray(value)) return value.map((item) => visit(item, wanted));
    if (typeof value !== "object" || value === null) return toTree(value);
    return toMap(
      Object.entries(value).map(([key, item]) => [
        key,
        key === "handler" && isHandler(item) && typeof item === "function"
          ? addInline(item, wanted)
          : visit(item, key),
      ]),
    );
  };
  return {
    functions,
    toTree: (settings) => visit(settings, ""),
    arnOf(at, wanted, definition) {
      if (at === undefined) return undefined;
      if (at.isText) return at.text();
      const handler = at.at("file").matching(handlerPattern, handlerForm);
      const { key: _, name: __, ...settings } = readFunction("file", at.with({ handler }), definition);
      const mark = JSON.stringify(settings);
      const before = files.get(mark);
      if (before !== undefined) return before;
      const key = keyFor(wanted);
      const name = names.functionName(key).slice(0, 64);
      functions.push({ ...settings, key, name });
      files.set(mark, arn(name));
      return arn(name);
    },
  };
}

function toStem(wanted: string): string {
  const plain = wanted.replaceAll(/[^\w]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return plain.slice(0, 40) || "function";
}
