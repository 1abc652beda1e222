// A request through the gateway, against what node:http and a worker thread could do at most.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Effort, Row, Table } from "../bench.ts";
import { askOnce, startChild } from "../child.ts";
import { startGatewayCommand } from "../gateway-command.ts";
import { cpuMs, peakMemoryMb } from "../machine.ts";
import { interleave } from "../rounds.ts";
import { median, spread } from "../statistics.ts";
import type { Load, LoadJob } from "./load-process.ts";
import { installOffline, startOffline } from "./serverless-offline.ts";

export const gatewayBench: Bench = {
  says: "requests of 32 clients that keep their connections, answered by a function that does nothing",
  run: async (effort) => [await measureLoad(effort), await measureStart(effort)],
};

/** What every server must answer. */
const answer = JSON.stringify({ room: "general", limit: "20" });
const path = "/rooms/general?limit=20";

interface Server {
  readonly pid: number;
  readonly url: string;
  readonly end: () => Promise<void>;
  /** What its clients send. */
  readonly clients?: Pick<LoadJob, "headers" | "counter">;
}

/** Whom the clients ask; each is started anew in every round. A rival is one more row. */
const servers = {
  "bare node:http": () => startServer(new URL("./bare-process.ts", import.meta.url)),
  "node:http + worker hop": () => startServer(new URL("./hop-process.ts", import.meta.url)),
  "gateway, REST API": (folder: string) => startOurs(folder, "rest"),
  "gateway, HTTP API": (folder: string) => startOurs(folder, "http"),
} satisfies Servers;
/** Not in a quick run: it is installed first, and one more of ours says nothing new there. */
const rivals = {
  "gateway, REST API with every step": startGuarded,
  "serverless-offline, REST API": (folder: string) => startRival(folder, "rest"),
  "serverless-offline, HTTP API": (folder: string) => startRival(folder, "http"),
} satisfies Servers;
type Servers = Readonly<Record<string, (folder: string) => Promise<Server>>>;

async function startServer(module: URL): Promise<Server> {
  const child = startChild(module);
  const port = await child.ask<number>("start", answer);
  return { pid: child.pid, url: `http://127.0.0.1:${port}`, end: () => child.end() };
}

async function startOurs(folder: string, kind: "rest" | "http"): Promise<Server> {
  const { pid, urls, end } = await startGatewayCommand(folder);
  return { pid, url: urls[kind], end };
}

/** An authorizer whose answer is kept, a key, a plan, required parameters, a cache without the answer. */
async function startGuarded(folder: string): Promise<Server> {
  const { pid, urls, end } = await startGatewayCommand(folder, "guarded.yml");
  const headers = { authorization: "Bearer bench", "x-api-key": "bench-key-of-twenty-letters" };
  return { pid, url: urls.rest, end, clients: { headers, counter: "x-count" } };
}

async function startRival(folder: string, kind: "rest" | "http"): Promise<Server> {
  const { pid, urls, end } = await startOffline(folder);
  return { pid, url: urls[kind], end };
}

/** `cpuUs`: of all threads of the server, for each answer; NaN where the system does not tell. */
type Measured = Load & { readonly memoryMb: number; readonly cpuUs: number };

