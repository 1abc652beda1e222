// Every adapter as one file, bundled by the recipe of serverless.yml.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build, type BuildOptions, type Format, type Platform } from "esbuild";
import { parse } from "yaml";

/** An adapter, bundled. */
export interface Bundle {
  readonly url: string;
  readonly bytes: number;
  readonly gzipBytes: number;
}

const adapters = fileURLToPath(new URL("./adapters/", import.meta.url));
/** What everything else is measured against stands first. */
const baselines = ["noop", "bare", "middy-core"];

/** Names of the adapters: each is a file in `adapters/` that exports `handler`. */
export function listAdapters(): readonly string[] {
  const found = readdirSync(adapters).map((file) => basename(file, ".ts"));
  return [...baselines, ...found.filter((name) => !baselines.includes(name)).sort()];
}

/** Bundles adapters into a folder. */
export async function bundleAdapters(
  names: readonly string[],
  folder: string,
): Promise<ReadonlyMap<string, Bundle>> {
  await build({
    ...recipe(),
    entryPoints: names.map((name) => join(adapters, `${name}.ts`)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    conditions: process.execArgv.flatMap((flag) => /^--conditions=(.+)$/.exec(flag)?.slice(1) ?? []),
    logLevel: "error",
  });
  return new Map(names.map((name) => [name, weigh(join(folder, `${name}.mjs`))]));
}

function weigh(file: string): Bundle {
  const code = readFileSync(file);
  return { url: pathToFileURL(file).href, bytes: code.length, gzipBytes: gzipSync(code).length };
}

interface Recipe {
  readonly bundle: boolean;
  readonly minify: boolean;
  readonly platform: Platform;
  readonly format: Format;
  readonly target: string;
  readonly exclude: string[];
}

/** How this house's functions are bundled for AWS; without the source map, which Node reads only on an error. */
function recipe(): BuildOptions {
  const file = new URL("../../../serverless.yml", import.meta.url);
  const definition = parse(readFileSync(file, "utf8"), { logLevel: "silent" }) as {
    custom: { esbuild: Recipe };
  }; // our own file
  const { bundle, minify, platform, format, target, exclude } = definition.custom.esbuild;
  return { bundle, minify, platform, format, target, external: exclude };
}
