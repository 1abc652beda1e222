// Files that one run keeps for the next: whole or not at all, and for their owner's eyes only.
import { readFile, rename, writeFile } from "node:fs/promises";
import { failures } from "./failures.ts";

/** Replaces a file; whoever reads it meanwhile, or after a crash, finds the old text or the new one. */
export async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/**
 * Reads a file; `undefined` only where there is none. A file that is there and cannot be read is not taken for one
 * that was never written: the next write would replace it.
 *
 * @throws failure `DATA_FOLDER_UNREADABLE`.
 */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw failures.create("DATA_FOLDER_UNREADABLE", { file }, { cause });
  }
}
