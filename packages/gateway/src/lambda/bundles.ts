// Functions' sources into one bundle each, and again when they change.
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import {
  context,
  formatMessages,
  type BuildOptions,
  type BuildResult,
  type Message,
  type Plugin,
} from "esbuild";
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Log } from "../ports.ts";
import { readHandlerFile, type HandlerFile } from "./handler-file.ts";
import { createSourceWatch, type SourceWatch } from "./source-watch.ts";

/** The newest good bundle of a function. */
export interface Bundle {
  /** Absolute path; a new one for new code. */
  readonly file: string;
  readonly exportPath: string;
}

/** The bundles of all functions. */
export interface Bundles {
  of(functionKey: string): Bundle | undefined;
  close(): Promise<void>;
}

/** What {@link startBundles} needs. */
export interface BundlesOptions {
  readonly functions: readonly LambdaFunction[];
  readonly folder: string;
  readonly cache: string;
  readonly watch: boolean;
  readonly log: Log;
  /** Called for each function whose bundle is a new one, never for the first. */
  readonly changed: (functionKey: string) => void;
}

type Entry = HandlerFile & { readonly lambda: LambdaFunction; readonly name: string };
type Result = BuildResult<{ metafile: true; write: false }>;

/** CommonJS inside an ES module finds what Node.js gives it elsewhere; user code may declare the plain names. */
const banner = [
  'import { createRequire as __gatewrightCreateRequire } from "node:module";',
  "const require = __gatewrightCreateRequire(import.meta.url);",
  "const __gatewrightFile = import.meta.filename, __gatewrightFolder = import.meta.dirname;",
].join(" ");
const keptMs = 7 * 24 * 3_600_000;

/**
 * Bundles every function, and with `watch` again when a source changes.
 *
 * Files are named by their content, so that an environment that starts during a change loads whole code.
 * A later build that fails is logged, and the last good bundle stays.
 *
 * @throws `BUNDLE_FAILED`, `HANDLER_MALFORMED`, `HANDLER_MISSING`, `HANDLER_NOT_EXPORTED`, for the first build only.
 */
export async function startBundles(options: BundlesOptions): Promise<Bundles> {
  const { functions, folder, cache, watch, log, changed } = options;
  const entries = functions.map((lambda): Entry => {
    const { file, exportPath } = readHandlerFile(lambda, folder);
    return { file, exportPath, lambda, name: bundleName(relative(folder, file)) };
  });
  if (entries.length === 0) return { of: () => undefined, close: async () => {} };
  await sweep(cache);
  const bundles = new Map<string, Bundle>();
  const first = Promise.withResolvers<{ readonly error?: unknown }>();
  let isFirst = true;
  const settle = async (result: Result): Promise<void> => {
    const wasFirst = isFirst;
    isFirst = false;
    try {
      const fresh = await take(result, entries, cache);
      sources.follow(sourcesOf(result, folder));
      await warn(result.warnings, log);
      for (const [functionKey, bundle] of fresh) {
        const isNew = bundles.get(functionKey)?.file !== bundle.file;
        bundles.set(functionKey, bundle);
        if (isNew && !wasFirst) changed(functionKey);
      }
      first.resolve({});
    } catch (error) {
      if (wasFirst) first.resolve({ error });
      else log.error(`${String(error)} Until then the last good code runs.`);
    }
  };
  const build = await context({ ...buildOptions(entries, options), plugins: [whenBuilt(settle)] });
  const rebuild = (): Promise<unknown> => build.rebuild().catch(() => {}); // `settle` has been told
  const sources = watch ? createSourceWatch(rebuild) : unwatched;
  const close = async (): Promise<void> => {
    sources.close();
    await build.dispose();
  };
  await (watch ? build.watch() : rebuild());
  const { error } = await first.promise;
  if (error !== undefined || !watch) await close();
  if (error !== undefined) throw error;
  return { of: (functionKey) => bundles.get(functionKey), close };
}

/** Readable, and another one for every path. */
function bundleName(path: string): string {
  const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return `${path.replaceAll(/[^\w]+/g, "-")}-${mark}`;
}

