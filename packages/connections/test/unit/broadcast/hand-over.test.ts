// Past one Lambda: tasks claimed once, gone on with after a crash, and a tally that adds up. One suite for both ledgers.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  broadcast,
  broadcastWorker,
  gatherTally,
  lambdaHandOver,
  memoryLedger,
  memoryPoster,
  memoryRegistry,
  queueHandOver,
  type BroadcastTask,
  type HandOver,
  type Ledger,
  type MemoryPosterOptions,
  type Poster,
} from "../../../src/index.ts";
import { dynamoLedger } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

let dynamo: DynamoTable;
beforeAll(async () => {
  dynamo = await startDynamoTable();
});
afterAll(() => dynamo.close());

const ledgers: Record<string, () => Ledger> = {
  memoryLedger: () => memoryLedger(),
  dynamoLedger: () => dynamoLedger({ table: dynamo.table, client: dynamo.client }),
};

const context = (awsRequestId: string, leftMs = 60_000) => {
  const end = Date.now() + leftMs;
  return { awsRequestId, getRemainingTimeInMillis: () => end - Date.now() };
};

async function openRoom(count: number, answer?: MemoryPosterOptions["answer"], shards = 1) {
  const registry = memoryRegistry();
  await registry.split("lobby", shards);
  const ids = Array.from({ length: count }, (_, at) => `c${String(at).padStart(5, "0")}`);
  for (const connectionId of ids) {
    await registry.connect({ connectionId, endpoint, userId: "ada", connectedAt: Date.now() - 60_000 });
    await registry.join(connectionId, "lobby");
  }
  return { registry, ids, poster: memoryPoster(answer ? { answer } : {}) };
}

/** Keeps what is handed over, as it would go over the wire. */
function carry(): HandOver & { readonly tasks: BroadcastTask[] } {
  const tasks: BroadcastTask[] = [];
  return { tasks, send: async (task) => void tasks.push(JSON.parse(JSON.stringify(task)) as BroadcastTask) };
}

