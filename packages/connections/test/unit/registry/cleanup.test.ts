// A connection leaves nothing behind, in however many rooms it was and however little DynamoDB takes at a time.
import { BatchWriteItemCommand, ScanCommand, type WriteRequest } from "@aws-sdk/client-dynamodb";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dynamoRegistry } from "../../../src/dynamodb.ts";
import {
  roomOfConnectionKey,
  connectionOfRoomKey,
  toMembershipItem,
  toOccupantItem,
} from "../../../src/registry/item.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

let dynamo: DynamoTable;
/** How much of each batch is taken; 1 takes all. */
let share = 1;
let largest = 0;

beforeAll(async () => {
  dynamo = await startDynamoTable();
  dynamo.client.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as { RequestItems?: Record<string, WriteRequest[]> };
      const requests = input.RequestItems?.[dynamo.table];
      if (!Array.isArray(requests)) return next(args);
      largest = Math.max(largest, requests.length);
      const taken = Math.max(1, Math.ceil(requests.length * share));
      const result = await next({
        ...args,
        input: { RequestItems: { [dynamo.table]: requests.slice(0, taken) } },
      });
      const left = requests.slice(taken);
      if (left.length === 0) return result;
      return { ...result, output: { ...result.output, UnprocessedItems: { [dynamo.table]: left } } };
    },
    { step: "initialize" },
  );
});
afterAll(() => dynamo.close());

/** Writes what `join` writes, many rooms at a time. */
async function joinAll(connectionId: string, rooms: readonly string[]): Promise<void> {
  const connection = { connectionId, endpoint, userId: "ada", attributes: {}, connectedAt: Date.now() };
  const items = rooms.flatMap((room) => [
    toMembershipItem(roomOfConnectionKey(connectionId, room), connection),
    toOccupantItem(connectionOfRoomKey(room, 0, connectionId), connection),
  ]);
  for (let at = 0; at < items.length; at += 25) {
    const RequestItems = {
      [dynamo.table]: items.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } })),
    };
    await dynamo.client.send(new BatchWriteItemCommand({ RequestItems }));
  }
}

async function leavesNothing(count: number, taken: number): Promise<void> {
  const registry = dynamoRegistry(dynamo);
  const rooms = Array.from({ length: count }, (_, at) => `room ${at}`);
  share = 1;
  await registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
  await joinAll("c=", rooms);
  share = taken;
  largest = 0;
  expect((await registry.disconnect("c="))?.rooms).toEqual(rooms.sort());
  expect(largest).toBeLessThanOrEqual(25);
  const left = await dynamo.client.send(new ScanCommand({ TableName: dynamo.table, Select: "COUNT" }));
  expect(left.Count).toBe(0);
}

describe("disconnect", () => {
  it.each([0, 1, 24, 25, 26, 1_000])("cleans up after %i rooms", (count) => leavesNothing(count, 1));

  it("cleans up after any number of rooms, whatever share of a batch is taken", async () => {
    const rooms = fc.oneof(fc.constantFrom(0, 1, 12, 13, 24, 25, 26), fc.integer({ min: 0, max: 60 }));
    const taken = fc.double({ min: 0.5, max: 1, noNaN: true });
    await fc.assert(fc.asyncProperty(rooms, taken, leavesNothing), { numRuns: 12 });
  });
});
