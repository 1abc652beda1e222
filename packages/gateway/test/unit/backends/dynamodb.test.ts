import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { startDynamodb } from "../../../src/backends/dynamodb.ts";
import type { Table } from "../../../src/model/resources.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "gatewright-dynamodb-"));
});
afterEach(() => rm(folder, { recursive: true }));

const createTable = {
  TableName: "chat-connections",
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
};
const index = {
  IndexName: "by-sk",
  KeySchema: [{ AttributeName: "sk", KeyType: "HASH" }],
  Projection: { ProjectionType: "ALL" },
  ContributorInsightsSpecification: { Enabled: true },
};
const table = (more: object = {}): Table => ({
  logicalId: "Connections",
  name: "chat-connections",
  createTable: { ...createTable, ...more },
  ttlAttribute: "ttl",
});

async function start(tables: readonly Table[], options: { folder?: string; port?: number } = { folder }) {
  const warnings: string[] = [];
  const log = { info() {}, warn: (line: string) => void warnings.push(line), error() {} };
  const backend = await startDynamodb({ tables, port: 0, log, ...options });
  const client = new DynamoDBClient({
    endpoint: backend.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    client.destroy();
    await backend.close();
  };
  onTestFinished(close);
  return { client, warnings, close, backend };
}

const Key = { pk: { S: "room#1" }, sk: { S: "connection#1" } };

test("keeps tables and items from one run to the next", async () => {
  const first = await start([table()]);
  await first.client.send(
    new PutItemCommand({ TableName: "chat-connections", Item: { ...Key, n: { N: "7" } } }),
  );
  await first.close();

  const second = await start([table()]);
  const found = await second.client.send(new GetItemCommand({ TableName: "chat-connections", Key }));
  expect(found.Item).toEqual({ ...Key, n: { N: "7" } });
  expect(second.warnings).toEqual([]);
});

test("without a folder everything is gone when it closes", async () => {
  const first = await start([table()], {});
  await first.client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
  await first.close();
  const second = await start([table()], {});
  const found = await second.client.send(new GetItemCommand({ TableName: "chat-connections", Key }));
  expect(found.Item).toBeUndefined();
});

test("makes declared indexes, and names what has no effect here", async () => {
  const { client, warnings } = await start([
    table({ GlobalSecondaryIndexes: [index], StreamSpecification: { StreamViewType: "NEW_IMAGE" } }),
  ]);
  const { Table } = await client.send(new DescribeTableCommand({ TableName: "chat-connections" }));
  expect(Table?.TableStatus).toBe("ACTIVE");
  expect(Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName)).toEqual(["by-sk"]);
  expect(warnings).toEqual(["Table chat-connections: StreamSpecification has no effect here."]);

  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
  const found = await client.send(
    new QueryCommand({
      TableName: "chat-connections",
      IndexName: "by-sk",
      KeyConditionExpression: "sk = :sk",
      ExpressionAttributeValues: { ":sk": Key.sk },
    }),
  );
  expect(found.Items).toEqual([Key]);
});

test("takes a kept table however its declaration is spelt", async () => {
  await (await start([table({ GlobalSecondaryIndexes: [index] })])).close();
  const { client } = await start([
    table({
      AttributeDefinitions: createTable.AttributeDefinitions.toReversed(),
      KeySchema: createTable.KeySchema.toReversed(),
      GlobalSecondaryIndexes: [index],
      BillingMode: "PROVISIONED",
      ProvisionedThroughput: { ReadCapacityUnits: 1, WriteCapacityUnits: 1 },
    }),
  ]);
  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
});

test.each([
  [
    "keys",
    { KeySchema: [createTable.KeySchema[0]], AttributeDefinitions: [createTable.AttributeDefinitions[0]] },
  ],
  [
    "types",
    {
      AttributeDefinitions: [
        createTable.AttributeDefinitions[0],
        { AttributeName: "sk", AttributeType: "N" },
      ],
    },
  ],
  ["indexes", { GlobalSecondaryIndexes: [index] }],
])("refuses a kept table with other %s, and lets go of the folder", async (_what, change) => {
  const first = await start([table()]);
  await first.client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
  await first.close();

  const failed = start([table(change)]);
  await expect(failed).rejects.toMatchObject({ code: "TABLE_CHANGED", facts: { table: "chat-connections" } });
  await expect(failed).rejects.toThrow(/--fresh/);

  const again = await start([table()]);
  const found = await again.client.send(new GetItemCommand({ TableName: "chat-connections", Key }));
  expect(found.Item).toEqual(Key);
});

test("tells what DynamoDB has against a table", async () => {
  const failed = start([table({ BillingMode: "PROVISIONED" })]);
  await expect(failed).rejects.toMatchObject({ code: "TABLE_REFUSED" });
  await expect(failed).rejects.toThrow(/ReadCapacityUnits/);
});

test("tells which port is taken, and lets go of the folder", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  await expect(start([table()], { folder, port })).rejects.toMatchObject({
    code: "PORT_TAKEN",
    facts: { port, for: "DynamoDB" },
  });
  const { client } = await start([table()]);
  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
});

test("a client that goes away in the middle of a request, or sends rubbish, harms nobody", async () => {
  const { backend, client } = await start([table()]);
  const socket = connect(Number(new URL(backend.endpoint).port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  socket.write("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{");
  await new Promise((resolve) => setTimeout(resolve, 50));
  socket.destroy();
  const rubbish = await fetch(backend.endpoint, { method: "POST", body: "{" });
  expect(rubbish.status).toBe(404);
  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
});

test("closes while requests run whose clients have gone", async () => {
  const { backend, client } = await start([table()]);
  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
  const gone = new AbortController();
  const body = JSON.stringify({ TableName: "chat-connections", ConsistentRead: true });
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amz-target": "DynamoDB_20120810.Scan",
    authorization:
      "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x",
    "x-amz-date": "20260101T000000Z",
  };
  const scans = Array.from({ length: 40 }, () =>
    fetch(backend.endpoint, { method: "POST", headers, body, signal: gone.signal }),
  );
  await Promise.race(scans);
  gone.abort();
  await backend.close(); // an error that dynalite throws later would fail the run
  expect((await Promise.allSettled(scans)).some(({ status }) => status === "rejected")).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 50));
});

test("closes while clients hold connections open", async () => {
  const { client, backend, close } = await start([table()]);
  await client.send(new PutItemCommand({ TableName: "chat-connections", Item: Key }));
  const socket = connect(Number(new URL(backend.endpoint).port), "127.0.0.1");
  await new Promise<void>((resolve) => socket.once("connect", resolve));
  const ended = new Promise((resolve) => socket.once("close", resolve));
  await close();
  socket.resume();
  await ended;
});
