// DynamoDB on this machine: the tables that the definition declares, kept between runs.
import { setImmediate } from "node:timers/promises";
import { failures } from "../failures.ts";
import type { Table } from "../model/resources.ts";
import type { Log } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { createDynalite } from "./dynalite.ts";
import { closeServer, listenLocally } from "./listen.ts";

/** What to start it with. */
export interface DynamodbOptions {
  readonly tables: readonly Table[];
  /** Where the items are kept. Without it they are gone when it closes. One process at a time may use it. */
  readonly folder?: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly log: Log;
}

/**
 * Starts DynamoDB and sees to it that every declared table exists. Tables of an earlier run keep their items.
 *
 * Items whose time to live is over stay until they are overwritten: on AWS too they may stay for days, so a reader
 * has to filter them. There are no transactions, no streams and no PartiQL.
 *
 * @throws `PORT_TAKEN`; `TABLE_CHANGED` when a kept table has other keys or indexes, or was never finished; `TABLE_REFUSED`.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html
 */
export async function startDynamodb({ tables, folder, port, log }: DynamodbOptions): Promise<Backend> {
  const { server, drain } = createDynalite(folder);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= drain().then(() => closeServer(server)));
  try {
    const endpoint = await listenLocally(server, { port, name: "DynamoDB" });
    for (const table of tables) await ensureTable(endpoint, table, log);
    return { endpoint, close };
  } catch (error) {
    if (!server.listening) await listenLocally(server, { port: 0, name: "DynamoDB" }); // else it keeps its files open
    await close();
    throw error;
  }
}

async function ensureTable(endpoint: string, table: Table, log: Log): Promise<void> {
  const kept = await describe(endpoint, table.name);
  if (kept) {
    if (kept["TableStatus"] !== "ACTIVE" || shapeOf(kept) !== shapeOf(table.createTable))
      throw failures.create("TABLE_CHANGED", { table: table.name });
    return;
  }
  const { input, without } = toCreateTable(table);
  const created = await call(endpoint, "CreateTable", input);
  if (!created.ok) {
    const why = String(created.answer["message"] ?? created.answer["__type"]);
    throw failures.create("TABLE_REFUSED", { table: table.name, why });
  }
  // An instant later it is active; one that is not by the end of the process would never be.
  while ((await describe(endpoint, table.name))?.["TableStatus"] === "CREATING") await setImmediate();
  if (without.length > 0) log.warn(`Table ${table.name}: ${without.join(", ")} has no effect here.`);
}

async function describe(endpoint: string, name: string): Promise<Record<string, unknown> | undefined> {
  const { ok, answer } = await call(endpoint, "DescribeTable", { TableName: name });
  return ok ? (answer["Table"] as Record<string, unknown>) : undefined; // DescribeTable's one field
}

/** What dynalite understands of a table, of an index, and what makes no difference on one machine. */
const tableWords = ["AttributeDefinitions", "KeySchema", "BillingMode", "ProvisionedThroughput"];
const indexLists = ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"];
const indexWords = ["IndexName", "KeySchema", "Projection", "ProvisionedThroughput"];
const harmless = new Set([
  "TableName",
  "Tags",
  "TimeToLiveSpecification",
  "SSESpecification",
  "PointInTimeRecoverySpecification",
  "DeletionProtectionEnabled",
  "TableClass",
  "ContributorInsightsSpecification",
  "OnDemandThroughput",
  "WarmThroughput",
  "ResourcePolicy",
]);

/** The `CreateTable` input that is asked for here, and the names of what a program might miss. */
function toCreateTable(table: Table): { input: object; without: readonly string[] } {
  const declared = table.createTable;
  const indexes = indexLists.flatMap((list) => {
    const entries = declared[list];
    return Array.isArray(entries) && entries.length > 0
      ? [[list, entries.map((entry) => pick(entry, indexWords))] as const]
      : [];
  });
  return {
    input: { TableName: table.name, ...pick(declared, tableWords), ...Object.fromEntries(indexes) },
    without: Object.keys(declared).filter(
      (word) => !tableWords.includes(word) && !indexLists.includes(word) && !harmless.has(word),
    ),
  };
}

function pick(from: unknown, words: readonly string[]): object {
  return Object.fromEntries(Object.entries(Object(from)).filter(([word]) => words.includes(word)));
}

/** What cannot be changed without making a table anew, as text to compare: keys, their types, indexes. */
function shapeOf(table: unknown): string {
  const { AttributeDefinitions, KeySchema, ...rest } = Object(table) as Record<string, unknown>; // an object or {}
  const indexes = indexLists.map((list) =>
    asList(rest[list]).map((entry) => [entry["IndexName"], keysOf(entry["KeySchema"]), entry["Projection"]]),
  );
  const types = asList(AttributeDefinitions).map((each) => [each["AttributeName"], each["AttributeType"]]);
  return JSON.stringify([keysOf(KeySchema), sorted(types), indexes.map(sorted)], (_name, value: unknown) =>
    isPlain(value) ? Object.fromEntries(sorted(Object.entries(value))) : value,
  );
}

function keysOf(schema: unknown): readonly unknown[] {
  return sorted(asList(schema).map((key) => [key["KeyType"], key["AttributeName"]]));
}

function asList(value: unknown): readonly Record<string, unknown>[] {
  return Array.isArray(value) ? value : [];
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sorted<Entry extends readonly unknown[]>(entries: readonly Entry[]): readonly Entry[] {
  return [...entries].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

interface Called {
  readonly ok: boolean;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** One operation on DynamoDB's wire. dynalite wants a signature and does not check it. */
async function call(endpoint: string, operation: string, input: object): Promise<Called> {
  const response = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${operation}`,
      "x-amz-date": "20260101T000000Z",
      authorization: "AWS4-HMAC-SHA256 Credential=gatewright, SignedHeaders=host, Signature=none",
    },
    body: JSON.stringify(input),
  });
  return { ok: response.ok, answer: (await response.json()) as Called["answer"] }; // DynamoDB answers objects
}
