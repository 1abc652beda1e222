// Functions' sources into one bundle each, and again when they change.
import { createHash } from "node:crypto";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import {
  type BuildContext,
  type BuildFailure,
  type BuildResult,
  context,
  formatMessages,
  type Message,
} from "esbuild";
import { failures } from "../failures.ts";
import type { LambdaFunction } from "../model/lambda-function.ts";
import type { Log } from "../ports.ts";
import { isBundleOf, toBuildOptions } from "./bundle-options.ts";
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
  /** See `BundleOptions`. */
  readonly bundling?: Readonly<Record<string, unknown>> | undefined;
  /** Called for each function whose bundle is a new one, never for the first. */
  readonly changed: (functionKey: string) => void;
}

type Entry = HandlerFile & { readonly lambda: LambdaFunction; readonly name: string };
type Result = BuildResult<{ metafile: true; write: false }>;

const keptMs = 7 * 24 * 3_600_000;
/** How soon what is broken is tried again without a change that could be seen: a file in a folder that was not there. */
const retryMs = 2_000;

/**
 * Bundles every function, and with `watch` again when a source changes.
 *
 * Files are named by their content, so that an environment that starts during a change loads whole code.
 * A later build that fails is logged, and the last good bundle stays. esbuild's own watch is not used: its service
 * would at times outlive a process that is killed.
 *
 * @throws `BUNDLE_FAILED`, `HANDLER_MALFORMED`, `HANDLER_MISSING`, `HANDLER_NOT_EXPORTED`, for the first build only.
 */
export async function startBundles(options: BundlesOptions): Promise<Bundles> {
  const { functions, folder, cache, watch, log } = options;
  const entries = functions.map((lambda): Entry => {
    const { file, exportPath } = readHandlerFile(lambda, folder);
    return { file, exportPath, lambda, name: bundleName(relative(folder, file)) };
  });
  if (entries.length === 0) return { of: () => undefined, close: async () => {} };
  await sweep(cache);
  const build = await open(entries, options);
  const bundles = new Map<string, Bundle>();
  const sources = watch ? createSourceWatch(() => again()) : unwatched;
  const bundle = async (): Promise<ReadonlyMap<string, Bundle>> => {
    const since = Date.now();
    const result = await build.rebuild().catch(asFailure);
    const fresh = await take(result, entries, cache);
    sources.follow(sourcesOf(result, folder), since);
    for (const text of await toTexts(result.warnings, "warning")) log.warn(text);
    return fresh;
  };
  const again = createRebuild({ ...options, bundles, bundle, sources });
  const close = async (): Promise<void> => {
    sources.close();
    await build.dispose();
  };
  try {
    for (const [functionKey, fresh] of await bundle()) bundles.set(functionKey, fresh);
  } catch (error) {
    await close();
    throw error;
  }
  if (!watch) await close();
  return { of: (functionKey) => bundles.get(functionKey), close };
}

/** Options that esbuild refuses are the definition's: `custom.esbuild`. */
async function open(entries: readonly Entry[], options: BundlesOptions): Promise<BuildContext<Build>> {
  const { folder, cache: outdir, bundling } = options;
  const entryPoints = Object.fromEntries(entries.map((entry) => [entry.name, entry.file]));
  try {
    return await context({
      ...toBuildOptions({ entryPoints, folder, outdir, bundling }),
      metafile: true,
      write: false,
    });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw failures.create("BUNDLE_FAILED", { errors: [`custom.esbuild: ${said}`] }, { cause: error });
  }
}

type Build = { metafile: true; write: false };

type Rebuild = Pick<BundlesOptions, "log" | "changed"> & {
  readonly bundles: Map<string, Bundle>;
  readonly bundle: () => Promise<ReadonlyMap<string, Bundle>>;
  readonly sources: SourceWatch;
};

/** What happens when a source has changed. What is broken in the same way as before is not told again. */
function createRebuild({ bundles, bundle, sources, log, changed }: Rebuild): () => Promise<void> {
  let broken = "";
  return async () => {
    try {
      for (const [functionKey, fresh] of await bundle()) {
        const isNew = bundles.get(functionKey)?.file !== fresh.file;
        bundles.set(functionKey, fresh);
        if (isNew) changed(functionKey);
      }
      broken = "";
    } catch (error) {
      const says = String(error);
      if (says !== broken) log.error(`${says} Until then the last good code runs.`);
      broken = says;
      sources.retry(retryMs);
    }
  };
}

/** A build that fails is a result like others. */
function asFailure(error: unknown): Result {
  const { errors, warnings } = error as BuildFailure; // esbuild's own error, whatever failed
  return { errors, warnings, metafile: { inputs: {}, outputs: {} }, outputFiles: [], mangleCache: {} };
}

/** Readable, and another one for every path. */
function bundleName(path: string): string {
  const mark = createHash("sha256").update(path).digest("hex").slice(0, 8);
  return `${path.replaceAll(/[^\w]+/g, "-")}-${mark}`;
}

const unwatched: SourceWatch = { follow() {}, retry() {}, close() {} };

/** Package managers write one of these at the end of an installation. */
const installed = [".package-lock.json", ".modules.yaml", ".yarn-state.yml"].map((name) =>
  join("node_modules", name),
);

/** The developer's own files, and what tells that packages were installed. */
function sourcesOf(result: Result, folder: string): readonly string[] {
  const own = Object.keys(result.metafile.inputs).filter((path) => !path.includes("node_modules/"));
  return [...own, ...installed].map((path) => resolve(folder, path));
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
    if (file.endsWith(".mjs")) assertExported(lambda, exportPath, exported.get(file) ?? []);
    taken.set(lambda.key, { file: join(cache, file), exportPath });
  }
  await mkdir(cache, { recursive: true });
  const known = new Set(await readdir(cache));
  const fresh = result.outputFiles.filter(({ path }) => !known.has(basename(path)));
  await Promise.all(fresh.map(({ path, contents }) => writeWhole(join(cache, basename(path)), contents)));
  return taken;
}

/** A CommonJS source shows only its `default`; what that holds is known when it is loaded. */
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

async function toTexts(messages: readonly Message[], kind: "error" | "warning"): Promise<string[]> {
  const texts = await formatMessages([...messages], { kind });
  return texts.map((text) => text.trim());
}
