// A thousand sockets, and everything that goes wrong at once: who is alive gets every message once and in order.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { connectSocket, followRoom, type ClientSocket } from "@gatewright/client";
import { gatherTally, managementPoster, toMessage, type Tally } from "@gatewright/connections";
import { dynamoLedger, dynamoRegistry } from "@gatewright/connections/dynamodb";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { api } from "./service/functions.ts";

const people = 1_000;
const atOnce = 5;
const table = "crowd-dev-connections";
const definition = new URL("./service/serverless.yml", import.meta.url).pathname;

/** Ten clients that stop reading in the middle. */
const stalledCount = 10;

interface Person {
  /** Every WebSocket that it has opened, the last one being open. */
  readonly wires: WebSocket[];
  readonly socket: ClientSocket<NonNullable<(typeof api)["~contract"]>>;
  connectionId: string;
  /** Numbers as they were handed out. */
  readonly taken: number[];
  /** Numbers as they came over the wire, live. */
  readonly heard: number[];
}

let gateway: Gateway;
let folder: string;
let client: DynamoDBClient;
const crowd: Person[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "crowd-"));
  vi.stubEnv("CRASH_FILE", join(folder, "crash"));
  gateway = await startGateway({
    definition: await readServerless(definition),
    folder: join(folder, "data"),
    retryDelaysMs: [100, 500],
  });
  client = new DynamoDBClient({
    endpoint: gateway.urls.dynamodb ?? "",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(async () => {
  for (const { socket } of crowd) socket.close();
  client.destroy();
  await gateway.close();
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

function come(): Person {
  const wires: WebSocket[] = [];
  class Wire extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols, { perMessageDeflate: false });
      wires.push(this);
    }
  }
  const socket = connectSocket<typeof api>({
    url: gateway.urls.websocket ?? "",
    WebSocket: Wire,
    requests: { timeoutMs: 60_000 },
    reconnect: { firstMs: 50, longestMs: 500, openMs: 60_000 },
  });
  const person: Person = { wires, socket, connectionId: "", taken: [], heard: [] };
  const room = followRoom<{ seq: number; id: string }>(socket, {
    after: 0,
    patienceMs: 500,
    async resume(after) {
      const { connectionId, ...missed } = await socket.send("join", { after }, { retry: true });
      person.connectionId = connectionId;
      return missed;
    },
    take: ({ seq }) => person.taken.push(seq),
  });
  socket.on("message", (message) => {
    person.heard.push(message.seq);
    room.push(message);
  });
  void room.catchUp();
  crowd.push(person);
  return person;
}

/** Says something and waits until every worker is done. */
async function say(speaker: Person, text: string, above = 100): Promise<Tally> {
  const said = { key: text, text, above, forMs: 4_000 };
  const { tally } = await speaker.socket.send("say", said, { retry: true });
  const ledger = dynamoLedger({ table, client });
  const whole = await gatherTally(ledger, tally, { until: Date.now() + 40_000 });
  expect(whole.open).toBe(0);
  return whole;
}

const idsOf = (all: readonly { readonly connectionId: string }[]): readonly string[] =>
  all.map(({ connectionId }) => connectionId).toSorted();

/** Whoever got the first message more than once, although the tally does not say that this may be. */
function repeatedBeyond({ repeated }: Tally, people: readonly Person[]): readonly string[] {
  // 500 is only answered in the place of the truth, never after it
  const may = new Set(repeated.filter(({ after }) => after !== "error").map((each) => each.connectionId));
  return people
    .filter(({ heard, connectionId }) => heard.length > 1 && !may.has(connectionId))
    .map(({ connectionId }) => connectionId);
}

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void; // the flag's own function

/** Bytes of this process, the gateway's among them, that somebody still holds. */
async function kept(): Promise<number> {
  collect();
  await new Promise((resolve) => setTimeout(resolve, 200)); // buffers are given back aside
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The clients stop reading, and are posted to until the gateway takes no more; then far more, which it must not keep. */
async function stall(clients: readonly Person[]): Promise<void> {
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "" } =
    gateway.environment;
  const poster = managementPoster({ credentials: { accessKeyId, secretAccessKey }, region: "us-east-1" });
  const endpoint = (gateway.urls.websocket ?? "").replace(/^ws/, "http");
  const ballast = toMessage({ type: "ballast", text: "x".repeat(131_000) });
  const post = async ({ connectionId }: Person): Promise<string> =>
    (await poster.post({ connectionId, endpoint }, ballast)).kind;
  for (const { wires } of clients) wires.at(-1)?.pause();
  await Promise.all(
    clients.map(async (each) => {
      let kind = "done";
      for (let posts = 0; posts < 1_000 && kind === "done"; posts += 1) kind = await post(each);
      expect(kind).toBe("throttled");
    }),
  );
  const before = await kept();
  for (let posts = 0; posts < 200; posts += 1) {
    expect(new Set(await Promise.all(clients.map(post)))).toEqual(new Set(["throttled"]));
  }
  // 260 MB were posted
  expect((await kept()) - before).toBeLessThan(30 * 1_048_576);
}

it("reaches everybody alive, once and in order, and forgets the dead", { timeout: 240_000 }, async () => {
  const registry = dynamoRegistry({ table, client });
  await registry.split("crowd", 4);
  // a few at a time: each call of a function that waits makes one more environment
  while (crowd.length < people) {
    const group = Array.from({ length: Math.min(atOnce, people - crowd.length) }, come);
    await vi.waitFor(() => expect(group.every(({ connectionId }) => connectionId !== "")).toBe(true), {
      timeout: 60_000,
      interval: 2,
    });
  }
  // a connection that is younger than this is not forgotten
  await new Promise((resolve) => setTimeout(resolve, 5_100));

  const [speaker] = crowd;
  if (!speaker) throw new Error("Nobody came.");
  const dead = crowd.slice(100, 150);
  for (const { socket, connectionId } of dead) {
    expect(gateway.faults.loseConnection(connectionId)).toBe(true);
    socket.close();
  }
  const alive = crowd.filter((person) => !dead.includes(person));
  const stalled = alive.slice(200, 200 + stalledCount);
  const reading = alive.filter((person) => !stalled.includes(person));
  await stall(stalled);
  const slow = idsOf(alive.slice(210, 220));
  gateway.faults.connections({ answer: "throttled", connectionIds: slow, times: 30 });
  gateway.faults.connections({ answer: "throttled", share: 0.05 });
  gateway.faults.connections({ answer: "error", share: 0.02 });
  gateway.faults.connections({ answer: "slow", share: 0.02, delayMs: 200 });

  // calm clients, rough @connections: the tally is what the sockets saw, one by one
  const first = await say(speaker, "message 1");
  expect(idsOf(first.gone)).toEqual(idsOf(dead));
  // a stalled client's last answer is now and then one of the errors
  const unreached = [...first.throttled, ...first.failed];
  const ids = new Set(idsOf(stalled));
  expect(unreached.filter(({ connectionId }) => !ids.has(connectionId))).toEqual([]);
  expect(idsOf(unreached)).toEqual(idsOf(stalled));
  expect(first).toMatchObject({ delivered: reading.length, complete: true });
  const saw = () => reading.filter(({ heard }) => heard.length > 0).length;
  await vi.waitFor(() => expect(saw()).toBe(first.delivered), { timeout: 5_000 });
  expect(repeatedBeyond(first, reading)).toEqual([]);
  expect(stalled.filter(({ heard }) => heard.length > 0)).toEqual([]);
  for (const { connectionId } of dead) expect(await registry.find(connectionId)).toBeUndefined();
  for await (const page of registry.inRoom("crowd")) {
    expect(page.some(({ connectionId }) => dead.some((one) => one.connectionId === connectionId))).toBe(
      false,
    );
  }

  // a worker dies in the middle, while clients fall and come back
  await writeFile(join(folder, "crash"), "");
  const falling = alive.slice(300, 350);
  const tallies = [first];
  for (let at = 2; at <= 8; at += 1) {
    if (at === 3) for (const { wires } of stalled) wires.at(-1)?.resume(); // who reads again is told what it missed
    const said = say(speaker, `message ${at}`);
    for (const { connectionId } of falling.slice((at - 2) * 7, (at - 1) * 7)) {
      gateway.faults.loseConnection(connectionId);
    }
    tallies.push(await said);
  }
  const all = Array.from({ length: 8 }, (_, at) => at + 1);
  await vi.waitFor(() => expect(alive.filter(({ taken }) => taken.length < 8)).toHaveLength(0), {
    timeout: 30_000,
    interval: 200,
  });
  for (const { taken } of alive) expect(taken).toEqual(all);
  // over the wire too, but for those of whom the tally says so: here whole pages, as the worker died in the middle of one
  for (const [at, { repeated, counts }] of tallies.entries()) {
    const twice = alive.filter(({ heard }) => heard.filter((seq) => seq === at + 1).length > 1);
    expect(twice.length).toBeLessThanOrEqual(counts?.repeated ?? repeated.length);
  }
  const { existsSync } = await import("node:fs");
  expect(existsSync(join(folder, "crash.done"))).toBe(true);
});
