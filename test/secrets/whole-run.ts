// Around every run of tests: all that is said in it is collected, and at its end searched for every secret that it made.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeaks, type Leak } from "./leaks.ts";
import { listen, writeDown } from "./listen.ts";
import { watchVariable } from "./note.ts";

/** The folder of this run; a run inside of another one's test adds to that one's. */
let folder: string | undefined;

/** Starts to collect: here what the runner itself prints, reports, errors and what came from its workers. */
export function setup(): void {
  if (process.env[watchVariable] !== undefined) return;
  folder = mkdtempSync(join(tmpdir(), "gatewright-watch-"));
  process.env[watchVariable] = folder;
  for (const stream of [process.stdout, process.stderr]) listen(stream, "write", writeDown);
}

/** Ends it, and fails the run where a secret was said. */
export function teardown(): void {
  if (folder === undefined) return;
  delete process.env[watchVariable];
  const leaks = search(folder);
  rmSync(folder, { recursive: true, force: true });
  folder = undefined;
  report(leaks);
}

function search(folder: string): readonly Leak[] {
  const files = readdirSync(folder);
  const secrets = files.includes("secrets.jsonl")
    ? readFileSync(join(folder, "secrets.jsonl"), "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => String(JSON.parse(line)))
    : [];
  return files
    .filter((file) => file.endsWith(".output"))
    .flatMap((file) => findLeaks(secrets, readFileSync(join(folder, file), "utf8")));
}

/** Of a leak that is in everything, some places are enough. */
const most = 40;

function report(leaks: readonly Leak[]): void {
  if (leaks.length === 0) return;
  const shown = leaks.slice(0, most).map(({ what, after }) => `  ${what} after ${JSON.stringify(after)}`);
  const more = leaks.length > shown.length ? `\n  and ${leaks.length - shown.length} more` : "";
  process.exitCode = 1;
  throw new Error(
    `Secrets are in the output of this run, of tests that failed or of the code:\n${shown.join("\n")}${more}`,
  );
}
