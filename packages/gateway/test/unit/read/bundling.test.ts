// What custom.esbuild hands on to the bundler.
import { expect, it } from "vitest";
import { failureOf, head, readText } from "./read-text.ts";

const custom = (settings: string): string => `${head}custom:\n  esbuild: ${settings}\n`;

it("nothing is asked where nothing is said", async () => {
  expect((await readText(head)).bundling).toBeUndefined();
  expect((await readText(`${head}custom: { other: 1 }\n`)).bundling).toBeUndefined();
});

it("what changes the code is handed on, what is for the package only is not, and the rest gets a word", async () => {
  const service = await readText(
    custom(
      "{ bundle: true, minify: 'true', format: esm, target: node22, exclude: ['@aws-sdk/*'], packager: pnpm, platform: node, " +
        "alias: { a: b }, define: { X: '1' }, external: [sharp], loader: { .sql: text }, plugins: [], splitting: false, " +
        "mimify: true, }",
    ),
  );
  expect(service.bundling).toEqual({
    minify: "true",
    format: "esm",
    target: "node22",
    alias: { a: "b" },
    define: { X: "1" },
    external: ["sharp"],
    loader: { ".sql": "text" },
  });
  expect(service.notices).toEqual([
    {
      path: "custom.esbuild.mimify",
      says: 'This is no option of esbuild that the gateway knows. Did you mean "minify"?',
    },
  ]);
});

it.each([
  ["./esbuild.config.cjs", "NOT_SUPPORTED", "a file of esbuild settings"],
  ["{ plugins: plugins.js }", "NOT_SUPPORTED", "plugins of esbuild"],
  ["{ bundle: false }", "NOT_SUPPORTED", "functions that are not bundled"],
  ["{ nodeExternals: {} }", "NOT_SUPPORTED", "nodeExternals"],
  ["{ skipBuild: true }", "NOT_SUPPORTED", "functions that are not bundled"],
  ["{ platform: browser }", "NOT_SUPPORTED", "another platform than node"],
  ["{ format: iife }", "DEFINITION_INVALID", "one of esm, cjs"],
])("%s is %s", async (settings, code, says) => {
  expect(await failureOf(custom(settings))).toMatchObject({ code, message: expect.stringContaining(says) });
});
