// The examples of the documents: found, and written where a compiler and Node see them as a reader's files.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = new URL("../../", import.meta.url);
/** Inside the package, so that its dependencies are found. */
const folder = new URL("test-output/docs/", root);

/** One call that an example promises to answer. */
export interface Promised {
  readonly call: string;
  readonly answer: string;
}

/** One example of a document. */
export interface Example {
  readonly name: string;
  readonly file: string;
  readonly runs: boolean;
  readonly promises: readonly Promised[];
}

/** Writes all examples of these documents to files of their own. */
export function writeExamples(documents: readonly string[]): readonly Example[] {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return documents.flatMap((document) => {
    const text = readFileSync(new URL(document, root), "utf8");
    return [...text.matchAll(/^```ts( no-run)?\n(.*?)^```$/gms)].map(([, noRun, code = ""], index) => {
      const name = `${document} ${index + 1}`;
      const url = new URL(`${document.toLowerCase().replace(".md", "")}-${index + 1}.ts`, folder);
      writeFileSync(url, code);
      const promises = [...code.matchAll(/^\/\/ ⇒ (.*?) → (.*)$/gm)].map(([, call = "", answer = ""]) => ({
        call,
        answer,
      }));
      return { name, file: fileURLToPath(url), runs: noRun === undefined, promises };
    });
  });
}

/** Where the examples are. */
export const examplesFolder: string = fileURLToPath(folder);
