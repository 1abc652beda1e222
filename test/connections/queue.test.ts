// A hand-over through a queue that speaks SQS, with the AWS client: nobody is missed, whatever fails on the way.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { SQS } from "@aws-sdk/client-sqs";
import {
  broadcast,
  broadcastWorker,
  gatherTally,
  managementPoster,
  memoryLedger,
  memoryRegistry,
  queueHandOver,
  type Poster,
  type Registry,
} from "@gatewright/connections";
import { startFauxqs, type FauxqsServer } from "fauxqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const region = "us-east-1";

let sqs: FauxqsServer;
let client: SQS;
let queueUrl: string;
let management: Server;
let endpoint: string;
/** What was posted to whom. */
const posted = new Map<string, string[]>();

beforeAll(async () => {
  sqs = await startFauxqs({ port: 0, logger: false });
  client = new SQS({ endpoint: sqs.address, region, credentials });
  const made = await client.createQueue({ QueueName: "tasks", Attributes: { VisibilityTimeout: "1" } });
  queueUrl = made.QueueUrl ?? "";
  management = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = decodeURIComponent(request.url?.split("/").at(-1) ?? "");
      posted.set(id, [...(posted.get(id) ?? []), Buffer.concat(chunks).toString()]);
      response.end();
    });
  });
  management.listen(0, "127.0.0.1");
  await once(management, "listening");
  endpoint = `http://127.0.0.1:${(management.address() as AddressInfo).port}/dev`;
});
afterAll(async () => {
  client.destroy();
  management.closeAllConnections();
  management.close();
  await sqs.stop();
});

async function openRoom(count: number): Promise<{ registry: Registry; ids: readonly string[] }> {
  posted.clear();
  const registry = memoryRegistry();
  await registry.split("lobby", 3);
  const ids = Array.from({ length: count }, (_, at) => `${String(at).padStart(15, "c")}=`);
  for (const connectionId of ids) {
    await registry.connect({ connectionId, endpoint, userId: "ada", connectedAt: Date.now() - 60_000 });
    await registry.join(connectionId, "lobby");
  }
  return { registry, ids };
}

/** How many messages the queue has, those that somebody has at the moment included. */
async function left(): Promise<number> {
  const { Attributes = {} } = await client.getQueueAttributes({
    QueueUrl: queueUrl,
    AttributeNames: ["All"],
  });
  const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
  return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
}

type Worker = ReturnType<typeof broadcastWorker>;

/** What Lambda's event source does: batches for the worker; what it did not fail is deleted, the rest comes again. */
async function drain(work: Worker): Promise<{ readonly batches: number; readonly failed: number }> {
  const counts = { batches: 0, failed: 0 };
  while ((await left()) > 0) {
    const { Messages = [] } = await client.receiveMessage({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
    });
    if (Messages.length === 0) continue;
    counts.batches += 1;
    const end = Date.now() + 20_000;
    const Records = Messages.map(({ MessageId = "", Body = "" }) => ({ messageId: MessageId, body: Body }));
    const context = { awsRequestId: randomUUID(), getRemainingTimeInMillis: () => end - Date.now() };
    const answer = await work({ Records }, context);
    const failed = new Set(answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    counts.failed += failed.size;
    for (const { MessageId = "", ReceiptHandle } of Messages) {
      if (!failed.has(MessageId)) await client.deleteMessage({ QueueUrl: queueUrl, ReceiptHandle });
    }
  }
  return counts;
}

it(
  "reaches everybody of a hot room, and does a task that comes twice once",
  { timeout: 30_000 },
  async () => {
    const { registry, ids } = await openRoom(300);
    const poster = managementPoster({ credentials, region });
    const ledger = memoryLedger();
    const to = queueHandOver({ client, queueUrl });
    const twice = {
      send: async (task: Parameters<typeof to.send>[0]) => (await to.send(task), to.send(task)),
    };
    // the largest message that there is: its tasks must fit a message of SQS too
    const text = "x".repeat(131_072);
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, text, {
      handOver: { to: twice, ledger, above: 50 },
      except: ["ccccccccccccc42="],
    });
    expect(tally.handedOver).toBe(3); // two shards, and the rest of the first
    expect(await drain(broadcastWorker({ registry, poster, ledger }))).toMatchObject({ failed: 0 });
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 299, open: 0, complete: true });
    expect(new Set(posted.keys())).toEqual(new Set(ids.filter((id) => id !== "ccccccccccccc42=")));
    for (const texts of posted.values()) expect(texts).toEqual([text]);
  },
);

it("goes on where a worker fell, when the queue gives its task again", { timeout: 30_000 }, async () => {
  const { registry, ids } = await openRoom(600);
  const whole = managementPoster({ credentials, region });
  let posts = 0;
  const mortal: Poster = {
    ...whole,
    post: (...call) => ((posts += 1) === 250 ? Promise.reject(new Error("killed")) : whole.post(...call)),
  };
  const ledger = memoryLedger();
  const to = queueHandOver({ client, queueUrl });
  const tally = await broadcast({ registry, poster: whole }, { room: "lobby" }, "hello", {
    handOver: { to, ledger, above: 0 },
  });
  const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const counts = await drain(broadcastWorker({ registry, poster: mortal, ledger, concurrency: 8 }));
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ message: "killed" }));
  told.mockRestore();
  expect(counts.failed).toBe(1);
  expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 600, open: 0, complete: true });
  expect(new Set(posted.keys())).toEqual(new Set(ids));
  const again = [...posted.values()].filter((texts) => texts.length > 1);
  expect(again.length).toBeLessThanOrEqual(100); // a page
});
