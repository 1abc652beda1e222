// An event through `events`, against a handler written by hand and @middy/core: warm, and at a cold start.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Effort, Row, Table } from "../bench.ts";
import { askOnce } from "../child.ts";
import { interleave, type Rounds } from "../rounds.ts";
import { median, spread } from "../statistics.ts";
import { bundleAdapters, listAdapters, type Bundle } from "./bundles.ts";
import { allCalls, measuredCalls, type CallName } from "./calls.ts";
import { startCold, type Start } from "./cold.ts";
import type { WarmCost, WarmJob } from "./warm-process.ts";

export const eventsBench: Bench = {
  says: "thirty routes with validation, CORS and problem documents, on REST and HTTP API events",
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), "gatewright-bench-"));
    try {
      const names = listAdapters();
      const bundles = await bundleAdapters(names, folder);
      await check(bundles, effort);
      const warm = await measureWarm(bundles, effort);
      return [...warm, await measureCold(bundles, { folder, effort })];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

const warmProcess = new URL("./warm-process.ts", import.meta.url);
type Bundles = ReadonlyMap<string, Bundle>;

/** Every answer of every adapter is right before anything is timed. */
async function check(bundles: Bundles, { say }: Effort): Promise<void> {
  for (const [name, { url }] of bundles) {
    if (name === "noop") continue;
    const faults = await askOnce<string[]>(warmProcess, ["check", { bundle: url, calls: allCalls }]);
    if (faults.length > 0) throw new Error(`${name} answers wrongly: ${faults.join("; ")}.`);
  }
  say(`${bundles.size - 1} adapters answer ${allCalls.length} calls rightly`);
}

async function measureWarm(bundles: Bundles, { quick, say }: Effort): Promise<readonly Table[]> {
  const rounds = quick ? 1 : 5;
  const tables: Table[] = [];
  for (const call of quick ? quickCalls : measuredCalls) {
    const jobOf = (name: string): WarmJob => ({
      bundle: bundles.get(name)?.url ?? "",
      call,
      ...(quick ? { calls: 500, warmUp: 100 } : { calls: 200_000, warmUp: 20_000 }),
    });
    const costs = await interleave([...bundles.keys()], rounds, async (name) => {
      const { cpuNs } = await askOnce<WarmCost>(warmProcess, ["time", jobOf(name)]);
      return cpuNs;
    });
    const bytes = await interleave([...bundles.keys()], 1, (name) =>
      askOnce<number>(warmProcess, ["weigh", { ...jobOf(name), calls: quick ? 200 : 2_000 }], {
        execArgv: roomy,
      }),
    );
    tables.push(toWarmTable(call, { costs, bytes }));
    say(`${call} measured`);
  }
  return tables;
}

/** One of each payload. */
const quickCalls: readonly CallName[] = ["post-v2", "post-v1"];

/** No collection while the calls are weighed. */
const roomy = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

function toWarmTable(
  call: CallName,
  { costs, bytes }: { readonly costs: Rounds<string, number>; readonly bytes: Rounds<string, number> },
): Table {
  const of = (name: string): number => median(costs.get(name) ?? []);
  const rows = [...costs].map(([name, each]): Row => ({
    adapter: name,
    ns: median(each),
    noise: spread(each),
    bare: median(each) / of("bare"),
    middy: median(each) / of("middy-core"),
    heap: bytes.get(name)?.[0],
  }));
  return {
    title: `${call}: warm`,
    columns: [
      { key: "adapter", head: "adapter" },
      { key: "ns", head: "CPU ns a call" },
      { key: "noise", head: "± %" },
      { key: "bare", head: "× bare", digits: 2 },
      { key: "middy", head: "× middy core", digits: 2 },
      { key: "heap", head: "heap bytes a call" },
    ],
    rows,
  };
}

async function measureCold(
  bundles: Bundles,
  { folder, effort }: { readonly folder: string; readonly effort: Effort },
): Promise<Table> {
  const names = ["bare Node", ...bundles.keys()];
  const starts = await interleave(names, effort.quick ? 2 : 21, async (name) =>
    startCold(folder, bundles.get(name)?.url),
  );
  effort.say("cold starts measured");
  const of = (name: string, what: keyof Start): number =>
    median((starts.get(name) ?? []).map((each) => each[what]));
  const over = (name: string, what: keyof Start): number => of(name, what) - of("bare Node", what);
  return {
    title: "cold start: import and one POST, over bare Node",
    columns: [
      { key: "adapter", head: "adapter" },
      { key: "bytes", head: "bytes" },
      { key: "gzip", head: "gzipped" },
      { key: "wall", head: "+ms", digits: 1 },
      { key: "cpu", head: "+ms CPU", digits: 1 },
      { key: "import", head: "import ms", digits: 1 },
      { key: "first", head: "first call ms", digits: 1 },
    ],
    rows: names.map((name) => ({
      adapter: name === "bare Node" ? `bare Node (${of(name, "wallMs").toFixed(1)} ms)` : name,
      bytes: bundles.get(name)?.bytes,
      gzip: bundles.get(name)?.gzipBytes,
      wall: over(name, "wallMs"),
      cpu: over(name, "cpuMs"),
      import: of(name, "importMs"),
      first: of(name, "firstCallMs"),
    })),
  };
}
