// A process that is killed at its work, for good: what it began, the next one ends, and nobody is told twice of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dynamoTickets } from "../../src/tickets/dynamodb.ts";
import { type Bench, bucket, credentials, png, pngFile, post, region, startBench } from "./bench.ts";
import { startTicketsDatabase, type TicketsDatabase } from "./tickets-database.ts";

let bench: Bench;
let database: TicketsDatabase;
beforeAll(async () => {
  bench = await startBench();
  database = await startTicketsDatabase();
});
afterAll(async () => {
  await bench.end();
  await database.end();
});

/** Confirms in a process of its own, which kills itself at some point of it. */
async function confirmAndDie(id: string, at: "scan" | "onUploaded"): Promise<void> {
  const index = new URL("../../src/index.ts", import.meta.url).href;
  const dynamodb = new URL("../../src/tickets/dynamodb.ts", import.meta.url).href;
  const script = `
    const { uploadTo } = await import(${JSON.stringify(index)});
    const { dynamoTickets } = await import(${JSON.stringify(dynamodb)});
    const die = () => new Promise(() => process.kill(process.pid, "SIGKILL"));
    const uploads = uploadTo({
      bucket: "${bucket}", prefix: "rooms/1", rules: { maxBytes: 1000, types: ["image/*"] },
      proof: { tickets: dynamoTickets({ table: "tickets" }), ${at}: die },
    });
    await uploads.confirm(${JSON.stringify(id)});`;
  const env = {
    ...process.env,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_S3: bench.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: database.endpoint,
  };
  const flags = ["--conditions=@gatewright/source", "--no-warnings", "--input-type=module", "--eval", script];
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const child = spawn(process.execPath, flags, { env, cwd, stdio: ["ignore", "ignore", "inherit"] });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

test.each([
  ["scan", true],
  ["onUploaded", false],
] as const)("killed in %s", async (at, waits) => {
  let now = Date.now();
  const told: string[] = [];
  const client = new DynamoDBClient({ endpoint: database.endpoint, region, credentials });
  const uploads = bench.uploads({
    proof: {
      tickets: dynamoTickets({ table: "tickets", client }),
      now: () => now,
      onUploaded: ({ id }) => void told.push(id),
    },
  });
  const ticket = await uploads.ticket(pngFile);
  await post(ticket, png);
  await confirmAndDie(ticket.id, at);
  const isWaiting = await bench.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: ticket.key })).then(
    () => true,
    () => false,
  );
  expect(isWaiting).toBe(waits);
  now += 962_000;
  expect(await uploads.sweep()).toMatchObject({ proven: 1, failed: [] });
  expect(told).toEqual([ticket.id]);
  expect(
    png.equals(Buffer.from(await (await fetch(await uploads.downloadUrl(ticket.id))).arrayBuffer())),
  ).toBe(true);
});
