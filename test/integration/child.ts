// A process that a test has started: what it prints first, how it ends, who belongs to it.
import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { createInterface } from "node:readline";

/** The first line on stdout that fits; rejects where the process ends without one. */
export async function firstLine(
  child: ChildProcess,
  fits = (_line: string): boolean => true,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  if (!child.stdout) throw new Error("The process has no pipe for its stdout.");
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    if (fits(line)) resolve(line);
  });
  lines.once("close", () => reject(new Error("The process closed its stdout without such a line.")));
  return promise;
}

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Waits for the end of a process. Call it before the process can have ended. */
export function endOf(child: ChildProcess): Promise<End> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}

/** A process and all that it has started, by id. Only itself where the system has no /proc. */
export function familyOf(pid: number): readonly number[] {
  if (!existsSync("/proc/self/stat")) return [pid];
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name): readonly [number, number] => [Number(name), parentOf(Number(name))]);
  const family = [pid];
  for (const member of family) family.push(...parents.filter(([, up]) => up === member).map(([id]) => id));
  return family;
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** Those of some processes that still run. */
export function alive(pids: readonly number[]): readonly number[] {
  return pids.filter((pid) => {
    try {
      process.kill(pid, 0);
      return !isZombie(pid);
    } catch {
      return false;
    }
  });
}

/** Ended, and not yet asked after by its parent: it holds nothing any more. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}

/** Whether somebody listens at an address. */
export function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const line = connect(Number(port), hostname);
    line.once("connect", () => {
      line.destroy();
      resolve(true);
    });
    line.once("error", () => resolve(false));
  });
}
