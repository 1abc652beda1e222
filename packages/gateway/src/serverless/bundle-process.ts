// One function's process: loads the bundle, answers its one event, and ends.
import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Answer, Question } from "./run-bundle.ts";

process.once("disconnect", () => process.exit()); // nobody is there to hear the answer
process.once("message", (question: Question) => {
  leaveToSource(question.folder);
  void answer(question).then((said) => process.send?.(said, () => process.exit()));
});

async function answer(question: Question): Promise<Answer> {
  try {
    const handler = await load(question);
    return { returned: toPlain(await handler(question.event, contextOf(question))) };
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: { name: "Error", message: String(error), stack: "" } };
    const { name, message, stack = "" } = error;
    return { thrown: { name, message, stack } };
  }
}

async function load({ file, handler }: Question): Promise<(event: unknown, context: object) => unknown> {
  const module = (await import(pathToFileURL(file).href)) as Record<string, unknown>; // a namespace object
  const commonJs = module["default"] as Record<string, unknown> | undefined; // looked at, key by key
  const found = module[handler] ?? commonJs?.[handler];
  if (typeof found !== "function")
    throw new TypeError(`${handler} is not exported by ${file}, or not a function`);
  return found as (event: unknown, context: object) => unknown; // its parameters cannot be seen from here
}

function contextOf({ context, timeoutMs }: Question): object {
  const deadline = Date.now() + timeoutMs;
  return { ...context, getRemainingTimeInMillis: () => deadline - Date.now() };
}

/** As Lambda does: what is not JSON never leaves a function. */
function toPlain(result: unknown): unknown {
  const text = JSON.stringify(result);
  return text === undefined ? undefined : JSON.parse(text);
}

/** Lambda brings the AWS SDK with it; here it is the one that the function was written with. */
function leaveToSource(folder: string): void {
  const source = pathToFileURL(join(folder, "handler.js")).href;
  const require = createRequire(source);
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        const isPackage = !/^\.|^[a-z]+:/.test(specifier);
        if (!isMissing(error) || !isPackage || context.parentURL === source) throw error;
        // `require` goes by the module that calls it, whatever `parentURL` says.
        if (!context.conditions?.includes("require"))
          return next(specifier, { ...context, parentURL: source });
        return { url: pathToFileURL(require.resolve(specifier)).href, shortCircuit: true };
      }
    },
  });
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException; // read only
  return code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
}
