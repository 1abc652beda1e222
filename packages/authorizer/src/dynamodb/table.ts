// One DynamoDB table with keys pk and sk and the time to live ttl, as narrow as the stores need it.
import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";

/** Which table; it may be the one of `@gatewright/connections`. */
export interface DynamoTableOptions {
  /** Keys `pk` and `sk` (strings), time to live `ttl`. */
  readonly table: string;
  /** A client that you have made already. @default one made at the first call, which gives up well before an authorizer's 10 s */
  readonly client?: DynamoDBClient;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A row as DynamoDB writes it. */
export type Row = Record<string, AttributeValue>;

/** Rows that are written once and taken once. */
export interface RowTable {
  find(pk: string): Promise<Row | undefined>;
  /** Writes a row; `false` where one is there that is not over. */
  put(pk: string, row: Row): Promise<boolean>;
  /** Writes a row, whatever is there. */
  replace(pk: string, row: Row): Promise<void>;
  /** Takes a row away and gives it: to one caller only. */
  take(pk: string): Promise<Row | undefined>;
}

/** The SDK itself would wait for ever; asked twice, all of it takes 6 s at most. */
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** Every row of ours has the same sort key: it is found by its partition. */
const sk: AttributeValue = { S: "gatewright" };

/**
 * Opens a table. `@aws-sdk/client-dynamodb` is loaded at the first call.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 */
export function openTable({ table, client: given, now = Date.now }: DynamoTableOptions): RowTable {
  if (typeof table !== "string" || table === "") throw failures.create("TABLE_MISSING", undefined);
  const load = async (): Promise<{
    sdk: typeof import("@aws-sdk/client-dynamodb");
    client: DynamoDBClient;
  }> => {
    const sdk = await import("@aws-sdk/client-dynamodb");
    return { sdk, client: given ?? new sdk.DynamoDBClient(patience) };
  };
  let loading: ReturnType<typeof load> | undefined;
  const open = (): ReturnType<typeof load> => (loading ??= load());
  return {
    async find(pk) {
      const { sdk, client } = await open();
      const Key = { pk: { S: pk }, sk };
      return (await client.send(new sdk.GetItemCommand({ TableName: table, Key, ConsistentRead: true })))
        .Item;
    },
    async put(pk, row) {
      const { sdk, client } = await open();
      const command = new sdk.PutItemCommand({
        TableName: table,
        Item: { ...row, pk: { S: pk }, sk },
        // Time to live removes rows late: one that is over counts as none.
        ConditionExpression: "attribute_not_exists(pk) OR #ttl <= :now",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":now": { N: String(Math.floor(now() / 1000)) } },
      });
      return held(sdk, client.send(command));
    },
    async replace(pk, row) {
      const { sdk, client } = await open();
      await client.send(new sdk.PutItemCommand({ TableName: table, Item: { ...row, pk: { S: pk }, sk } }));
    },
    async take(pk) {
      const { sdk, client } = await open();
      const command = new sdk.DeleteItemCommand({
        TableName: table,
        Key: { pk: { S: pk }, sk },
        ConditionExpression: "attribute_exists(pk)",
        ReturnValues: "ALL_OLD",
      });
      let row: Row | undefined;
      const taking = client.send(command).then((answer) => (row = answer.Attributes));
      return (await held(sdk, taking)) ? row : undefined;
    },
  };
}

/** Whether the condition of a write held. */
async function held(
  { ConditionalCheckFailedException }: typeof import("@aws-sdk/client-dynamodb"),
  writing: Promise<unknown>,
): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
