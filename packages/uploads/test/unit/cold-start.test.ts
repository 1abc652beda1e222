// What loading the package costs: no AWS SDK, no HTTP client, nothing of Node's beyond crypto.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("loads neither an AWS SDK nor an HTTP client", () => {
  const index = fileURLToPath(new URL("../../src/index.ts", import.meta.url));
  const script = `
    const before = new Set(process.moduleLoadList);
    await import(${JSON.stringify(index)});
    console.log(process.moduleLoadList.filter((name) => !before.has(name)).join("\\n"));`;
  const conditions = ["--conditions=@gatewright/source", "--no-warnings", "--input-type=module"];
  const loaded = execFileSync(process.execPath, [...conditions, "--eval", script], { encoding: "utf8" });
  expect(loaded).toMatch(/NativeModule crypto/);
  expect(loaded).not.toMatch(/NativeModule (_?http|https|net|tls|undici)/);
});
