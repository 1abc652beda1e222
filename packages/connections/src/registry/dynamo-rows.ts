// Rows of connections in and out of one DynamoDB table: read one, many, a partition, everything; write many.
import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { held, lazyDynamo, untilTaken, type Loaded, type TablePlace } from "./dynamo-client.ts";
import { toKeyItem, type Item, type Key } from "./item.ts";

/** The table, as narrow as the registry needs it. */
export interface DynamoRows {
  /** One row, read consistently. */
  find(key: Key): Promise<Item | undefined>;
  /** Those rows that are there, read consistently, 100 at a time, in no order. @throws `TABLE_BUSY` */
  findAll(keys: readonly Key[]): Promise<readonly Item[]>;
  /** The rows of a partition, page by page. */
  query(partition: Partition): AsyncIterable<readonly Item[]>;
  /** The rows of the whole table that have a sort key, page by page. */
  scan(segment: Segment): AsyncIterable<readonly Item[]>;
  /** Any number of writes, in chunks of 25; what DynamoDB leaves over is tried again. @throws `TABLE_BUSY` */
  writeAll(requests: readonly WriteRequest[]): Promise<void>;
  /** Writes attributes into a connection made after a moment; `false` when there is none. */
  stamp(key: Key, stamp: Stamp): Promise<boolean>;
  /** Removes the connection's row unless it was made after `moment`; `false` when it was. */
  removeUnlessNewer(key: Key, moment: number): Promise<boolean>;
  /** Puts a row whose number `name` must still be what was read; `false` when it is not. */
  replace(item: Item, name: string, before: Item | undefined): Promise<boolean>;
}

interface Reading {
  readonly consistent?: boolean | undefined;
  readonly pageSize?: number | undefined;
  /** Goes on after this row. */
  readonly from?: Key | undefined;
}

/** Which rows of one partition to read, and how. */
export interface Partition extends Reading {
  readonly pk: string;
  /** Only rows whose sort key starts so. */
  readonly startsWith?: string;
}

/** Which part of the table to read, and how. */
export interface Segment extends Reading {
  /** Only rows with this sort key. */
  readonly sk: string;
  readonly index: number;
  readonly of: number;
}

/** What a sign of life changes. */
export interface Stamp {
  readonly lastSeenAt: number;
  readonly expiresAt?: number | undefined;
  readonly madeAfter: number;
}

/** The most writes that BatchWriteItem takes, and the most keys of BatchGetItem. */
const writesAtOnce = 25;
const readsAtOnce = 100;

/** Opens a table; nothing is loaded or called before the first row is asked for. */
export function dynamoRows(place: TablePlace): DynamoRows {
  const { table } = place;
  const load = lazyDynamo(place);
  return {
    async find(key) {
      const { sdk, client } = await load();
      const input = { TableName: table, Key: toKeyItem(key), ConsistentRead: true };
      return (await client.send(new sdk.GetItemCommand(input))).Item;
    },
    async findAll(keys) {
      const loaded = await load();
      const found: Item[] = [];
      for (let at = 0; at < keys.length; at += readsAtOnce) {
        found.push(...(await readChunk(loaded, table, keys.slice(at, at + readsAtOnce))));
      }
      return found;
    },
    async *query(partition) {
      yield* pagesOf(await load(), table, partition);
    },
    async *scan(segment) {
      yield* segmentOf(await load(), table, segment);
    },
    async writeAll(requests) {
      const { sdk, client } = await load();
      for (let at = 0; at < requests.length; at += writesAtOnce) {
        await untilTaken(table, requests.slice(at, at + writesAtOnce), async (left) => {
          const answer = await client.send(
            new sdk.BatchWriteItemCommand({ RequestItems: { [table]: left } }),
          );
          return answer.UnprocessedItems?.[table] ?? [];
        });
      }
    },
    ...underConditions(load, table),
  };
}

function underConditions(
  load: () => Promise<Loaded>,
  table: string,
): Pick<DynamoRows, "stamp" | "removeUnlessNewer" | "replace"> {
  return {
    async stamp(key, { lastSeenAt, expiresAt, madeAfter }) {
      const { sdk, client } = await load();
      const command = new sdk.UpdateItemCommand({
        TableName: table,
        Key: toKeyItem(key),
        UpdateExpression: `SET lastSeenAt = :now${expiresAt === undefined ? "" : ", expiresAt = :end"}`,
        ConditionExpression: "connectedAt > :moment",
        ExpressionAttributeValues: {
          ":now": { N: String(lastSeenAt) },
          ":moment": { N: String(madeAfter) },
          ...(expiresAt !== undefined && { ":end": { N: String(expiresAt) } }),
        },
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
    async replace(item, name, before) {
      const { sdk, client } = await load();
      const value = before?.[name];
      const command = new sdk.PutItemCommand({
        TableName: table,
        Item: item,
        ExpressionAttributeNames: { "#name": name },
        ConditionExpression: value ? "#name = :before" : "attribute_not_exists(#name)",
        ...(value && { ExpressionAttributeValues: { ":before": value } }),
      });
      return held(sdk, client.send(command));
    },
  };
}

async function readChunk(
  { sdk, client }: Loaded,
  table: string,
  keys: readonly Key[],
): Promise<readonly Item[]> {
  const found: Item[] = [];
  await untilTaken(table, keys.map(toKeyItem), async (left) => {
    const request = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } };
    const answer = await client.send(new sdk.BatchGetItemCommand(request));
    found.push(...(answer.Responses?.[table] ?? []));
    return answer.UnprocessedKeys?.[table]?.Keys ?? [];
  });
  return found;
}

async function* pagesOf(
  { sdk, client }: Loaded,
  table: string,
  { pk, startsWith, consistent = true, pageSize, from: first }: Partition,
): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined = first && toKeyItem(first);
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

async function* segmentOf(
  { sdk, client }: Loaded,
  table: string,
  { sk, index, of, consistent = true, pageSize, from: first }: Segment,
): AsyncGenerator<readonly Item[]> {
  let from: Item | undefined = first && toKeyItem(first);
  do {
    const page = await client.send(
      new sdk.ScanCommand({
        TableName: table,
        FilterExpression: "sk = :sk",
        ExpressionAttributeValues: { ":sk": { S: sk } },
        ConsistentRead: consistent,
        ...(of > 1 && { Segment: index, TotalSegments: of }),
        ...(pageSize && { Limit: pageSize }),
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    yield page.Items ?? [];
    from = page.LastEvaluatedKey;
  } while (from);
}
