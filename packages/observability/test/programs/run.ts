// Runs a program of this folder in a process of its own, as Lambda would, and gives what it printed.
import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface Printed {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly text: string;
}

export async function run(program: string, env: Readonly<Record<string, string>> = {}): Promise<Printed> {
  const file = new URL(program, import.meta.url).pathname;
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    ["--conditions=@gatewright/source", file],
    { env: { PATH: process.env["PATH"], POWERTOOLS_SERVICE_NAME: "chat", NODE_NO_WARNINGS: "1", ...env } },
  );
  const text = stdout + stderr;
  const lines = text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { lines, text };
}
