// The same app on our table and on its rivals: what a call costs, what it leaves behind, and how it starts.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Table } from "../bench.ts";
import { median } from "../statistics.ts";
import { adapters, bundle, type Adapter, type Bundle } from "./bundle.ts";
import { workloads } from "./events.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const names = Object.keys(adapters) as Adapter[]; // its keys are the adapters
/** Cheap adapters run more calls, so that every process is measured for about as long. */
const cheap: ReadonlySet<Adapter> = new Set(["noop", "bare", "middy-core", "gatewright"]);
/** For the heap alone: a young generation as large as this costs page faults, which are time. */
const heapFlags = ["--expose-gc", "--max-semi-space-size=256", "--min-semi-space-size=256"];

/** What is measured, for the register of benches. */
export const eventsRivals: Bench = {
  says: "The same app on @gatewright/events, middy, Hono, Powertools, lambda-api, express, fastify and by hand.",
  async run(effort) {
    const { quick } = effort;
    const bundles = new Map<Adapter, Bundle>();
    for (const name of names) bundles.set(name, await bundle(name));
    const rounds = quick ? 1 : 5;
    const tables: Table[] = [];
    for (const workload of Object.keys(workloads)) {
      effort.say(workload);
      tables.push(warm(workload, rounds, { quick, bundles }));
    }
    effort.say("cold start");
    return [...tables, cold(quick ? 1 : 20, bundles)];
  },
};

interface Measured {
  readonly quick: boolean;
  readonly bundles: ReadonlyMap<Adapter, Bundle>;
}

/** Rounds A B C A B C, every sample in a fresh process. */
function warm(workload: string, rounds: number, { quick, bundles }: Measured): Table {
  const times = new Map<Adapter, number[]>(names.map((name) => [name, []]));
  const heaps = new Map<Adapter, number>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, { file }] of bundles) {
      const calls = quick ? 200 : cheap.has(name) ? 200_000 : 20_000;
      const given = [file, workload, String(calls), name === "noop" ? "unchecked" : "checked"];
      const script = join(here, "measure.ts");
      times.get(name)?.push(Number(run([script, ...given])));
      if (round === 0) heaps.set(name, Number(run([...heapFlags, script, ...given])));
    }
  }
  const bare = median(times.get("bare") ?? []);
  return {
    title: `${workload}: CPU of one call`,
    columns: [
      { key: "adapter", head: "adapter" },
      { key: "ns", head: "ns median" },
      { key: "min", head: "ns min" },
      { key: "times", head: "x bare", digits: 2 },
      { key: "heap", head: "heap B" },
    ],
    rows: [...times].map(([name, found]) => ({
      adapter: adapters[name],
      ns: median(found),
      min: Math.min(...found),
      times: median(found) / bare,
      heap: heaps.get(name) ?? Number.NaN,
    })),
  };
}

/** Processes that import a bundle and answer once, against Node alone. */
function cold(rounds: number, bundles: ReadonlyMap<Adapter, Bundle>): Table {
  const event = join(here, "../../../test-output/events-rivals/event.json");
  writeFileSync(event, JSON.stringify(workloads["POST v2"]));
  const wall = new Map<Adapter | "node", number[]>([
    ["node", []],
    ...names.map((name) => [name, []] as [Adapter, number[]]),
  ]);
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, times] of wall) {
      const file = name === "node" ? undefined : bundles.get(name)?.file;
      const before = performance.now();
      run([join(here, "start.mjs"), ...(file === undefined ? [] : [file, event])]);
      times.push(performance.now() - before);
    }
  }
  const node = wall.get("node") ?? [];
  const rows = names.map((name) => {
    const times = wall.get(name) ?? [];
    const more = median(times) - median(node);
    return {
      adapter: adapters[name],
      bytes: bundles.get(name)?.bytes ?? 0,
      more,
      least: Math.min(...times) - Math.min(...node),
    };
  });
  return {
    title: "Cold start: import and first call, beyond Node alone",
    columns: [
      { key: "adapter", head: "adapter" },
      { key: "bytes", head: "bundle B" },
      { key: "more", head: "+ms median", digits: 1 },
      { key: "least", head: "+ms min to min", digits: 1 },
    ],
    rows,
  };
}

function run(given: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, given, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${given.join(" ")}\n${stderr}`);
  return stdout;
}
