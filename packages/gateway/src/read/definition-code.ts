// A definition that is written as code: bundled, run once in a process of its own, and taken as data.
import { spawn } from "node:child_process";
import { readFile, realpath } from "node:fs/promises";
import { basename, dirname, extname } from "node:path";
import { pathToFileURL } from "node:url";
import type { OnLoadResult, Plugin } from "esbuild";
import { failures } from "../failures.ts";
import { toTree, type Tree } from "./tree.ts";

/** How long a definition may take to come to its value: it may ask others. */
export const patienceMs = 30_000;

/** Whether a file is code, by its name. */
export function isCode(file: string): boolean {
  return /^\.[cm]?[jt]s$/.test(extname(file));
}

/**
 * Runs a definition such as serverless.ts, and gives what it exports: its default, or `module.exports`, also as a promise.
 *
 * It is bundled, so that the aliases of a tsconfig.json hold, and runs in its own folder as the deployment framework
 * runs it. What is no data (functions, classes) is left out.
 *
 * @throws `DEFINITION_FAILED` where it cannot be bundled, throws, or takes longer than 30 s
 */
export async function runDefinition(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Tree> {
  const file = await realpath(path);
  const fail = (why: string, cause?: unknown): Error =>
    failures.create("DEFINITION_FAILED", { file: basename(file), why }, { cause });
  const { code, error } = await bundle(file);
  if (code === undefined) throw fail(error);
  const ran = await run(code, { folder: dirname(file), env });
  if ("why" in ran) throw fail(ran.why);
  return toTree(JSON.parse(ran.json));
}

type Bundled =
  | { readonly code: string; readonly error?: never }
  | { readonly code?: never; readonly error: string };

async function bundle(file: string): Promise<Bundled> {
  const { build } = await import("esbuild"); // nobody else's reading waits for it
  const { outputFiles, errors } = await build({
    stdin: { contents: entryOf(file), resolveDir: dirname(file), sourcefile: "definition" },
    absWorkingDir: dirname(file),
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    write: false,
    logLevel: "silent",
    plugins: [places],
  }).catch((error: unknown) => ({
    outputFiles: [],
    errors: isBuildFailure(error) ? error.errors : [{ text: String(error), location: null }],
  }));
  const [first] = errors;
  if (first === undefined) return { code: outputFiles[0]?.text ?? "" };
  const { text, location } = first;
  return { error: location === null ? text : `${location.file}:${location.line}: ${text}` };
}

/** The definition's value goes to the parent as JSON; a promise is waited for. */
function entryOf(file: string): string {
  return `import * as loaded from ${JSON.stringify(file)};
Promise.resolve(loaded.default ?? loaded).then((value) =>
  process.send(JSON.stringify(value) ?? "null", () => process.exit(0)));`;
}

interface BuildFailure {
  readonly errors: readonly {
    readonly text: string;
    readonly location: { readonly file: string; readonly line: number } | null;
  }[];
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error;
}

/** Each file keeps its own place, though all of them become one: handlers are often named after `__dirname`. */
const places: Plugin = {
  name: "places",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }): Promise<OnLoadResult | undefined> => {
      if (path.split(/[\\/]/).includes("node_modules")) return undefined;
      const text = await readFile(path, "utf8");
      const own = { __dirname: dirname(path), __filename: path };
      const missing = Object.entries(own).filter(
        ([name]) => text.includes(name) && !new RegExp(`(?:const|let|var)\\s+${name}\\b`).test(text),
      );
      const declared = missing.map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`).join("");
      const contents = withOneExport(text)
        .replaceAll("import.meta.url", () => JSON.stringify(pathToFileURL(path).href))
        .replaceAll("import.meta.dirname", () => JSON.stringify(own.__dirname))
        .replaceAll("import.meta.filename", () => JSON.stringify(own.__filename));
      return { contents: declared + contents, loader: extname(path).includes("t") ? "ts" : "js" };
    });
  },
};

/** A module of ES syntax may say `module.exports = …` all the same: the framework takes that for its default. */
function withOneExport(text: string): string {
  return /^export\s(?!default)/m.test(text) && !/^export\s+default/m.test(text)
    ? text.replace(/^module\.exports\s*=/m, "export default")
    : text;
}

type Ran = { readonly json: string } | { readonly why: string };

function run(
  code: string,
  of: { readonly folder: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Ran> {
  const child = spawn(process.execPath, ["--input-type=commonjs", "-"], {
    cwd: of.folder,
    env: of.env,
    stdio: ["pipe", "ignore", "pipe", "ipc"],
    timeout: patienceMs,
  });
  let said = "";
  let json: string | undefined;
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said = (said + text).slice(-100_000)));
  child.on("message", (message) => {
    if (typeof message === "string") json = message;
  });
  child.stdin?.on("error", () => undefined).end(code); // who ends early says why on stderr
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ why: error.message }));
    child.on("close", (exit, signal) => {
      if (json !== undefined) resolve({ json });
      else if (signal !== null) resolve({ why: `it did not end within ${patienceMs / 1000} s` });
      else resolve({ why: errorOf(said) ?? `its process ended with ${exit ?? "nothing"}` });
    });
  });
}

/** The line of an uncaught error's report that says what was wrong. */
export function errorOf(report: string): string | undefined {
  return /^(?:Uncaught )?\w*Error\b.*$/m.exec(report)?.[0]?.slice(0, 300);
}
