// The page as files: bundled once, for the local server and for a deployment.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL(".", import.meta.url));

/** Bundles script and style sheet into a folder. `/config.json` is left to who serves it. */
export async function buildPage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(source, "main.tsx"), join(source, "style.css")],
    outdir: folder,
    bundle: true,
    minify: true,
    sourcemap: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  await copyFile(join(source, "index.html"), join(folder, "index.html"));
}
