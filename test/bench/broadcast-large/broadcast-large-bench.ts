// Broadcasts to ten, and to ten thousand: ours, the AWS client's, and bare HTTP, to nothing and to the local gateway.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench, Effort, Row, Table } from "../bench.ts";
import { startChild } from "../child.ts";
import { readKey, startGatewayCommand } from "../gateway-command.ts";
import { cpuMs } from "../machine.ts";
import { median } from "../statistics.ts";
import { posters, type Crowd, type CrowdPoster } from "./posters.ts";

export const broadcastLargeBench: Bench = {
  says: "a message of 200 bytes to 10, 200, 1,000 and 10,000 connections, warm",
  async run(effort) {
    const sizes = effort.quick ? [10, 200] : [10, 200, 1_000, 10_000];
    return [await toNothing(sizes, effort), await toGateway(sizes, effort)];
  },
};

async function toNothing(sizes: readonly number[], effort: Effort): Promise<Table> {
  const endpoint = startChild(new URL("./null-endpoint.ts", import.meta.url));
  const rows: Row[] = [];
  try {
    const port = await endpoint.ask<number>("start");
    for (const size of sizes) {
      const connectionIds = Array.from({ length: size }, (_, at) => `${String(at).padStart(15, "c")}=`);
      const credentials = { accessKeyId: "LOCALBENCH", secretAccessKey: "of-no-use" };
      const crowd = { endpoint: `http://127.0.0.1:${port}/dev`, connectionIds, credentials };
      const settle: FarEnd["settle"] = (texts) => endpoint.ask("settle", texts.length * size);
      rows.push(await compare(crowd, effort, { pid: endpoint.pid, settle }));
    }
  } finally {
    await endpoint.end();
  }
  return toTable("to an endpoint that does nothing, posts/s", rows);
}

async function toGateway(sizes: readonly number[], effort: Effort): Promise<Table> {
  const rows: Row[] = [];
  for (const size of sizes) {
    const folder = mkdtempSync(join(tmpdir(), "gatewright-bench-"));
    const gateway = await startGatewayCommand(folder);
    const audience = startChild(new URL("../broadcast/audience-process.ts", import.meta.url));
    try {
      const { websocket: url } = gateway.urls;
      const connectionIds = await audience.ask<string[]>("connect", { url, sockets: size });
      const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = readKey(folder);
      const credentials = { accessKeyId, secretAccessKey };
      const crowd = { endpoint: url.replace(/^ws/, "http"), connectionIds, credentials };
      const settle: FarEnd["settle"] = (texts) => audience.ask("settle", texts);
      rows.push(await compare(crowd, effort, { pid: gateway.pid, settle }));
    } finally {
      await audience.end();
      await gateway.end();
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return toTable("to sockets at the local gateway, posts/s", rows);
}

/** The other end of the posts. */
interface FarEnd {
  readonly pid: number;
  /** Waits until everything has arrived, and says what is wrong; nothing if each text came once to everybody. */
  settle(texts: readonly string[]): Promise<string | null>;
}

/** Every poster in turn, several rounds; the median of each. */
async function compare(crowd: Crowd, { quick, say }: Effort, end: FarEnd): Promise<Row> {
  const size = crowd.connectionIds.length;
  const rates = new Map<string, number[]>();
  const costs = new Map<string, number[]>();
  const ready = new Map<string, CrowdPoster>();
  for (const [name, open] of Object.entries(posters)) ready.set(name, await open(crowd));
  const rounds = quick ? 1 : 5;
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, poster] of ready) {
      const { perSecond, cpu } = await time(poster, { size, name: `${name} ${round}`, quick, end });
      if (round === 0) continue; // to warm up
      rates.set(name, [...(rates.get(name) ?? []), perSecond]);
      costs.set(name, [...(costs.get(name) ?? []), cpu]);
    }
  }
  for (const poster of ready.values()) await poster.close();
  const names = Object.keys(posters);
  const [ours, all, some, raw] = names.map((name) => median(rates.get(name) ?? [])) as Four;
  const [ourCpu, allCpu, someCpu, rawCpu] = names.map((name) => median(costs.get(name) ?? [])) as Four;
  const sdkCpu = Math.min(allCpu, someCpu);
  say(
    `${size}: ours ${Math.round(ours)}, sdk ${Math.round(all)} and ${Math.round(some)}, raw ${Math.round(raw)}`,
  );
  // what else the machine does hits hardest whoever takes longest: the best rounds know little of it
  const [best, bestAll, bestSome, bestRaw] = names.map((name) =>
    Math.max(...(rates.get(name) ?? [])),
  ) as Four;
  const ratios = {
    sdk: ours / Math.max(all, some),
    share: ours / raw,
    bestSdk: best / Math.max(bestAll, bestSome),
    bestShare: best / bestRaw,
  };
  return { size, ours, all, some, raw, ...ratios, ourCpu, sdkCpu, rawCpu };
}

type Four = [number, number, number, number];

interface Timing {
  readonly size: number;
  readonly name: string;
  readonly quick: boolean;
  readonly end: FarEnd;
}

/** Posts a second, and the CPU time of both ends for one, over enough broadcasts to be worth a clock. */
async function time(
  poster: CrowdPoster,
  { size, name, quick, end }: Timing,
): Promise<{ readonly perSecond: number; readonly cpu: number }> {
  const times = quick ? 1 : Math.max(1, Math.round(2_000 / size));
  const texts = Array.from(
    { length: times },
    (_, at) => `{"id":"${name} ${at}","text":"${"x".repeat(150)}"}`,
  );
  const farEnd = cpuMs(end.pid) ?? Number.NaN;
  let ms = 0;
  let cpu = 0;
  for (const text of texts) {
    poster.prepare?.(text);
    const begun = performance.now();
    const own = process.cpuUsage();
    await poster.post(text);
    ms += performance.now() - begun;
    const { user, system } = process.cpuUsage(own);
    cpu += user + system;
  }
  cpu += ((cpuMs(end.pid) ?? Number.NaN) - farEnd) * 1_000;
  const fault = await end.settle(texts);
  if (fault !== null) throw new Error(`${name}: ${fault}.`);
  return { perSecond: (size * times * 1_000) / ms, cpu: cpu / (size * times) };
}

function toTable(title: string, rows: readonly Row[]): Table {
  return {
    title,
    columns: [
      { key: "size", head: "connections" },
      { key: "ours", head: "ours" },
      { key: "all", head: "SDK, all at once" },
      { key: "some", head: "SDK, 50 at a time" },
      { key: "raw", head: "raw keep-alive" },
      { key: "sdk", head: "× the better SDK", digits: 1 },
      { key: "share", head: "× raw", digits: 2 },
      { key: "bestSdk", head: "best rounds: × SDK", digits: 1 },
      { key: "bestShare", head: "× raw", digits: 2 },
      { key: "ourCpu", head: "CPU µs, both ends: ours", digits: 0 },
      { key: "sdkCpu", head: "SDK", digits: 0 },
      { key: "rawCpu", head: "raw", digits: 0 },
    ],
    rows,
  };
}
