// Handlers' files into bundles: what stops a start, and what a change brings.
import { readdir, utimes } from "node:fs/promises";
import { expect, test } from "vitest";
import { folderWith, lambda, run, write } from "./function-fixture.ts";

test("HANDLER_MISSING names the files that were tried", async () => {
  const folder = await folderWith({});
  await expect(run(folder, [lambda("f", "src/none.handler")])).rejects.toMatchObject({
    code: "HANDLER_MISSING",
    message: expect.stringContaining("src/none.ts, src/none.mts"),
  });
});

test.each(["src/app", "", ".handler", "src/.x", "src/app.", "src/app.a/b"])(
  "HANDLER_MALFORMED: %j names no export",
  async (handler) => {
    const folder = await folderWith({});
    await expect(run(folder, [lambda("f", handler)])).rejects.toMatchObject({ code: "HANDLER_MALFORMED" });
  },
);

test("HANDLER_NOT_EXPORTED tells what there is", async () => {
  const folder = await folderWith({ "a.ts": "export const main = async () => 1; export const b = 2;" });
  await expect(run(folder, [lambda("f", "a.handler")])).rejects.toMatchObject({
    code: "HANDLER_NOT_EXPORTED",
    message: expect.stringContaining("the file exports b, main"),
  });
});

test("BUNDLE_FAILED shows the file and the line", async () => {
  const folder = await folderWith({ "a.ts": "export const f = 1;\nimport './none.ts';\nlet = ;" });
  await expect(run(folder, [lambda("f", "a.f")])).rejects.toMatchObject({
    code: "BUNDLE_FAILED",
    message: expect.stringMatching(/a\.ts:[23]:\d+/),
  });
});

test("no functions at all is fine", async () => {
  const { functions } = await run(await folderWith({}), []);
  await functions.warm();
});

test("files whose paths look alike are told apart", async () => {
  const folder = await folderWith({
    "a/b.ts": `export const f = async () => "a/b";`,
    "a-b.ts": `export const f = async () => "a-b";`,
  });
  const { result } = await run(folder, [lambda("one", "a/b.f"), lambda("two", "a-b.f")]);
  expect([await result("one"), await result("two")]).toEqual(["a/b", "a-b"]);
});

test("bundles of long ago are removed at start, others are kept and used again", async () => {
  const folder = await folderWith({
    "a.ts": `export const f = async () => 1;`,
    ".gatewright/old-ABCDEFGH.mjs": "",
    ".gatewright/new-ABCDEFGH.mjs": "",
  });
  await utimes(`${folder}/.gatewright/old-ABCDEFGH.mjs`, 0, 0);
  const { result } = await run(folder, [lambda("f", "a.f")]);
  expect(await result("f")).toBe(1);
  const kept = await readdir(`${folder}/.gatewright`);
  expect(kept).toContain("new-ABCDEFGH.mjs");
  expect(kept).not.toContain("old-ABCDEFGH.mjs");
});

test("two functions of one file, and a package of the folder's own", async () => {
  const folder = await folderWith({
    "a.ts": `import { name } from "tiny"; export const one = async () => name; export const two = async () => 2;`,
    "node_modules/tiny/package.json": `{ "name": "tiny", "main": "index.js" }`,
    "node_modules/tiny/index.js": `exports.name = require("node:path").basename("/a/tiny");`,
  });
  const { result } = await run(folder, [lambda("one", "a.one"), lambda("two", "a.two")]);
  expect([await result("one"), await result("two")]).toEqual(["tiny", 2]);
});

test("a change is loaded by itself, only where it matters; an event under way ends with the old code", async () => {
  const folder = await folderWith({
    "lib/text.ts": `export const text = "old";`,
    "a.ts": `import { text } from "./lib/text.ts";
      export const slow = async () => { await new Promise((r) => setTimeout(r, 1500)); return text; };
      export const quick = async () => text;`,
    "b.ts": `let n = 0; export const count = async () => ++n;`,
  });
  const list = [lambda("slow", "a.slow"), lambda("quick", "a.quick"), lambda("count", "b.count")];
  const { functions, result, said } = await run(folder, list, { watch: true });
  await functions.warm();
  expect([await result("quick"), await result("count")]).toEqual(["old", 1]);
  const underWay = result("slow");
  await write(folder, { "lib/text.ts": `export const text = "new";` });
  await expect.poll(() => result("quick"), { timeout: 10_000 }).toBe("new");
  expect(await underWay).toBe("old");
  expect(await result("slow")).toBe("new");
  expect(await result("count")).toBe(2);
  expect(said.toSorted()).toEqual(["info: function reloaded: quick", "info: function reloaded: slow"]);
});

