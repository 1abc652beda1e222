// Tickets in a DynamoDB table: one row each, and an index of those that the sweep has to look at.
import type { AttributeValue, CreateTableCommandInput, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";
import { toChanged, type TicketRow, type Tickets } from "./tickets.ts";

/** Where tickets are remembered. */
export interface DynamoTicketsOptions {
  /** The table's name; see {@link ticketsTable}. */
  readonly table: string;
  /** A client that you have made already. @default one made with the SDK's own settings, at the first call */
  readonly client?: DynamoDBClient;
}

type Item = Record<string, AttributeValue>;
type Sdk = typeof import("@aws-sdk/client-dynamodb");
interface Loaded {
  readonly sdk: Sdk;
  readonly client: DynamoDBClient;
}

/** Tickets that are due lie in so many partitions of the index, so that no single one gets hot. */
const shards = "0123456789abcdef";
const index = "due";

/**
 * Remembers tickets in a DynamoDB table.
 *
 * `@aws-sdk/client-dynamodb` is loaded at the first call, not at import. Each step is one write with a condition, so of
 * many who want to work on a ticket one gets it.
 *
 * @example
 * const tickets = dynamoTickets({ table: process.env.TICKETS_TABLE! });
 * @throws `BAD_TABLE` for an empty name.
 */
export function dynamoTickets({ table, client: given }: DynamoTicketsOptions): Tickets {
  assertTable(table);
  let loading: Promise<Loaded> | undefined;
  const load = (): Promise<Loaded> =>
    (loading ??= import("@aws-sdk/client-dynamodb").then((sdk) => ({
      sdk,
      client: given ?? new sdk.DynamoDBClient({}),
    })));
  return {
    async open(row) {
      const { sdk, client } = await load();
      await client.send(new sdk.PutItemCommand({ TableName: table, Item: toItem(row) }));
    },
    async find(id) {
      const { sdk, client } = await load();
      const input = { TableName: table, Key: { pk: { S: id } }, ConsistentRead: true };
      return readItem((await client.send(new sdk.GetItemCommand(input))).Item);
    },
    async hold(id, { now, until }) {
      const loaded = await load();
      const command = new loaded.sdk.UpdateItemCommand({
        TableName: table,
        Key: { pk: { S: id } },
        UpdateExpression: "SET heldUntil = :until",
        ConditionExpression: "heldUntil <= :now",
        ExpressionAttributeValues: { ":until": { N: String(until) }, ":now": { N: String(now) } },
        ReturnValues: "ALL_NEW",
      });
      return readItem((await ifHolds(loaded, loaded.client.send(command)))?.Attributes);
    },
    async save(held, change) {
      const loaded = await load();
      const row = toChanged(held, change);
      const command = new loaded.sdk.PutItemCommand({
        TableName: table,
        Item: toItem(row),
        ConditionExpression: "heldUntil = :held",
        ExpressionAttributeValues: { ":held": { N: String(held.heldUntil) } },
      });
      return (await ifHolds(loaded, loaded.client.send(command))) && row;
    },
    due: async (now, limit) => readDue(await load(), table, { now, limit }),
  };
}

async function readDue(
  { sdk, client }: Loaded,
  table: string,
  { now, limit }: { readonly now: number; readonly limit: number },
): Promise<TicketRow[]> {
  const found: TicketRow[] = [];
  for (const shard of shards) {
    if (found.length >= limit) break;
    const command = new sdk.QueryCommand({
      TableName: table,
      IndexName: index,
      KeyConditionExpression: "#shard = :shard AND dueAt <= :now",
      ExpressionAttributeNames: { "#shard": "shard" }, // a reserved word
      ExpressionAttributeValues: { ":shard": { S: shard }, ":now": { N: String(now) } },
      Limit: limit - found.length,
    });
    const { Items = [] } = await client.send(command);
    found.push(...Items.map(readItem).filter((row) => row !== undefined));
  }
  return found;
}

/**
 * The input of `CreateTable` for a table of tickets: one key, one sparse index, pay per request.
 *
 * CloudFormation takes the same properties, with {@link ticketsTtl} as `TimeToLiveSpecification`.
 *
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function ticketsTable(name: string): CreateTableCommandInput {
  assertTable(name);
  return {
    TableName: name,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "shard", AttributeType: "S" },
      { AttributeName: "dueAt", AttributeType: "N" },
    ],
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    GlobalSecondaryIndexes: [
      {
        IndexName: index,
        KeySchema: [
          { AttributeName: "shard", KeyType: "HASH" },
          { AttributeName: "dueAt", KeyType: "RANGE" },
        ],
        Projection: { ProjectionType: "ALL" },
      },
    ],
  };
}

/** The table's time to live, in seconds since the epoch. */
export const ticketsTtl: { readonly AttributeName: "ttl"; readonly Enabled: true } = {
  AttributeName: "ttl",
  Enabled: true,
};

function assertTable(name: unknown): asserts name is string {
  if (typeof name !== "string" || name === "") throw failures.create("BAD_TABLE", { table: String(name) });
}

/** What is asked about stands in attributes of its own; the rest is one text. */
function toItem({ heldUntil, dueAt, ...row }: TicketRow): Item {
  return {
    pk: { S: row.id },
    row: { S: JSON.stringify(row) },
    state: { S: row.state },
    heldUntil: { N: String(heldUntil) },
    ...(row.removeAt !== undefined && { ttl: { N: String(Math.ceil(row.removeAt / 1000)) } }),
    ...(dueAt !== undefined && { shard: { S: toShard(row.id) }, dueAt: { N: String(dueAt) } }),
  };
}

function readItem(item: Item | undefined): TicketRow | undefined {
  if (!item) return undefined;
  const row = JSON.parse(item["row"]?.S ?? "{}") as TicketRow; // written by `toItem` alone
  const dueAt = item["dueAt"]?.N;
  return {
    ...row,
    heldUntil: Number(item["heldUntil"]?.N ?? 0),
    ...(dueAt !== undefined && { dueAt: Number(dueAt) }),
  };
}

function toShard(id: string): string {
  const sum = Buffer.from(id).reduce((total, byte) => total + byte, 0);
  return shards.charAt(sum % shards.length);
}

async function ifHolds<Answer>({ sdk }: Loaded, sending: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await sending;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return undefined;
    throw error;
  }
}
