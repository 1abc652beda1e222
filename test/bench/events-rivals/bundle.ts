// Adapters as bundles, by the recipe that the README of events gives.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const project = fileURLToPath(new URL("../..", import.meta.url));
const out = fileURLToPath(new URL("../../../test-output/events-rivals", import.meta.url));

/** Adapters by name, and whether they are CommonJS inside. */
export const adapters = {
  noop: "the loop itself",
  bare: "bare handler",
  "middy-core": "@middy/core, no middleware",
  gatewright: "@gatewright/events",
  "middy-stack": "middy and its own middlewares",
  hono: "hono",
  powertools: "@aws-lambda-powertools/event-handler",
  "lambda-api": "lambda-api",
  express: "express + serverless-http",
  fastify: "fastify + @fastify/aws-lambda",
} as const;

export type Adapter = keyof typeof adapters;

const banner =
  'import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __filename = import.meta.filename, __dirname = import.meta.dirname;';
const commonJs: ReadonlySet<Adapter> = new Set(["express", "fastify", "lambda-api"]);

/** A bundle on disk. */
export interface Bundle {
  readonly file: string;
  readonly bytes: number;
}

/** Bundles one adapter, minified unless it is to be read. */
export async function bundle(adapter: Adapter, minify = true): Promise<Bundle> {
  const result = await build({
    entryPoints: [join(here, "apps", `${adapter}.ts`)],
    absWorkingDir: project, // where aliases are resolved
    bundle: true,
    minify,
    write: false,
    platform: "node",
    format: "esm",
    target: "node24",
    external: ["@aws-sdk/*"],
    conditions: ["@gatewright/source", "module"],
    mainFields: ["module", "main"],
    ...(adapter === "gatewright" && { alias: { "node:http": "@gatewright/events/node-http" } }),
    ...(commonJs.has(adapter) && { banner: { js: banner } }),
    logLevel: "error",
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`${adapter} gave no bundle`);
  await mkdir(out, { recursive: true });
  const file = join(out, `${adapter}${minify ? "" : ".readable"}.mjs`);
  await writeFile(file, output.contents);
  return { file, bytes: output.contents.byteLength };
}
