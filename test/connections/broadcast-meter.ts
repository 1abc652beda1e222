// Broadcasts to rooms of two sizes in a process of its own, and says how long it took and what memory was held.
import { fork } from "node:child_process";
import { once } from "node:events";
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  type WriteRequest,
} from "@aws-sdk/client-dynamodb";
import { broadcast, managementPoster } from "@gatewright/connections";
import { connectionsTable, dynamoRegistry } from "@gatewright/connections/dynamodb";
import { startChild } from "../bench/child.ts";

const table = "connections";
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

async function start(file: URL): Promise<{ port: number; stop(): void }> {
  const child = fork(file, { execArgv: ["--conditions=@gatewright/source"] });
  const [{ port }] = (await once(child, "message")) as [{ port: number }];
  return { port, stop: () => child.disconnect() };
}

/** What a room holds of each of its connections; nothing else is read by a broadcast. */
function toRow(room: string, at: number, endpoint: string): WriteRequest {
  const connectionId = `${String(at).padStart(14, "0")}=`;
  return {
    PutRequest: {
      Item: {
        pk: { S: `room#0#${room}` },
        sk: { S: `connection#${connectionId}` },
        connectionId: { S: connectionId },
        endpoint: { S: endpoint },
        userId: { S: `user ${at}` },
        attributes: { M: {} },
        connectedAt: { N: String(Date.now() - 60_000) },
      },
    },
  };
}

async function fill(client: DynamoDBClient, room: string, people: number, endpoint: string): Promise<void> {
  for (let at = 0; at < people; at += 25) {
    const rows = Array.from({ length: Math.min(25, people - at) }, (_, n) => toRow(room, at + n, endpoint));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: rows } }));
  }
}

/** What is really held, in bytes: what a collection of garbage leaves. */
function held(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const nowhere = startChild(new URL("../bench/broadcast-large/null-endpoint.ts", import.meta.url));
const dynamo = await start(new URL("dynalite-process.ts", import.meta.url));
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${dynamo.port}`,
  region: "us-east-1",
  credentials,
});
await client.send(new CreateTableCommand(connectionsTable(table)));
const url = `http://127.0.0.1:${await nowhere.ask<number>("start")}/dev`;
const sizes = [1_000, 10_000] as const;
for (const people of sizes) await fill(client, `of ${people}`, people, url);

const registry = dynamoRegistry({ table, client });
const poster = managementPoster({ credentials, region: "us-east-1" });
const say = async (people: number, sampled: boolean): Promise<{ ms: number; peak: number }> => {
  let peak = held();
  const timer = sampled ? setInterval(() => (peak = Math.max(peak, held())), 15) : undefined;
  const begun = performance.now();
  const options = { deadline: Date.now() + 60_000 };
  const tally = await broadcast({ registry, poster }, { room: `of ${people}` }, "hello", options);
  const ms = performance.now() - begun;
  clearInterval(timer);
  if (tally.delivered !== people) throw new Error(`Reached ${tally.delivered} of ${people}.`);
  return { ms, peak };
};
for (let round = 0; round < 3; round += 1) await say(1_000, false);
const [small, large] = sizes;
const times = { small: Infinity, large: Infinity };
for (let round = 0; round < 3; round += 1) {
  times.small = Math.min(times.small, (await say(small, false)).ms);
  times.large = Math.min(times.large, (await say(large, false)).ms);
}
const peaks = { small: (await say(small, true)).peak, large: (await say(large, true)).peak };
process.send?.({ times, peaks, rss: process.resourceUsage().maxRSS });
client.destroy();
await nowhere.end();
dynamo.stop();
process.disconnect();
setTimeout(() => process.exit(0), 100);
