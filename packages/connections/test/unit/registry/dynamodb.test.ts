// What only DynamoDB can do to a registry: leftovers, refusals, settings from the environment.
import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  ScanCommand,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  connectionsCloudFormation,
  connectionsTable,
  connectionsTtl,
  dynamoRegistry,
  sharedClient,
} from "../../../src/dynamodb.ts";
import { startDynamoTable, type DynamoTable } from "../../dynamo-table.ts";

const endpoint = "https://abc.execute-api.eu-west-1.amazonaws.com/dev";

let dynamo: DynamoTable;
beforeEach(async () => {
  dynamo = await startDynamoTable();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
});

const rowsLeft = async (): Promise<number> =>
  (await dynamo.client.send(new ScanCommand({ TableName: dynamo.table }))).Count ?? 0;

/** Makes DynamoDB take at most `most` writes of each batch, as it does under load. */
function takeAtMost(client: DynamoDBClient, most: number): { batches: number } {
  const seen = { batches: 0 };
  client.middlewareStack.add(
    (next) => async (args) => {
      const input = args.input as { RequestItems?: Record<string, unknown[]> };
      const [table, requests] = Object.entries(input.RequestItems ?? {})[0] ?? [];
      if (!table || !requests) return next(args);
      seen.batches += 1;
      if (most === 0)
        return { response: {}, output: { $metadata: {}, UnprocessedItems: { [table]: requests } } };
      const taken = { RequestItems: { [table]: requests.slice(0, most) } };
      const result = await next({ ...args, input: taken });
      const left = requests.slice(most);
      return left.length === 0
        ? result
        : { ...result, output: { ...result.output, UnprocessedItems: { [table]: left } } };
    },
    { step: "initialize" },
  );
  return seen;
}

describe("dynamoRegistry", () => {
  it("uses one client with the SDK's own settings when it is given none, which others may share", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", dynamo.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    const calls: unknown[] = [];
    const listen = { step: "initialize" } as const;
    const shared = await sharedClient();
    shared.middlewareStack.add(
      (next, { commandName }) =>
        (args) => (calls.push(commandName), next(args)),
      listen,
    );
    const registry = dynamoRegistry({ table: dynamo.table });
    await registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
    expect((await registry.find("c="))?.userId).toBe("ada");
    expect(calls).toEqual(["BatchWriteItemCommand", "GetItemCommand"]);
  });

  it("takes out of every shard whom the connection's own rows do not name", async () => {
    const registry = dynamoRegistry(dynamo);
    await registry.split("lobby", 3);
    for (const connectionId of ["a=", "b=", "c=", "d="]) {
      await registry.connect({ connectionId, endpoint, userId: "ada" });
      await registry.join(connectionId, "lobby");
      const Key = { pk: { S: `connection#${connectionId}` }, sk: { S: "room#lobby" } };
      await dynamo.client.send(
        new BatchWriteItemCommand({ RequestItems: { [dynamo.table]: [{ DeleteRequest: { Key } }] } }),
      );
      await registry.leave(connectionId, "lobby");
    }
    for await (const page of registry.inRoom("lobby")) expect(page).toEqual([]);
  });

  it("lets two changes of a room's shards end as one after the other", async () => {
    const registry = dynamoRegistry(dynamo);
    await Promise.all([registry.split("lobby", 3), registry.split("lobby", 8), registry.split("lobby", 2)]);
    expect(await registry.shards("lobby")).toBe(8);
  });

  it("leaves no row behind, and writes the time to live in seconds", async () => {
    const registry = dynamoRegistry({ ...dynamo, now: () => 1_000 });
    await registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
    await registry.join("c=", "lobby");
    const { Items = [] } = await dynamo.client.send(new ScanCommand({ TableName: dynamo.table }));
    expect(Items.map((item) => item["ttl"]?.N)).toEqual(Array.from({ length: 4 }, () => String(1 + 7_500)));
    await registry.disconnect("c=");
    expect(await rowsLeft()).toBe(0);
  });

  it("tries again what DynamoDB left over", async () => {
    const registry = dynamoRegistry(dynamo);
    await registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
    for (let room = 0; room < 20; room += 1) await registry.join("c=", `room-${room}`);
    const seen = takeAtMost(dynamo.client, 10);
    await registry.disconnect("c=");
    // 41 deletes: chunks of 25 and 16, ten at a time
    expect(seen.batches).toBe(5);
    expect(await rowsLeft()).toBe(0);
  });

  it("says so when DynamoDB takes nothing at all", async () => {
    takeAtMost(dynamo.client, 0);
    const registry = dynamoRegistry(dynamo);
    const connecting = registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
    await expect(connecting).rejects.toMatchObject({ code: "TABLE_BUSY", facts: { left: 2 } });
  });

  it("cleans up the rooms of a connection whose own row has gone", async () => {
    const registry = dynamoRegistry(dynamo);
    await registry.connect({ connectionId: "c=", endpoint, userId: "ada" });
    await registry.join("c=", "lobby");
    await dynamo.client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [dynamo.table]: [
            { DeleteRequest: { Key: { pk: { S: "connection#c=" }, sk: { S: "connection" } } } },
          ],
        },
      }),
    );
    expect(await registry.disconnect("c=")).toMatchObject({ userId: "ada", rooms: ["lobby"] });
    expect(await rowsLeft()).toBe(0);
  });

  it("passes on what DynamoDB refuses", async () => {
    const registry = dynamoRegistry({ table: "missing", client: dynamo.client });
    await expect(registry.find("c=")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
    await expect(registry.touch("c=")).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("refuses a table without a name", () => {
    expect(() => dynamoRegistry({ table: "" })).toThrow(expect.objectContaining({ code: "BAD_TABLE" }));
    expect(() => connectionsTable("")).toThrow(/has no name/);
  });
});

describe("connectionsTable", () => {
  it("makes the table that the registry needs", async () => {
    const { Table } = await dynamo.client.send(new DescribeTableCommand({ TableName: dynamo.table }));
    expect(Table?.KeySchema).toEqual([
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ]);
    expect(Table?.GlobalSecondaryIndexes).toBeUndefined();
    expect(connectionsTtl).toEqual({ AttributeName: "ttl", Enabled: true });
  });

  it("is the same table in CloudFormation", () => {
    const { Type, Properties } = connectionsCloudFormation("chat");
    const { TimeToLiveSpecification, ...rest } = Properties;
    expect(Type).toBe("AWS::DynamoDB::Table");
    expect(rest).toEqual(connectionsTable("chat"));
    expect(TimeToLiveSpecification).toEqual(connectionsTtl);
    const named = { "Fn::Sub": "${AWS::StackName}-connections" };
    expect(connectionsCloudFormation(named).Properties.TableName).toBe(named);
    expect(() => connectionsCloudFormation("")).toThrow(/has no name/);
  });
});