describe.each(Object.entries(ledgers))("a broadcast handed over, with %s", (_, makeLedger) => {
  it("does its first part here and the rest of a large room elsewhere", async () => {
    const { registry, ids, poster } = await openRoom(250);
    const [ledger, to] = [makeLedger(), carry()];
    const handOver = { to, ledger, above: 100 };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "hé", {
      handOver,
      except: ["c00200"],
    });
    expect(tally).toMatchObject({ delivered: 100, handedOver: 1, complete: true });
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 100, open: 1, complete: false });
    const worker = broadcastWorker({ registry, poster, ledger });
    for (const task of to.tasks) await worker(task, context("request 1"));
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 249, open: 0 });
    expect(poster.posted.map(({ connectionId }) => connectionId).sort()).toEqual(
      ids.filter((id) => id !== "c00200"),
    );
    expect(new Set(poster.posted.map(({ text }) => text))).toEqual(new Set(["hé"]));
    // what comes twice is done once
    for (const task of to.tasks) await worker(task, context("request 2"));
    expect(poster.posted).toHaveLength(249);
  });

  it("gives each shard of a hot room to a worker of its own", async () => {
    const { registry, ids, poster } = await openRoom(60, undefined, 4);
    const [ledger, to] = [makeLedger(), carry()];
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", {
      handOver: { to, ledger, perSecond: 9_000 },
    });
    expect(tally).toMatchObject({ handedOver: 3, complete: true });
    expect(to.tasks.map(({ perSecond }) => perSecond)).toEqual([3_000, 3_000, 3_000]);
    const worker = broadcastWorker({ registry, poster, ledger });
    await Promise.all(to.tasks.map((task, at) => worker(task, context(`request ${at}`))));
    const whole = await gatherTally(ledger, tally, { until: Date.now() + 1_000 });
    expect(whole).toMatchObject({ delivered: 60, open: 0, complete: true, handedOver: 3 });
    expect(poster.posted.map(({ connectionId }) => connectionId).sort()).toEqual(ids);
  });

  it("hands over whom there was no time for", async () => {
    const { registry, poster, ids } = await openRoom(5, ({ connectionId }) =>
      connectionId === "c00002" && Date.now() < quiet ? { kind: "throttled" } : undefined,
    );
    const quiet = Date.now() + 400;
    const [ledger, to] = [makeLedger(), carry()];
    const options = { deadline: Date.now() + 300, handOver: { to, ledger, reserveMs: 100 } };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", options);
    expect(tally).toMatchObject({ delivered: 4, throttled: [], handedOver: 1 });
    expect(to.tasks[0]?.part).toEqual({ connections: ["c00002"], hops: 1 });
    await broadcastWorker({ registry, poster, ledger })(to.tasks[0], context("r"));
    expect(poster.posted.map(({ connectionId }) => connectionId).sort()).toEqual(ids);
  });

  it("waits a moment for what is under way at the deadline, so that nobody gets it twice", async () => {
    const { registry } = await openRoom(4);
    const got: string[] = [];
    const poster: Poster = {
      ...memoryPoster(),
      async post({ connectionId }, _message, { signal } = {}) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        got.push(connectionId); // whether or not anybody still waits for the answer
        return signal?.aborted
          ? { kind: "failed", reason: "unreachable", says: "It was cut." }
          : { kind: "done" };
      },
    };
    const [ledger, to] = [makeLedger(), carry()];
    const options = { concurrency: 2, deadline: Date.now() + 400, handOver: { to, ledger, reserveMs: 300 } };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", options);
    for (const task of to.tasks.splice(0)) {
      await broadcastWorker({ registry, poster, ledger })(task, context("r"));
    }
    expect(got.toSorted()).toEqual(["c00000", "c00001", "c00002", "c00003"]);
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 4, open: 0 });
  });

  it("hands over whom an error met when there was no time for another try", async () => {
    const { registry, poster } = await openRoom(3, async ({ connectionId }) => {
      if (connectionId !== "c00001" || !broken) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 60));
      return { kind: "failed", reason: "error", says: "It broke." };
    });
    let broken = true;
    const [ledger, to] = [makeLedger(), carry()];
    // four tries take longer than that
    const options = { deadline: Date.now() + 300, handOver: { to, ledger, reserveMs: 100 } };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", options);
    expect(tally).toMatchObject({ delivered: 2, failed: [], handedOver: 1 });
    expect(tally.repeated).toEqual([{ connectionId: "c00001", userId: "ada", after: "error" }]);
    broken = false;
    await broadcastWorker({ registry, poster, ledger })(to.tasks[0], context("r"));
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 3, failed: [], open: 0 });
  });

  it("gives up on a client that never reads, instead of handing it on for ever", async () => {
    const { registry, poster, ids } = await openRoom(5, ({ connectionId }) =>
      connectionId === "c00002" ? { kind: "throttled" } : undefined,
    );
    const [ledger, to] = [makeLedger(), carry()];
    const options = { deadline: Date.now() + 600, handOver: { to, ledger, reserveMs: 100 } };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", options);
    expect(tally).toMatchObject({ delivered: 4, throttled: [], handedOver: 1 });
    const worker = broadcastWorker({ registry, poster, ledger, handOver: { to, reserveMs: 100 } });
    const done: BroadcastTask[] = [];
    for (let task = to.tasks.shift(); task && done.length < 10; task = to.tasks.shift()) {
      await worker(task, context("r", 2_000));
      done.push(task);
    }
    expect(done).toHaveLength(1);
    const whole = await gatherTally(ledger, tally);
    expect(whole).toMatchObject({ delivered: 4, open: 0, failed: [] });
    expect(whole.throttled.map(({ connectionId }) => connectionId)).toEqual(["c00002"]);
    expect(poster.posted.map(({ connectionId }) => connectionId).sort()).toEqual(
      ids.filter((id) => id !== "c00002"),
    );
  });

  it("goes on after the last page that a killed worker has written down", async () => {
    let alive = 150;
    const { registry, ids, poster } = await openRoom(320, () => {
      if ((alive -= 1) < 0) throw new Error("killed");
      return undefined;
    });
    const [ledger, to] = [makeLedger(), carry()];
    const handOver = { to, ledger, above: 0 };
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", { handOver });
    const worker = broadcastWorker({ registry, poster, ledger, concurrency: 10 });
    const [task] = to.tasks;
    // who is killed lets go of nothing
    const killed = { ...ledger, release: async () => undefined };
    const mortal = broadcastWorker({ registry, poster, ledger: killed, concurrency: 10 });
    await expect(mortal(task, context("same request"))).rejects.toThrow("killed");
    await expect(worker(task, context("another"))).rejects.toMatchObject({ code: "TASK_HELD" });
    alive = 1_000;
    await worker(task, context("same request"));
    const sent = Map.groupBy(poster.posted, ({ connectionId }) => connectionId);
    expect(new Set(sent.keys())).toEqual(new Set(ids));
    const twice = [...sent].filter(([, posts]) => posts.length > 1).map(([id]) => id);
    expect(twice.length).toBeLessThanOrEqual(50);
    expect(twice.every((id) => id >= "c00100" && id < "c00200")).toBe(true);
    const whole = await gatherTally(ledger, tally);
    expect(whole).toMatchObject({ delivered: 320, open: 0 });
    // who was repeated is not known, but who was not is: the page that was under way
    expect(whole.repeated.map(({ connectionId }) => connectionId).sort()).toEqual(ids.slice(100, 200));
    expect(new Set(whole.repeated.map(({ after }) => after))).toEqual(new Set(["worker"]));
  });

  it("is let go of by a worker that fails: the next need not wait, and goes on after the last page", async () => {
    let alive = 250;
    const { registry, ids, poster } = await openRoom(320, () => {
      if ((alive -= 1) < 0) throw new Error("broken");
      return undefined;
    });
    const [ledger, to] = [makeLedger(), carry()];
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", {
      handOver: { to, ledger, above: 0 },
    });
    const worker = broadcastWorker({ registry, poster, ledger, concurrency: 10 });
    const [task] = to.tasks;
    await expect(worker(task, context("first"))).rejects.toThrow("broken");
    expect(await gatherTally(ledger, tally)).toMatchObject({ open: 1 });
    alive = 1_000;
    await worker(task, context("second"));
    expect(new Set(poster.posted.map(({ connectionId }) => connectionId))).toEqual(new Set(ids));
    expect(poster.posted.length).toBeLessThan(ids.length + 100);
    const whole = await gatherTally(ledger, tally);
    expect(whole).toMatchObject({ delivered: 320, open: 0 });
    expect(whole.repeated.map(({ connectionId }) => connectionId).sort()).toEqual(ids.slice(200, 300));
  });

  it("takes over from a worker that has run out of time", async () => {
    const { registry, poster } = await openRoom(3);
    const [ledger, to] = [makeLedger(), carry()];
    await broadcast({ registry, poster }, { room: "lobby" }, "x", { handOver: { to, ledger, above: 0 } });
    const [task] = to.tasks;
    await ledger.claim({ broadcastId: "", taskId: "", ...task }, { owner: "dead", until: Date.now() + 30 });
    const worker = broadcastWorker({ registry, poster, ledger });
    await expect(worker(task, context("next"))).rejects.toMatchObject({ code: "TASK_HELD" });
    await new Promise((resolve) => setTimeout(resolve, 40));
    await worker(task, context("next"));
    expect(poster.posted).toHaveLength(3);
  });

  it("passes the rest on when a worker's own time is short, or fails to be tried again", async () => {
    const { registry, ids, poster } = await openRoom(400, async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return undefined;
    });
    const [ledger, to] = [makeLedger(), carry()];
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", {
      handOver: { to, ledger, above: 0 },
    });
    const ports = { registry, poster, ledger, concurrency: 1 };
    const [task] = to.tasks.splice(0);
    const alone = broadcastWorker(ports)(task, context("a", 1_600));
    await expect(alone).rejects.toMatchObject({ code: "TASK_UNFINISHED" });
    const worker = broadcastWorker({ ...ports, handOver: { to, above: 10_000 } });
    await worker(task, context("a", 1_700));
    expect(to.tasks.length).toBeGreaterThan(0);
    for (const rest of to.tasks) await worker(rest, context("b"));
    const whole = await gatherTally(ledger, tally);
    expect(whole).toMatchObject({ open: 0 });
    expect(new Set(poster.posted.map(({ connectionId }) => connectionId)).size).toBe(ids.length);
    expect(whole.delivered).toBe(ids.length);
  });
});

