// How functions are bundled: the gateway's own settings, or what the definition asks of esbuild.
import type { BuildOptions } from "esbuild";

/** What goes into a build. */
export interface BundleOptions {
  /** Sources, by the name of their bundle. */
  readonly entryPoints: Readonly<Record<string, string>>;
  /** Relative paths start here. */
  readonly folder: string;
  readonly outdir: string;
  /** Options of esbuild from `custom.esbuild`, not yet checked; without it the gateway's own settings. */
  readonly bundling: Readonly<Record<string, unknown>> | undefined;
}

/** CommonJS inside an ES module finds what Node.js gives it elsewhere; user code may declare the plain names. */
const banner = [
  'import { createRequire as __gatewrightCreateRequire } from "node:module";',
  "const require = __gatewrightCreateRequire(import.meta.url);",
  "const __gatewrightFile = import.meta.filename, __gatewrightFolder = import.meta.dirname;",
].join(" ");

/** Where nothing is asked: everything runs that Node.js itself would run. */
const own: BuildOptions = {
  format: "esm",
  mainFields: ["module", "main"],
  banner: { js: banner },
  define: { __filename: "__gatewrightFile", __dirname: "__gatewrightFolder" },
};

/**
 * What esbuild is told. A definition's own settings make the bundle that is deployed, CommonJS unless it says
 * otherwise, but for the places of files and maps.
 */
export function toBuildOptions({ entryPoints, folder, outdir, bundling }: BundleOptions): BuildOptions {
  const asked: BuildOptions = bundling ? { format: "cjs", ...bundling } : own; // esbuild checks what it is given
  return {
    platform: "node",
    target: "node24",
    ...asked,
    conditions: [...(asked.conditions ?? ["module"]), ...ownConditions()],
    absWorkingDir: folder,
    entryPoints: { ...entryPoints },
    entryNames: "[name]-[hash]",
    outdir,
    outExtension: { ".js": asked.format === "esm" ? ".mjs" : ".cjs" },
    bundle: true,
    sourcemap: "linked",
    sourcesContent: false, // they are at hand, and twice the size of all else
    metafile: true,
    write: false,
    logLevel: "silent",
  };
}

/** Whether a file is a bundle of this name. */
export function isBundleOf(file: string, name: string): boolean {
  return file.startsWith(`${name}-`) && /^-[A-Z0-9]{8}\.[mc]js$/.test(file.slice(name.length));
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
