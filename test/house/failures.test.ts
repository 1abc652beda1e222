// Every failure of every package says what happened, what to do, and who can mend it.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./sources.ts";

const rooms = globSync("packages/*/src/**/{failures,failure-rows,start-failure-rows}.ts", { cwd: root });
const rows = rooms.flatMap((path) => {
  const text = readFileSync(join(root, path), "utf8");
  const codes = [...text.matchAll(/^ {2}([A-Z][A-Z0-9_]+): \{([\s\S]*?)^ {2}\},?$/gm)];
  return codes.map(([, code = "", body = ""]) => ({
    path,
    code,
    body,
    package: path.split(/[\\/]/)[1] ?? "",
  }));
});

describe("every failure", () => {
  it("is found at all", () => {
    expect(rows.length).toBeGreaterThan(20);
  });

  it.each(rows)("$package $code has a sentence, a fix and someone to mend it", ({ body }) => {
    expect(body).toMatch(/says:/);
    expect(body).toMatch(/fix:\s*(?:\n\s*)?["'`][A-Z][^"]*/);
    expect(body).toMatch(/blame: "(user|system)"/);
  });

  it.each(rows)("$package $code is provoked by a test", ({ package: name, code }) => {
    const tests = [
      ...globSync(`packages/${name}/test/**/*.ts`, { cwd: root }),
      ...globSync("{test,examples}/**/*.test.ts", { cwd: root, exclude: ["**/node_modules/**"] }),
    ];
    const named = tests.filter((path) => readFileSync(join(root, path), "utf8").includes(code));
    expect(existsSync(join(root, "packages", name))).toBe(true);
    expect(named, `no test names ${code}`).not.toEqual([]);
  });
});
