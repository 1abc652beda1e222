// What a run of tests writes down for the search at its end: every secret that it makes, and what is said where nobody else listens.
import { appendFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that is searched at the end of the run; nothing is written down without it. */
export const watchVariable = "GATEWRIGHT_TEST_WATCH";

/** Writes a token, key, cookie or password down, and gives it back: it must be in no output of the whole run. */
export function noteSecret<Secret extends string>(secret: Secret): Secret {
  const folder = process.env[watchVariable];
  if (folder && secret !== "") appendFileSync(join(folder, "secrets.jsonl"), `${JSON.stringify(secret)}\n`);
  return secret;
}

/** Writes output down: what a test collects instead of showing it. */
export function noteOutput(text: string | Uint8Array): void {
  const folder = process.env[watchVariable];
  if (folder) appendFileSync(join(folder, `${process.pid}.output`), text);
}
