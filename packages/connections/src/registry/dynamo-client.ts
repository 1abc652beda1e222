// The SDK's client for DynamoDB, loaded with the first call and shared by everything that keeps rows in one table.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";

/** Where the rows are. */
export interface TablePlace {
  /** The table's name; see `connectionsTable`. */
  readonly table: string;
  /** A client that you have made already. @default one made with the SDK's own settings, at the first call */
  readonly client?: DynamoDBClient | undefined;
}

type Sdk = typeof import("./dynamo-sdk.ts");

/** The SDK and the client. */
export interface Loaded {
  readonly sdk: Sdk;
  readonly client: DynamoDBClient;
}

let own: DynamoDBClient | undefined;

/** Gives the SDK; nothing is loaded before the first call. Who brings no client shares one. */
export function lazyDynamo({ client: given }: Pick<TablePlace, "client">): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  return () =>
    (loading ??= import("./dynamo-sdk.ts").then((sdk) => ({
      sdk,
      client: given ?? (own ??= new sdk.DynamoDBClient({})),
    })));
}

/**
 * The client that registry, presence, log, meter and ledger share where they are given none, for tables of your own: a
 * second one would cost a cold start another connection.
 *
 * The SDK is loaded, and the client made with the SDK's own settings, at the first call of any of them.
 *
 * @example
 * const client = await sharedClient();
 */
export async function sharedClient(): Promise<DynamoDBClient> {
  return (await lazyDynamo({})()).client;
}

const attempts = 7;
const firstPauseMs = 25;

/** Repeats with random, growing pauses what DynamoDB takes only a part of. @throws `TABLE_BUSY` */
export async function untilTaken<Left>(
  table: string,
  first: readonly Left[],
  take: (left: Left[]) => Promise<readonly Left[]>,
): Promise<void> {
  let left = first;
  for (let attempt = 0; ; attempt += 1) {
    left = await take([...left]);
    if (left.length === 0) return;
    if (attempt + 1 === attempts) throw failures.create("TABLE_BUSY", { table, left: left.length });
    const pauseMs = Math.random() * firstPauseMs * 2 ** attempt;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Whether the condition of a write held. */
export async function held(sdk: Sdk, write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof sdk.ConditionalCheckFailedException) return false;
    throw error;
  }
}
