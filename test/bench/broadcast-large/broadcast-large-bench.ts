// Broadcasts to ten, and to ten thousand: ours, the AWS client's, and bare HTTP, to nothing and to the local gateway.
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { posters, type Crowd, type CrowdPoster } from "./posters.ts";

interface Effort {
  readonly quick: boolean;
  readonly say: (line: string) => void;
}

interface Table {
  readonly title: string;
  readonly columns: readonly { readonly key: string; readonly head: string; readonly digits?: number }[];
  readonly rows: readonly Readonly<Record<string, string | number | undefined>>[];
}

/** The bench, as the runner of benches wants it. */
export const broadcastLargeBench = {
  says: "a message of 200 bytes to 10, 200, 1,000 and 10,000 connections, warm",
  async run(effort: Effort): Promise<readonly Table[]> {
    const sizes = effort.quick ? [10, 200] : [10, 200, 1_000, 10_000];
    const crowds = effort.quick ? [10] : [10, 200, 1_000];
    return [await toNothing(sizes, effort), await toGateway(crowds, effort)];
  },
};

async function toNothing(sizes: readonly number[], effort: Effort): Promise<Table> {
  const child = start("null-endpoint.ts");
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  const rows: Table["rows"][number][] = [];
  for (const size of sizes) {
    const connectionIds = Array.from({ length: size }, (_, at) => `${String(at).padStart(15, "c")}=`);
    const credentials = { accessKeyId: "LOCALBENCH", secretAccessKey: "of-no-use" };
    const crowd = { endpoint: `http://127.0.0.1:${port}/dev`, connectionIds, credentials };
    rows.push(await compare(crowd, effort, { cpu: () => cpuOf(child), check: async () => undefined }));
  }
  child.disconnect();
  return toTable("to an endpoint that does nothing, posts/s", rows);
}

async function toGateway(sizes: readonly number[], effort: Effort): Promise<Table> {
  const rows: Table["rows"][number][] = [];
  for (const size of sizes) {
    const child = start("gateway-process.ts", [String(size)]);
    const [crowd] = (await once(child, "message")) as [Crowd];
    const check = (text: string): Promise<void> => settle(child, text, size);
    rows.push(await compare(crowd, effort, { cpu: () => cpuOf(child), check }));
    child.disconnect();
  }
  return toTable("to sockets at the local gateway, posts/s", rows);
}

function start(file: string, args: readonly string[] = []): ChildProcess {
  return fork(new URL(file, import.meta.url), args, { execArgv: ["--conditions=@gatewright/source"] });
}

/** The other end of the posts. */
interface FarEnd {
  /** CPU time that it has taken, in microseconds. */
  cpu(): Promise<number>;
  /** Waits until a text has arrived. */
  check(text: string): Promise<void>;
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send("");
  const [{ cpu }] = (await once(child, "message")) as [{ cpu: NodeJS.CpuUsage }];
  return cpu.user + cpu.system;
}

/** Waits until a text has arrived once at everybody. */
async function settle(child: ChildProcess, text: string, size: number): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    child.send(text);
    const [{ arrived }] = (await once(child, "message")) as [{ arrived: number }];
    if (arrived === size) return;
    if (arrived > size) throw new Error(`${arrived} texts came to ${size}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("Not every text arrived.");
}

/** Every poster in turn, several rounds; the median of each. */
async function compare(crowd: Crowd, { quick, say }: Effort, end: FarEnd): Promise<Table["rows"][number]> {
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
  const ratios = { sdk: ours / Math.max(all, some), share: ours / raw };
  return { size, ours, all, some, raw, ...ratios, ourCpu, sdkCpu, rawCpu };
}

type Four = [number, number, number, number];

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

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
  let ms = 0;
  let cpu = -(await end.cpu());
  for (let at = 0; at < times; at += 1) {
    const text = `{"id":"${name} ${at}","text":""}`.replace('""', `"${"x".repeat(150)}"`);
    poster.prepare?.(text);
    const begun = performance.now();
    const own = process.cpuUsage();
    await poster.post(text);
    ms += performance.now() - begun;
    const { user, system } = process.cpuUsage(own);
    cpu += user + system;
    await end.check(text);
  }
  cpu += await end.cpu();
  return { perSecond: (size * times * 1_000) / ms, cpu: cpu / (size * times) };
}

function toTable(title: string, rows: Table["rows"]): Table {
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
      { key: "ourCpu", head: "CPU µs, both ends: ours", digits: 0 },
      { key: "sdkCpu", head: "SDK", digits: 0 },
      { key: "rawCpu", head: "raw", digits: 0 },
    ],
    rows,
  };
}
