// What the figures were measured on, and how quiet it was.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";

/** What stands beside every result. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly cpu: string;
}

export function describeMachine(): Machine {
  const cpu = cpus()[0]?.model.trim() ?? "unknown";
  return {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: availableParallelism(),
    cpu,
  };
}

/** How the machine was at one moment: its load, and how long a fixed piece of work took it. */
export interface Moment {
  readonly load: number;
  readonly calibrationMs: number;
}

/** Measures the moment. Calibrations that differ by more than a few percent tell of a noisy machine. */
export function measureMoment(): Moment {
  const before = process.cpuUsage();
  let sum = 0;
  for (let at = 0; at < 20_000_000; at += 1) sum = (sum * 31 + at) % 1_000_003;
  const { user, system } = process.cpuUsage(before);
  if (sum < 0) throw new Error("never"); // keeps the loop from being optimized away
  return { load: Number((loadavg()[0] ?? 0).toFixed(2)), calibrationMs: (user + system) / 1_000 };
}

/** The most memory that a process has held so far, in MB; its present memory where the system does not tell. */
export function peakMemoryMb(pid: number): number {
  if (process.platform === "linux") {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  }
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1_024;
}

/** CPU time of a process with all its threads, in milliseconds; `undefined` where the system does not tell. */
export function cpuMs(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // the name may hold anything
  return (Number(fields[11]) + Number(fields[12])) * 10; // user and system time, in ticks of 10 ms
}
