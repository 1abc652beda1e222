// From a definition's `path/to/file.export` to the file that holds the handler.
import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";

/** Where a function's handler is. */
export interface HandlerFile {
  /** Absolute path of the source. */
  readonly file: string;
  /** Name of the export; dots go into objects, as in Lambda. */
  readonly exportPath: string;
}

const extensions = [".ts", ".mts", ".cts", ".tsx", ".js", ".mjs", ".cjs", ".jsx"] as const;

/**
 * Finds the source file of a function's handler.
 *
 * The file's name ends at its first dot, as in Lambda's own Node.js runtime; TypeScript is preferred to JavaScript.
 *
 * @throws `HANDLER_MALFORMED` without an export's name, `HANDLER_MISSING` where no file is there.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html#nodejs-handler-naming
 */
export function readHandlerFile(lambda: LambdaFunction, folder: string): HandlerFile {
  const { key: functionKey, handler } = lambda;
  const parts = /^(?<path>(?:.*\/)?[^./]+)\.(?<exportPath>[^/]+)$/.exec(handler)?.groups;
  if (!parts?.["path"] || !parts["exportPath"]) {
    throw failures.create("HANDLER_MALFORMED", { functionKey, handler });
  }
  const base = resolve(folder, parts["path"]);
  const candidates = extensions.map((extension) => base + extension);
  const file = candidates.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    const tried = candidates.map((candidate) => relative(folder, candidate));
    throw failures.create("HANDLER_MISSING", { functionKey, handler, tried });
  }
  return { file, exportPath: parts["exportPath"] };
}
