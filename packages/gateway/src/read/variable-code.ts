// `${file(values.js):name}`: a file of code gives a value, in a process of its own.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { errorOf, patienceMs } from "./definition-code.ts";
import { toTree } from "./tree.ts";
import type { Found } from "./variables.ts";

/** What a file of code is run with. */
export interface CodeContext {
  /** The service's folder, where it runs. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Options of the command line, as the framework hands them in. */
  readonly options: Readonly<Record<string, string>>;
}

/** What was loaded, or what it leads to, may be a function, as the framework has it; it may give a promise. */
const program = `
const { pathToFileURL } = require("node:url");
const { file, keys, options } = JSON.parse(process.argv[1]);
const not = async () => { throw new Error("variables and properties cannot be asked for here"); };
const call = (value) => typeof value === "function"
  ? value({ options, resolveVariable: not, resolveConfigurationProperty: not }) : value;
(async () => {
  const loaded = await import(pathToFileURL(file).href);
  let value = await call(loaded.default ?? loaded);
  for (const key of keys) value = await call(value?.[key]);
  require("node:fs").writeFileSync(3, JSON.stringify(value) ?? "null");
  process.exit(0);
})();`;

/**
 * Runs a file of code, and gives what it exports, or what stands there under `keys`.
 *
 * Functions are called with the options alone: `resolveVariable` and `resolveConfigurationProperty` reject here.
 */
export function runVariable(file: string, keys: readonly string[], context: CodeContext): Found {
  const { folder, env, options } = context;
  const name = file.slice(dirname(file).length + 1);
  if (!existsSync(file)) return { missing: `there is no file ${name}` };
  const { output, stderr, error } = spawnSync(
    process.execPath,
    ["-e", program, JSON.stringify({ file, keys, options })],
    { cwd: folder, env, stdio: ["ignore", "ignore", "pipe", "pipe"], timeout: patienceMs, encoding: "utf8" },
  );
  const json = output?.[3] ?? "";
  if (json !== "") {
    const value = toTree(JSON.parse(json));
    return value === null ? { missing: `${name} gives no ${keys.join(".") || "value"}` } : { value };
  }
  return { missing: `${name} failed: ${errorOf(stderr ?? "") ?? error?.message ?? "it ended early"}` };
}