describe("what carries tasks", () => {
  const task = { kind: "gatewright.broadcast", broadcastId: "b", taskId: "1" } as unknown as BroadcastTask;

  it("invokes a function and does not wait for it", async () => {
    const sent: unknown[] = [];
    const client = { invoke: async (input: object) => (sent.push(input), { StatusCode: 202 }) };
    await lambdaHandOver({ client, functionName: "worker" }).send(task);
    const Payload = Buffer.from(JSON.stringify(task));
    expect(sent).toEqual([{ FunctionName: "worker", InvocationType: "Event", Payload }]);
  });

  it("fills a queue, whose failed messages come again", async () => {
    const { registry, poster } = await openRoom(3);
    const ledger = memoryLedger();
    const bodies: string[] = [];
    const client = {
      sendMessage: async (input: { MessageBody: string }) => void bodies.push(input.MessageBody),
    };
    const to = queueHandOver({ client, queueUrl: "https://sqs.example/q" });
    const tally = await broadcast({ registry, poster }, { room: "lobby" }, "x", {
      handOver: { to, ledger, above: 0 },
    });
    const Records = [...bodies, "{}"].map((body, at) => ({ messageId: `m${at}`, body }));
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const answer = await broadcastWorker({ registry, poster, ledger })({ Records }, context("r"));
    expect(told).toHaveBeenCalledOnce();
    told.mockRestore();
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    expect(await gatherTally(ledger, tally)).toMatchObject({ delivered: 3, open: 0 });
  });

  it("says so when it cannot", async () => {
    const ports = await openRoom(3);
    const to = { send: () => Promise.reject(new Error("no permission")) };
    const handOver = { to, ledger: memoryLedger(), above: 1 };
    await expect(broadcast(ports, { room: "lobby" }, "x", { handOver })).rejects.toMatchObject({
      code: "HAND_OVER_FAILED",
      facts: { delivered: 1, tally: { complete: false } },
      cause: { message: "no permission" },
    });
    await expect(
      broadcastWorker({ ...ports, ledger: memoryLedger() })({}, context("r")),
    ).rejects.toMatchObject({
      code: "TASK_UNKNOWN",
    });
  });
});
