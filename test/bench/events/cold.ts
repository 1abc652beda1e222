// What a bundle adds to the start of Node: fresh processes, one after another.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventOf, toContext } from "./calls.ts";

/** One start. */
export interface Start {
  /** From the spawn to the end of the process. */
  readonly wallMs: number;
  readonly cpuMs: number;
  /** Within the process; 0 for bare Node. */
  readonly importMs: number;
  readonly firstCallMs: number;
}

/** Starts a process that imports a bundle and answers one call; without a bundle, one that does neither. */
export function startCold(folder: string, bundle?: string): Start {
  const entry = join(folder, "cold.mjs");
  writeFileSync(entry, bundle === undefined ? emptyEntry : entryFor(bundle));
  const { NODE_COMPILE_CACHE: _, NODE_OPTIONS: __, ...env } = process.env;
  const since = performance.now();
  const said = execFileSync(process.execPath, [entry], { env, encoding: "utf8" });
  const wallMs = performance.now() - since;
  const { cpu, imported, called } = JSON.parse(said) as { cpu: number; imported: number; called: number }; // of the entry
  return { wallMs, cpuMs: cpu / 1_000, importMs: imported, firstCallMs: called };
}

const report = `
const { user, system } = process.cpuUsage();
process.stdout.write(JSON.stringify({ cpu: user + system, imported, called }));
`;

const emptyEntry = `const imported = 0, called = 0;${report}`;

function entryFor(bundle: string): string {
  return `
const event = ${JSON.stringify(eventOf("post-v2"))};
const context = { ...${JSON.stringify(toContext())}, getRemainingTimeInMillis: () => 10_000 };
const start = performance.now();
const { handler } = await import(${JSON.stringify(bundle)});
const loaded = performance.now();
await handler(event, context);
const imported = loaded - start, called = performance.now() - loaded;${report}`;
}
