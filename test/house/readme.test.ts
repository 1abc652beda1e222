// Every TypeScript example of every README compiles against the packages as they are.
import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { root } from "./sources.ts";

const folder = join(root, "test", "test-output", "readme");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const readmes = globSync(
  ["README.md", "{packages,examples}/*/README.md", "packages/gateway/DEFINITION.md", "docs/*.md"],
  { cwd: root },
);

/** Fences marked `ts`; one that is marked `ts continued` goes on where the one before it ended. */
function examplesOf(path: string): string[] {
  const text = readFileSync(join(root, path), "utf8");
  const examples: string[] = [];
  for (const [, mark, code = ""] of text.matchAll(/^```ts( continued)?\n([\s\S]*?)^```$/gm)) {
    if (mark && examples.length > 0) examples.push(`${examples.pop()}\n${code}`);
    else examples.push(code);
  }
  return examples;
}

it("compiles the examples of every README", () => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  let count = 0;
  for (const path of readmes) {
    for (const code of examplesOf(path)) {
      count += 1;
      const name = `${path.replaceAll(/[^a-z]+/gi, "-").toLowerCase()}-${count}.ts`;
      writeFileSync(join(folder, name), `${code}\nexport {};\n`);
    }
  }
  const config = {
    extends: "../../../tsconfig.check.json",
    compilerOptions: { noUnusedLocals: false, lib: ["ES2024", "DOM", "DOM.Iterable"] },
    include: ["*.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  expect(count).toBeGreaterThan(10);
  expect(compile()).toBe("");
});

function compile(): string {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout; // what a failed execFileSync throws
  }
}
