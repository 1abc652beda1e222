// The house's own source files, with what each of them imports.
import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

export interface SourceFile {
  /** From the root, as in `packages/events/src/index.ts`. */
  readonly path: string;
  /** `events` for `packages/events/src/…`. */
  readonly package: string;
  readonly text: string;
  /** Specifiers as written, type imports included. */
  readonly imports: readonly string[];
}

/** Every shipped source file. */
export function readSources(): SourceFile[] {
  return globSync("packages/*/src/**/*.ts", { cwd: root }).map((path) => {
    const text = readFileSync(join(root, path), "utf8");
    return { path, package: path.split(/[\\/]/)[1] ?? "", text, imports: importsOf(text) };
  });
}

/** The file that a relative import of `from` names, from the root. */
export function target(from: SourceFile, specifier: string): string {
  return relative(root, resolve(root, dirname(from.path), specifier));
}

function importsOf(text: string): string[] {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/^\s*\/\/.*$/gm, "");
  const statements = code.matchAll(
    /^\s*(?:import|export)\b[^;"]*?\bfrom\s+"([^"]+)"|^\s*import\s+"([^"]+)"/gm,
  );
  const calls = code.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g);
  return [...statements, ...calls].map((match) => match[1] ?? match[2] ?? "");
}
