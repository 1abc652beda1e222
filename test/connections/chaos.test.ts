// A thousand sockets, and everything that goes wrong at once: who is alive gets every message once and in order.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { connectSocket, followRoom, type ClientSocket } from "@gatewright/client";
import { gatherTally, type Tally } from "@gatewright/connections";
import { dynamoLedger, dynamoRegistry } from "@gatewright/connections/dynamodb";
import { readServerless, startGateway, type Gateway } from "@gatewright/gateway";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { api } from "./service/functions.ts";

const people = 1_000;
const atOnce = 5;
const table = "crowd-dev-connections";
const definition = new URL("./service/serverless.yml", import.meta.url).pathname;

interface Person {
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
  const socket = connectSocket<typeof api>({
    url: gateway.urls.websocket ?? "",
    WebSocket,
    requests: { timeoutMs: 60_000 },
    reconnect: { firstMs: 50, longestMs: 500, openMs: 60_000 },
  });
  const person: Person = { socket, connectionId: "", taken: [], heard: [] };
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
  const { tally } = await speaker.socket.send("say", { key: text, text, above }, { retry: true });
  const ledger = dynamoLedger({ table, client });
  const whole = await gatherTally(ledger, tally, { until: Date.now() + 30_000 });
  expect(whole.open).toBe(0);
  return whole;
}

it("reaches everybody alive, once and in order, and forgets the dead", { timeout: 170_000 }, async () => {
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
  const slow = alive.slice(200, 210).map(({ connectionId }) => connectionId);
  gateway.faults.connections({ answer: "throttled", connectionIds: slow, times: 30 });
  gateway.faults.connections({ answer: "throttled", share: 0.05 });
  gateway.faults.connections({ answer: "error", share: 0.02 });
  gateway.faults.connections({ answer: "slow", share: 0.02, delayMs: 200 });

  // calm clients, rough @connections: the tally is what the sockets saw, one by one
  const first = await say(speaker, "message 1");
  expect(first.gone.map(({ connectionId }) => connectionId).toSorted()).toEqual(
    dead.map(({ connectionId }) => connectionId).toSorted(),
  );
  expect(first).toMatchObject({ delivered: alive.length, throttled: [], failed: [], complete: true });
  const saw = () => alive.reduce((sum, { heard }) => sum + heard.length, 0);
  await vi.waitFor(() => expect(saw()).toBe(first.delivered), { timeout: 5_000 });
  for (const { connectionId } of dead) expect(await registry.find(connectionId)).toBeUndefined();
  for await (const page of registry.inRoom("crowd")) {
    expect(page.some(({ connectionId }) => dead.some((one) => one.connectionId === connectionId))).toBe(
      false,
    );
  }

  // a worker dies in the middle, while clients fall and come back
  await writeFile(join(folder, "crash"), "");
  const falling = alive.slice(300, 350);
  for (let at = 2; at <= 8; at += 1) {
    const said = say(speaker, `message ${at}`);
    for (const { connectionId } of falling.slice((at - 2) * 7, (at - 1) * 7)) {
      gateway.faults.loseConnection(connectionId);
    }
    await said;
  }
  const all = Array.from({ length: 8 }, (_, at) => at + 1);
  await vi.waitFor(() => expect(alive.filter(({ taken }) => taken.length < 8)).toHaveLength(0), {
    timeout: 30_000,
    interval: 200,
  });
  for (const { taken } of alive) expect(taken).toEqual(all);
  const { existsSync } = await import("node:fs");
  expect(existsSync(join(folder, "crash.done"))).toBe(true);
});
