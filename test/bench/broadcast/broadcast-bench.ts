// A broadcast to 200 sockets: our broadcaster, the AWS client, and bare HTTP.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Bench, Effort, Row, Table } from "../bench.ts";
import { askOnce, startChild } from "../child.ts";
import { readKey, startGatewayCommand } from "../gateway-command.ts";
import { interleave } from "../rounds.ts";
import { median, spread } from "../statistics.ts";
import type { Audience } from "./poster.ts";
import type { PosterCost, PosterJob } from "./poster-process.ts";

const sockets = 200;

export const broadcastBench: Bench = {
  says: `a message of 200 bytes to ${sockets} connections, warm`,
  async run(effort) {
    const folder = mkdtempSync(join(tmpdir(), "gatewright-bench-"));
    try {
      return [await toGateway(folder, effort), await toNullEndpoint(effort)];
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Names of the posters: each is a file in `posters/` that exports `start`. */
function listPosters(): readonly string[] {
  const files = readdirSync(new URL("./posters/", import.meta.url));
  return files.map((file) => basename(file, ".ts")).sort();
}

/** Whom to post to, and who knows whether everything came. */
interface Target {
  readonly audience: Audience;
  readonly env: Readonly<Record<string, string>>;
  /** Says what is wrong; nothing if all is right. */
  readonly settle: (texts: readonly string[]) => Promise<string | null>;
}

async function toGateway(folder: string, effort: Effort): Promise<Table> {
  const gateway = await startGatewayCommand(folder);
  const listeners = startChild(new URL("./audience-process.ts", import.meta.url));
  try {
    const connectionIds = await listeners.ask<string[]>("connect", { url: gateway.urls.websocket, sockets });
    const target: Target = {
      audience: { endpoint: gateway.urls.websocket.replace(/^ws/, "http"), connectionIds },
      env: readKey(folder),
      settle: (texts) => listeners.ask("settle", texts),
    };
    return toTable("to sockets at the local gateway", await measure(target, effort));
  } finally {
    await listeners.end();
    await gateway.end();
  }
}

async function toNullEndpoint(effort: Effort): Promise<Table> {
  const endpoint = startChild(new URL("./null-process.ts", import.meta.url));
  try {
    const port = await endpoint.ask<number>("start");
    const connectionIds = Array.from({ length: sockets }, (_, at) => `${String(at).padStart(15, "c")}=`);
    const target: Target = {
      audience: { endpoint: `http://127.0.0.1:${port}/dev`, connectionIds },
      env: { AWS_ACCESS_KEY_ID: "LOCALBENCH", AWS_SECRET_ACCESS_KEY: "of-no-use" },
      settle: (texts) => endpoint.ask("settle", { connections: sockets, times: texts.length }),
    };
    return toTable("to an endpoint that does nothing", await measure(target, effort));
  } finally {
    await endpoint.end();
  }
}

type Costs = ReadonlyMap<string, readonly PosterCost[]>;

function measure({ audience, env, settle }: Target, { quick, say }: Effort): Promise<Costs> {
  const [warmUp, counted] = quick ? [1, 2] : [15, 30];
  return interleave(listPosters(), quick ? 1 : 5, async (poster, round) => {
    const texts = Array.from({ length: warmUp + counted }, (_, at) => toText(`${poster} ${round} ${at}`));
    const job: PosterJob = { poster, audience, texts, warmUp };
    const module = new URL("./poster-process.ts", import.meta.url);
    const cost = await askOnce<PosterCost>(module, ["run", job], {
      env: { AWS_REGION: "us-east-1", ...env },
    });
    const fault = await settle(texts);
    if (fault !== null) throw new Error(`${poster}: ${fault}.`);
    say(`round ${round + 1}: ${poster} ${Math.round(cost.perSecond)} posts/s, each arrived once`);
    return cost;
  });
}

function toText(id: string): string {
  const text = JSON.stringify({ type: "message", id, room: "lobby", by: "ada", text: "" });
  return text.replace(
    '"text":""',
    `"text":"${"All happy families are alike. ".repeat(7).slice(0, 200 - text.length)}"`,
  );
}

function toTable(title: string, costs: Costs): Table {
  const of = (name: string, what: keyof PosterCost): number =>
    median((costs.get(name) ?? []).map((each) => each[what]));
  const rows = [...costs].map(([name, each]): Row => ({
    poster: name,
    rate: of(name, "perSecond"),
    noise: spread(each.map(({ perSecond }) => perSecond)),
    sdk: of(name, "perSecond") / of("sdk-all", "perSecond"),
    http: of(name, "perSecond") / of("node-http", "perSecond"),
    raw: of(name, "perSecond") / of("raw", "perSecond"),
    cpu: of(name, "cpuUsPerPost"),
    first: of(name, "firstMs"),
  }));
  return {
    title,
    columns: [
      { key: "poster", head: "poster" },
      { key: "rate", head: "posts/s" },
      { key: "noise", head: "± %" },
      { key: "sdk", head: "× SDK, all at once", digits: 2 },
      { key: "http", head: "× node:http", digits: 2 },
      { key: "raw", head: "× raw", digits: 2 },
      { key: "cpu", head: "CPU µs a post" },
      { key: "first", head: "import and first broadcast, ms" },
    ],
    rows,
  };
}