async function measureLoad({ quick, say }: Effort): Promise<Table> {
  if (!quick) await installOffline(say);
  const all: Servers = quick ? servers : { ...servers, ...rivals };
  const names = Object.keys(all);
  const job = { clients: 32, body: answer, ...(quick ? brief : whole) };
  const measured = await interleave(names, quick ? 1 : 5, async (name, round) => {
    const load = await withFolder(async (folder) => {
      const server = await start(all, name, folder);
      try {
        return await ask(server, { ...job, url: `${server.url}${path}` });
      } finally {
        await server.end();
      }
    });
    say(`round ${round + 1}: ${name} ${Math.round(load.perSecond)} requests/s`);
    return load;
  });
  const of = (name: string, what: keyof Measured): number =>
    median((measured.get(name) ?? []).map((each) => each[what]));
  const rows = names.map((name): Row => ({
    server: name,
    rate: of(name, "perSecond"),
    noise: spread((measured.get(name) ?? []).map(({ perSecond }) => perSecond)),
    bare: of(name, "perSecond") / of("bare node:http", "perSecond"),
    offline: quick ? undefined : of(name, "perSecond") / of("serverless-offline, REST API", "perSecond"),
    hop: of(name, "perSecond") / of("node:http + worker hop", "perSecond"),
    first: of(name, "firstSecond"),
    p50: of(name, "p50Ms"),
    p99: of(name, "p99Ms"),
    cpu: of(name, "cpuUs"),
    memory: of(name, "memoryMb"),
  }));
  return {
    title: "warm requests",
    columns: [
      { key: "server", head: "server" },
      { key: "rate", head: "requests/s" },
      { key: "noise", head: "± %" },
      { key: "bare", head: "× bare", digits: 2 },
      { key: "hop", head: "× hop", digits: 2 },
      ...(quick ? [] : [{ key: "offline", head: "× offline", digits: 2 }]),
      { key: "first", head: "in the first second" },
      { key: "p50", head: "p50 ms", digits: 2 },
      { key: "p99", head: "p99 ms", digits: 2 },
      { key: "cpu", head: "CPU µs a request" },
      { key: "memory", head: "peak MB" },
    ],
    rows,
  };
}

const whole = { warmMs: 2_000, measureMs: 4_000 };
const brief = { warmMs: 200, measureMs: 600 };

function start(all: Servers, name: string, folder: string): Promise<Server> {
  const starts = all[name];
  if (!starts) throw new Error(`There is no server ${name}.`);
  return starts(folder);
}

async function ask({ pid, clients }: Server, job: LoadJob): Promise<Measured> {
  const before = cpuMs(pid) ?? Number.NaN;
  const load = await askOnce<Load>(new URL("./load-process.ts", import.meta.url), [
    "run",
    { ...job, ...clients },
  ]);
  const cpuUs = (((cpuMs(pid) ?? Number.NaN) - before) * 1_000) / load.answers;
  return { ...load, cpuUs, memoryMb: peakMemoryMb(pid) };
}

async function measureStart({ quick, say }: Effort): Promise<Table> {
  const rounds = quick ? 1 : 7;
  const first: number[] = [];
  const second: number[] = [];
  const rival: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await withFolder(async (folder) => {
      first.push(await measureFirstAnswer(folder));
      second.push(await measureFirstAnswer(folder));
    });
    if (!quick) rival.push(await withFolder(measureRivalStart));
  }
  say("starts measured");
  return {
    title: "from the start of the process to the first answer",
    columns: [
      { key: "start", head: "start" },
      { key: "ms", head: "ms" },
      { key: "noise", head: "± %" },
    ],
    rows: [
      { start: "first, with an empty data folder", ms: median(first), noise: spread(first) },
      { start: "again, with the same folder", ms: median(second), noise: spread(second) },
      ...(quick ? [] : [{ start: "serverless-offline", ms: median(rival), noise: spread(rival) }]),
    ],
  };
}

async function measureFirstAnswer(folder: string): Promise<number> {
  const since = performance.now();
  const gateway = await startGatewayCommand(folder);
  try {
    const response = await fetch(`${gateway.urls.rest}${path}`);
    const body = await response.text();
    if (body !== answer) throw new Error(`The gateway answered wrongly: ${response.status} ${body}`);
    return performance.now() - since;
  } finally {
    await gateway.end();
  }
}

async function measureRivalStart(folder: string): Promise<number> {
  const since = performance.now();
  const { end } = await startOffline(folder);
  const ms = performance.now() - since;
  await end();
  return ms;
}

async function withFolder<Value>(use: (folder: string) => Promise<Value>): Promise<Value> {
  const folder = mkdtempSync(join(tmpdir(), "gatewright-bench-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
