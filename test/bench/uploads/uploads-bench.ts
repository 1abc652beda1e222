// Tickets per second and the start of a function, against the AWS SDK's own presigners; the weight of the browser's half;
// the memory of a large upload.
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { execFileSync } from "node:child_process";
import { build } from "esbuild";
import type { Bench, Effort, Table } from "../bench.ts";
import { median } from "../statistics.ts";
import { weighUpload } from "./large-upload.ts";
import { kinds } from "./tickets.ts";

/** The bench of uploads. */
export const uploadsBench: Bench = {
  says: "upload tickets against the AWS SDK's presigners: how many a second, what they cost at a cold start",
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), "gatewright-bench-"));
    try {
      const tickets = await measureTickets(effort);
      const starts = await measureStarts(folder, effort);
      const browser = await weighBrowserHalf(folder);
      return [tickets, starts, browser, await weighLargeUpload(effort)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

async function measureTickets({ quick, say }: Effort): Promise<Table> {
  const rounds = quick ? 1 : 5;
  const costs = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const { name } of kinds)
      costs.set(name, [...(costs.get(name) ?? []), costOf(name, quick ? 200 : 20_000)]);
    say(`tickets, round ${round + 1} of ${rounds}`);
  }
  const of = (name: string) => median(costs.get(name) ?? []);
  return {
    title: "Tickets, one after another, each kind in processes of its own (medians of the processor's time)",
    columns: [
      { key: "what", head: "" },
      { key: "rate", head: "per second" },
      { key: "micros", head: "µs each", digits: 1 },
      { key: "times", head: "times the SDK", digits: 1 },
    ],
    rows: kinds.map(({ name, rival }) => ({
      what: name,
      rate: Math.round(1e6 / of(name)),
      micros: of(name),
      times: rival === undefined ? undefined : of(rival) / of(name),
    })),
  };
}

function costOf(name: string, count: number): number {
  const file = fileURLToPath(new URL("./tickets-process.ts", import.meta.url));
  return Number(
    execFileSync(process.execPath, [...process.execArgv, file, name, String(count)], { encoding: "utf8" }),
  );
}

const entries = [
  "bare",
  "crypto",
  "tickets-post",
  "tickets-put",
  "uploads-post",
  "uploads-put",
  "sdk-post",
  "sdk-put",
];

async function measureStarts(folder: string, { quick, say }: Effort): Promise<Table> {
  await build({
    entryPoints: entries.map((name) => fileURLToPath(new URL(`./cold/${name}.ts`, import.meta.url))),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    target: "node24",
    conditions: ["@gatewright/source"],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: "error",
  });
  const rounds = quick ? 2 : 21;
  const starts = new Map<string, Start[]>();
  for (let round = 0; round < rounds; round++) {
    for (const name of entries) {
      starts.set(name, [...(starts.get(name) ?? []), startOnce(join(folder, `${name}.mjs`))]);
    }
  }
  say(`${rounds} cold starts each`);
  const of = (name: string, key: keyof Start) => (starts.get(name) ?? []).map((start) => start[key]);
  return {
    title: "A fresh process that loads its bundle and writes one ticket",
    columns: [
      { key: "what", head: "" },
      { key: "kilobytes", head: "bundle KB" },
      { key: "wall", head: "+ms over bare Node (medians)", digits: 1 },
      { key: "least", head: "+ms (least to least)", digits: 1 },
      { key: "cpu", head: "+ms of the processor (medians)", digits: 1 },
    ],
    rows: entries.map((name) => ({
      what: name,
      kilobytes: statSync(join(folder, `${name}.mjs`)).size / 1024,
      wall: median(of(name, "wallMs")) - median(of("bare", "wallMs")),
      least: Math.min(...of(name, "wallMs")) - Math.min(...of("bare", "wallMs")),
      cpu: median(of(name, "cpuMs")) - median(of("bare", "cpuMs")),
    })),
  };
}

interface Start {
  readonly wallMs: number;
  readonly cpuMs: number;
}

function startOnce(file: string): Start {
  const { NODE_COMPILE_CACHE: _, NODE_OPTIONS: __, ...env } = process.env;
  const since = performance.now();
  const said = execFileSync(process.execPath, [file], { env, encoding: "utf8" });
  const wallMs = performance.now() - since;
  if (!/^\d+$/.test(said)) throw new Error(`${file} said ${said}`);
  return { wallMs, cpuMs: Number(said) / 1000 };
}

async function weighBrowserHalf(folder: string): Promise<Table> {
  const outfile = join(folder, "client.js");
  const entry = fileURLToPath(new URL("../../../packages/uploads/src/client/index.ts", import.meta.url));
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    minify: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    logLevel: "error",
  });
  const code = readFileSync(outfile);
  return {
    title: "The browser's half, minified",
    columns: [
      { key: "bytes", head: "bytes" },
      { key: "gzipped", head: "gzipped" },
    ],
    rows: [{ bytes: code.length, gzipped: gzipSync(code, { level: 9 }).length }],
  };
}

async function weighLargeUpload({ quick, say }: Effort): Promise<Table> {
  const megabytes = quick ? 64 : 2048;
  say(`an upload of ${megabytes} MB`);
  const rows = [
    await weighUpload(megabytes, "PUT by presigned URL"),
    await weighUpload(megabytes, "POST by form"),
  ];
  return {
    title: `The gateway's S3 while ${megabytes} MB come in: most memory of its process (all of it, Node's own counted)`,
    columns: [
      { key: "what", head: "" },
      { key: "before", head: "MB before" },
      { key: "most", head: "MB at most" },
      { key: "more", head: "MB more" },
      { key: "seconds", head: "seconds", digits: 1 },
    ],
    rows,
  };
}
