// Writes a definition into a folder of its own and reads it.
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isFailure } from "@gatewright/contract";
import type { Service } from "../../../src/model/service.ts";
import { readServerless, type ReadOptions } from "../../../src/read/serverless.ts";

export type Files = Readonly<Record<string, string>>;

export async function readText(text: string, options: ReadOptions = {}, files: Files = {}): Promise<Service> {
  return inFolder({ ...files, "serverless.yml": text }, (folder) =>
    readServerless(join(folder, "serverless.yml"), { env: {}, ...options }),
  );
}

/** Runs `use` with a folder that holds these files, and takes it away again. */
export async function inFolder<Value>(files: Files, use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = await mkdtemp(join(tmpdir(), "gatewright-read-"));
  try {
    for (const [name, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The failure that a text provokes, as code, facts and message. */
export async function failureOf(
  text: string,
  options: ReadOptions = {},
  files: Files = {},
): Promise<{ code: string; facts: Record<string, unknown>; message: string }> {
  try {
    await readText(text, options, files);
  } catch (error) {
    if (!isFailure(error)) throw error;
    return { code: error.code, facts: Object.assign({}, error.facts), message: error.message };
  }
  throw new Error("it was read without a failure");
}

export const head = `
service: shop
provider:
  name: aws
`;

/** One function with these events (a YAML list, indented by six). */
export function withEvents(events: string, more = ""): string {
  return `${head}${more}
functions:
  guard:
    handler: src/guard.handler
  main:
    handler: src/main.handler
    events:
${events}
`;
}