const unwatched: SourceWatch = { follow() {}, close() {} };

/** The developer's own files; what is installed changes rarely, and esbuild sees it in time. */
function sourcesOf(result: Result, folder: string): readonly string[] {
  const own = Object.keys(result.metafile.inputs).filter((path) => !path.includes("node_modules/"));
  return own.map((path) => resolve(folder, path));
}

function whenBuilt(settle: (result: Result) => Promise<void>): Plugin {
  return {
    name: "gatewright-functions",
    setup(build) {
      build.onEnd((result) => settle(result));
    },
  };
}

function buildOptions(entries: readonly Entry[], { folder, cache }: BundlesOptions): BuildOptions {
  return {
    absWorkingDir: folder,
    entryPoints: Object.fromEntries(entries.map((entry) => [entry.name, entry.file])),
    entryNames: "[name]-[hash]",
    outdir: cache,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    mainFields: ["module", "main"],
    conditions: ["module", ...ownConditions()],
    banner: { js: banner },
    define: { __filename: "__gatewrightFile", __dirname: "__gatewrightFolder" },
    sourcemap: "linked",
    sourcesContent: false, // they are at hand, and twice the size of all else
    metafile: true,
    write: false,
    logLevel: "silent",
  };
}

/** What this process resolves packages with, so that a workspace that runs from source bundles from source. */
function ownConditions(): readonly string[] {
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(/\s+/)];
  return flags.flatMap((flag, index) => {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(flag)?.[1];
    if (inline !== undefined) return [inline];
    return (flag === "--conditions" || flag === "-C") && flags[index + 1] ? [flags[index + 1] ?? ""] : [];
  });
}

async function take(
  result: Result,
  entries: readonly Entry[],
  cache: string,
): Promise<ReadonlyMap<string, Bundle>> {
  if (result.errors.length > 0) {
    throw failures.create("BUNDLE_FAILED", { errors: await toTexts(result.errors, "error") });
  }
  const exported = new Map(
    Object.entries(result.metafile.outputs).map(([path, output]) => [basename(path), output.exports]),
  );
  const taken = new Map<string, Bundle>();
  for (const { lambda, name, exportPath } of entries) {
    const file = [...exported.keys()].find((path) => isBundleOf(path, name)) ?? "";
    assertExported(lambda, exportPath, exported.get(file) ?? []);
    taken.set(lambda.key, { file: join(cache, file), exportPath });
  }
  await mkdir(cache, { recursive: true });
  const known = new Set(await readdir(cache));
  const fresh = result.outputFiles.filter(({ path }) => !known.has(basename(path)));
  await Promise.all(fresh.map(({ path, contents }) => writeWhole(join(cache, basename(path)), contents)));
  return taken;
}

function isBundleOf(path: string, name: string): boolean {
  return path.startsWith(`${name}-`) && /^-[A-Z0-9]{8}\.mjs$/.test(path.slice(name.length));
}

/** A CommonJS file shows only its `default`; what that holds is known when it is loaded. */
function assertExported(lambda: LambdaFunction, exportPath: string, exports: readonly string[]): void {
  const name = exportPath.split(".")[0] ?? exportPath;
  if (exports.includes(name) || exports.includes("default")) return;
  throw failures.create("HANDLER_NOT_EXPORTED", {
    functionKey: lambda.key,
    handler: lambda.handler,
    exports,
  });
}

async function writeWhole(file: string, contents: Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, contents);
  await rename(draft, file);
}

/** Removes the bundles of long ago, and what was compiled from them. */
async function sweep(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const before = Date.now() - keptMs;
  for (const name of await readdir(cache, { recursive: true })) {
    const file = join(cache, name);
    const found = await stat(file);
    if (found.isFile() && found.mtimeMs < before) await rm(file, { force: true });
  }
}

async function warn(warnings: readonly Message[], log: Log): Promise<void> {
  for (const text of await toTexts(warnings, "warning")) log.warn(text);
}

async function toTexts(messages: readonly Message[], kind: "error" | "warning"): Promise<string[]> {
  const texts = await formatMessages([...messages], { kind });
  return texts.map((text) => text.trim());
}
