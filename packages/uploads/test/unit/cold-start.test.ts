// What loading the package costs: no AWS SDK, no HTTP client, nothing of Node's beyond crypto.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("the browser's half is at most 5 KB when it is packed", async () => {
  const entry = fileURLToPath(new URL("../../src/client/index.ts", import.meta.url));
  const options = { bundle: true, minify: true, write: false, format: "esm", target: "es2022" } as const;
  const { outputFiles } = await build({ entryPoints: [entry], ...options });
  expect(gzipSync(outputFiles[0]?.contents ?? "").length).toBeLessThanOrEqual(5 * 1024);
});

test("the half that gives tickets has nothing in its bundle of what knows file types", async () => {
  const entry = fileURLToPath(new URL("../../src/tickets.ts", import.meta.url));
  const options = { bundle: true, minify: true, write: false, format: "esm", platform: "node" } as const;
  const { outputFiles } = await build({
    entryPoints: [entry],
    conditions: ["@gatewright/source"],
    ...options,
  });
  expect(outputFiles[0]?.contents.length).toBeLessThanOrEqual(40_000);
  expect(outputFiles[0]?.text).not.toContain("openxmlformats");
});

test("does not load what knows file types before it is asked", () => {
  expect(loadedBy("../../src/index.ts", "files")).not.toContain("file-type");
  expect(loadedBy("../../src/tickets/dynamodb.ts", "files")).not.toContain("client-dynamodb");
});

test("loads neither an AWS SDK nor an HTTP client", () => {
  const loaded = loadedBy("../../src/index.ts", "builtins");
  expect(loaded).toMatch(/NativeModule crypto/);
  expect(loaded).not.toMatch(/NativeModule (_?http|https|net|tls|undici)/);
});

/** What importing a module loads: Node's own modules, or files. */
function loadedBy(module: string, what: "builtins" | "files"): string {
  const url = new URL(module, import.meta.url).href;
  const script =
    what === "builtins"
      ? `const before = new Set(process.moduleLoadList);
         await import(${JSON.stringify(url)});
         console.log(process.moduleLoadList.filter((name) => !before.has(name)).join("\\n"));`
      : `import { registerHooks } from "node:module";
         const seen = [];
         registerHooks({ load: (url, context, next) => (seen.push(url), next(url, context)) });
         await import(${JSON.stringify(url)});
         console.log(seen.join("\\n"));`;
  const flags = ["--conditions=@gatewright/source", "--no-warnings", "--input-type=module"];
  return execFileSync(process.execPath, [...flags, "--eval", script], { encoding: "utf8" });
}