test("a broken change is told, and the last good code stays until it is mended", async () => {
  const folder = await folderWith({ "a.ts": `export const f = async () => 1;` });
  const { result, said } = await run(folder, [lambda("f", "a.f")], { watch: true });
  expect(await result("f")).toBe(1);
  await write(folder, { "a.ts": `export const f = async () => ;` });
  await expect
    .poll(() => said.join("\n"), { timeout: 10_000 })
    .toMatch(/^error: .*BUNDLE_FAILED[^]*a\.ts:1:\d+/);
  expect(await result("f")).toBe(1);
  await write(folder, { "a.ts": `export const g = async () => 2;` });
  await expect.poll(() => said.join("\n"), { timeout: 10_000 }).toContain("HANDLER_NOT_EXPORTED");
  expect(await result("f")).toBe(1);
  await write(folder, { "a.ts": `export const f = async () => 3;` });
  await expect.poll(() => result("f"), { timeout: 10_000 }).toBe(3);
});

test("what the definition asks of esbuild is what runs: CommonJS unless it says otherwise, alias, define, loader", async () => {
  const folder = await folderWith({
    "package.json": "{}",
    "a.ts": `
      import text from "./words.txt";
      import { name } from "thing";
      declare const STAGE: string;
      export const f = async () => ({ text, name, stage: STAGE, file: __filename.slice(-4), meta: typeof import.meta.url });`,
    "words.txt": "hello",
    "other.ts": "export const name = 'other';",
  });
  const { result } = await run(folder, [lambda("f", "a.f")], {
    bundling: { alias: { thing: "./other.ts" }, define: { STAGE: '"dev"' }, loader: { ".txt": "text" } },
  });
  expect(await result("f")).toEqual({
    text: "hello",
    name: "other",
    stage: "dev",
    file: ".cjs",
    meta: "undefined",
  });
});

test("an ES module with the definition's own banner; a package left out is found beside the definition", async () => {
  const folder = await folderWith({
    "a.ts": `import { plain } from "left-out"; export const f = async () => plain + typeof require;`,
    "node_modules/left-out/package.json": '{ "type": "module", "exports": "./index.js" }',
    "node_modules/left-out/index.js":
      "export const plain = import.meta.url.includes('node_modules/left-out') + ' ';",
  });
  const js = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
  const { result } = await run(folder, [lambda("f", "a.f")], {
    bundling: { format: "esm", minify: true, banner: { js }, external: ["left-out"] },
  });
  expect(await result("f")).toBe("true function");
});

test("a CommonJS bundle without the handler is told when it is loaded; options that esbuild refuses at start", async () => {
  const folder = await folderWith({ "a.ts": "export const g = async () => 1;" });
  const { invoke, said } = await run(folder, [lambda("f", "a.f")], { bundling: {} });
  expect(await invoke("f")).toMatchObject({ errorType: "Runtime.HandlerNotFound" });
  expect(said[0]).toContain("the file exports");
  const other = await folderWith({ "a.ts": "export const f = async () => 1;" }); // one gateway a data folder
  await expect(run(other, [lambda("f", "a.f")], { bundling: { minify: "yes" } })).rejects.toMatchObject({
    code: "BUNDLE_FAILED",
    message: expect.stringContaining('"minify" must be a boolean'),
  });
});

test("what is missing is looked for until it is there; what is installed is noticed", async () => {
  const folder = await folderWith({
    "a.ts": "export const f = async () => 1;",
    "node_modules/x/index.js": "export const m = 1;",
  });
  const { result, said } = await run(folder, [lambda("f", "a.f")], { watch: true });
  const patient = { timeout: 10_000 };
  expect(await result("f")).toBe(1);
  await write(folder, { "a.ts": `import { n } from "./new/deep.js"; export const f = async () => n;` });
  await expect.poll(() => said.filter((line) => line.includes("new/deep.js")), patient).toHaveLength(1);
  await write(folder, { "new/deep.js": `export { n } from "x";` });
  await expect
    .poll(() => said.filter((line) => line.includes("No matching export")), patient)
    .toHaveLength(1);
  await write(folder, {
    "node_modules/x/index.js": "export const n = 7;",
    "node_modules/.package-lock.json": "{}",
  });
  await expect.poll(() => result("f"), patient).toBe(7);
  expect(said.filter((line) => line.startsWith("error"))).toHaveLength(2);
});
