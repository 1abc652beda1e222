// Rows in and out of one DynamoDB table, the SDK loaded with the first of them.
import type { DynamoDBClient, WriteRequest } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";
import { toKeyItem, type Item, type Key } from "./item.ts";

/** The table, as narrow as the registry needs it. */
export interface DynamoRows {
  /** One row, read consistently. */
  find(key: Key): Promise<Item | undefined>;
  /** The rows of a partition, page by page. */
  query(partition: Partition): AsyncIterable<readonly Item[]>;
  /** Any number of writes, in chunks of 25; what DynamoDB leaves over is tried again. @throws `TABLE_BUSY` */
  writeAll(requests: readonly WriteRequest[]): Promise<void>;
  /** Writes `lastSeenAt` into a connection made after a moment; `false` when there is none. */
  stamp(key: Key, times: { readonly lastSeenAt: number; readonly madeAfter: number }): Promise<boolean>;
  /** Removes the connection's row unless it was made after `moment`; `false` when it was. */
  removeUnlessNewer(key: Key, moment: number): Promise<boolean>;
}

/** Which rows to read, and how. */
export interface Partition {
  readonly pk: string;
  /** Only rows whose sort key starts so. */
  readonly startsWith?: string;
  readonly consistent?: boolean;
  readonly pageSize?: number;
}

/** Where the rows are. */
export interface RowsPlace {
  readonly table: string;
  readonly client: DynamoDBClient | undefined;
}

type Sdk = typeof import("@aws-sdk/client-dynamodb");
interface Loaded {
  readonly sdk: Sdk;
  readonly client: DynamoDBClient;
}

/** The most writes that BatchWriteItem takes. */
const chunkSize = 25;
const attempts = 7;
const firstPauseMs = 25;

/** Opens a table; nothing is loaded or called before the first row is asked for. */
export function dynamoRows({ table, client: given }: RowsPlace): DynamoRows {
  let loading: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> =>
    (loading ??= import("@aws-sdk/client-dynamodb").then((sdk) => ({
      sdk,
      client: given ?? new sdk.DynamoDBClient({}),
    })));

  return {
    async find(key) {
      const { sdk, client } = await load();
      const input = { TableName: table, Key: toKeyItem(key), ConsistentRead: true };
      return (await client.send(new sdk.GetItemCommand(input))).Item;
    },
    async *query(partition) {
      yield* pagesOf(await load(), table, partition);
    },
    async writeAll(requests) {
      const loaded = await load();
      for (let at = 0; at < requests.length; at += chunkSize) {
        await writeChunk(loaded, table, requests.slice(at, at + chunkSize));
      }
    },
    async stamp(key, { lastSeenAt, madeAfter }) {
      const { sdk, client } = await load();
      const command = new sdk.UpdateItemCommand({
        TableName: table,
        Key: toKeyItem(key),
        UpdateExpression: "SET lastSeenAt = :now",
        ConditionExpression: "connectedAt > :moment",
        ExpressionAttributeValues: { ":now": { N: String(lastSeenAt) }, ":moment": { N: String(madeAfter) } },
      });
      return held(sdk, client.send(command));
    },
    async removeUnlessNewer(key, moment) {
      const { sdk, client } = await load();
      const command = new sdk.DeleteItemCommand({
        TableName: table,
        Key: toKeyItem(key),
        ConditionExpression: "attribute_not_exists(pk) OR connectedAt <= :moment",
        ExpressionAttributeValues: { ":moment": { N: String(moment) } },
      });
      return held(sdk, client.send(command));
    },
  };
}

async function* pagesOf(
  { sdk, client }: Loaded,
  table: string,
  { pk, startsWith, consistent = true, pageSize }: Partition,
): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined;
  do {
    const page = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        KeyConditionExpression: startsWith ? "pk = :pk AND begins_with(sk, :sk)" : "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: pk }, ...(startsWith && { ":sk": { S: startsWith } }) },
        ConsistentRead: consistent,
        ...(pageSize && { Limit: pageSize }),
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}

async function writeChunk(
  { sdk, client }: Loaded,
  table: string,
  requests: readonly WriteRequest[],
): Promise<void> {
  let left = [...requests];
  for (let attempt = 0; ; attempt += 1) {
    const answer = await client.send(new sdk.BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = answer.UnprocessedItems?.[table] ?? [];
    if (left.length === 0) return;
    if (attempt + 1 === attempts) throw failures.create("TABLE_BUSY", { table, left: left.length });
    const pauseMs = Math.random() * firstPauseMs * 2 ** attempt;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Whether the condition of a write held. */
async function held(sdk: Sdk, write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return false;
    throw error;
  }
}
