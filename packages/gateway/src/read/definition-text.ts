// The text of a definition file, and which file that is.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { failures } from "../failures.ts";

/** Reads a file as text. @throws `DEFINITION_MISSING` */
export async function readDefinitionText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw failures.create("DEFINITION_MISSING", { file }, { cause });
  }
}

const endings = ["yml", "yaml", "json", "ts", "mts", "js", "cjs", "mjs"];

/** The name of a folder's definition: the first of serverless.yml, .yaml, .json, .ts, .js and their like that is there. */
export function findDefinition(folder: string): string {
  const names = endings.map((ending) => `serverless.${ending}`);
  return names.find((name) => existsSync(join(folder, name))) ?? "serverless.yml";
}
