// What each call costs in DynamoDB's own units, as DynamoDB counts them: the README's table, asserted.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { broadcast, memoryPoster } from "../../../src/index.ts";
import { dynamoRegistry } from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";
const reading = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand", "ScanCommand"]);

let dynamo: DynamoTable;
let spent = { read: 0, write: 0 };
let calls = 0;

type Consumed = { readonly CapacityUnits?: number } | readonly { readonly CapacityUnits?: number }[];

/** Asks DynamoDB with each command what it consumed, and adds that up. */
function count(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const input = { ...args.input, ReturnConsumedCapacity: "TOTAL" };
      const result = await next({ ...args, input });
      const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Consumed };
      const units = [ConsumedCapacity ?? []].flat().reduce((sum, each) => sum + (each.CapacityUnits ?? 0), 0);
      calls += 1;
      spent[reading.has(String(context["commandName"])) ? "read" : "write"] += units;
      return result;
    },
    { step: "initialize" },
  );
}

async function costOf(work: () => Promise<unknown>): Promise<typeof spent> {
  spent = { read: 0, write: 0 };
  await work();
  return spent;
}

beforeAll(async () => {
  dynamo = await startDynamoTable();
  count(dynamo.client);
});
afterAll(() => dynamo.close());

describe("capacity units of dynamoRegistry", () => {
  it("are those of the README", async () => {
    const registry = dynamoRegistry(dynamo);
    const connectionId = "cost=";
    const connect = () => registry.connect({ connectionId, endpoint, userId: "ada" });
    expect(await costOf(connect)).toEqual({ read: 0, write: 2 });
    expect(await costOf(() => registry.join(connectionId, "a"))).toEqual({ read: 3, write: 2 });
    expect(await costOf(() => registry.join(connectionId, "b"))).toEqual({ read: 3, write: 2 });
    expect(await costOf(() => registry.touch(connectionId))).toEqual({ read: 0, write: 1 });
    expect(await costOf(() => registry.find(connectionId))).toEqual({ read: 1, write: 0 });
    expect(await costOf(() => registry.rooms(connectionId))).toEqual({ read: 1, write: 0 });
    expect(await costOf(() => registry.leave(connectionId, "b"))).toEqual({ read: 1, write: 2 });
    expect(await costOf(() => registry.disconnect(connectionId))).toEqual({ read: 1, write: 4 });
    expect(await costOf(() => registry.split("a", 4))).toEqual({ read: 1, write: 1 });
  });

  it.each([
    [1, 1],
    [100, 100],
  ])("of a broadcast to %i: the rows by their size, in one call", async (_, people) => {
    const registry = dynamoRegistry(dynamo);
    const room = `room of ${people}`;
    for (let at = 0; at < people; at += 1) {
      await registry.connect({ connectionId: `${people}-${at}=`, endpoint, userId: "ada" });
      await registry.join(`${people}-${at}=`, room);
    }
    const poster = memoryPoster();
    const say = (consistent: boolean) => () =>
      broadcast({ registry, poster }, { room }, "hello", { consistent });
    calls = 0;
    const whole = await costOf(say(true));
    expect(calls).toBe(1); // a second one would cost a cold start another connection
    // one for every 4 KB; a row has some 200 bytes
    expect(whole).toEqual({ read: Math.ceil((people * 200) / 4096), write: 0 });
    const half = await costOf(say(false));
    expect(half.read).toBe(Math.ceil((people * 200) / 4096) / 2);
    expect(poster.posted).toHaveLength(2 * people);
  });
});
