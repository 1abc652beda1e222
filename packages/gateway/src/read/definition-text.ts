// The text of a definition file.
import { readFile } from "node:fs/promises";
import { failures } from "../failures.ts";

/** Reads a file as text. @throws `DEFINITION_MISSING` */
export async function readDefinitionText(path: string, file: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    throw failures.create("DEFINITION_MISSING", { file }, { cause });
  }
}
