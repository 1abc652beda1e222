// The page as files: bundled once, for the local server and for a deployment.
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL(".", import.meta.url));

/** Bundles the page into a folder. `/config.json` is left to who serves it. */
export async function buildPage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await build({
    entryPoints: [join(source, "main.tsx")],
    outfile: join(folder, "main.js"),
    bundle: true,
    minify: true,
    sourcemap: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "silent",
  });
  await Promise.all(
    ["index.html", "style.css"].map((file) => copyFile(join(source, file), join(folder, file))),
  );
}
