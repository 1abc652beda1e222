// The log of rooms on DynamoDB: a counter, a row for each message, and a row for each id that must not come twice.
import { held, lazyDynamo, type Loaded, type TablePlace } from "../registry/dynamo-client.ts";
import { assertName } from "../registry/entry.ts";
import { toKeyItem, type Item, type Key } from "../registry/item.ts";
import { assertTable } from "../registry/table.ts";
import {
  assertPlace,
  defaultAgeMs,
  defaultCount,
  settledMs,
  toMissing,
  type Counter,
  type Entry,
  type LogOptions,
  type RoomLog,
} from "./log.ts";

/*
 * pk            sk              what
 * log#{room}    count           the last number, and when it was given
 * log#{room}    entry#{seq}     a message
 * log#{room}    id#{id}         an id that was given by the sender, and the number that it got
 */
const countKey = (room: string): Key => ({ pk: `log#${room}`, sk: "count" });
const idKey = (room: string, id: string): Key => ({ pk: `log#${room}`, sk: `id#${id}` });
const entryKey = (room: string, seq: number): Key => ({
  pk: `log#${room}`,
  sk: `entry#${String(seq).padStart(16, "0")}`,
});

interface Store {
  readonly table: string;
  readonly load: () => Promise<Loaded>;
  readonly now: () => number;
  readonly ageMs: number;
}

/**
 * Keeps the log of rooms in the table of connections.
 *
 * `append` is two writes, and two more with an id of the sender's. `resume` is a read and a query. Old messages leave
 * by the time to live; until DynamoDB gets to them they are not told.
 *
 * @example
 * const log = dynamoRoomLog({ table: process.env.CONNECTIONS_TABLE!, count: 200, ageMs: 600_000 });
 * @throws `BAD_TABLE` for an empty name.
 */
export function dynamoRoomLog(options: TablePlace & LogOptions): RoomLog {
  assertTable(options.table);
  const { table, count = defaultCount, ageMs = defaultAgeMs, now = Date.now } = options;
  const store: Store = { table, load: lazyDynamo(options), now, ageMs };
  return {
    async append(room, { id, frame }) {
      assertName("room", room);
      if (id === undefined)
        return { ...(await write(store, room, { id: crypto.randomUUID(), frame })), again: false };
      assertName("message id", id);
      const known = await claim(store, room, id);
      if (known !== undefined) {
        const entry = await readEntry(store, room, known);
        if (entry) return { ...entry, again: true };
      }
      const entry = await write(store, room, { id, frame }, known);
      await settleClaim(store, room, entry);
      return { ...entry, again: known !== undefined };
    },
    async resume(room, after, { limit = 100 } = {}) {
      assertName("room", room);
      assertPlace(after);
      const counter = await readCounter(store, room);
      const trimmed = Math.max(0, counter.last - count);
      const { entries, cut } = await readAfter(store, room, { after: Math.max(after, trimmed), limit });
      return toMissing({ after, counter, entries, cut, trimmed, now: now() });
    },
    async last(room) {
      assertName("room", room);
      return (await readCounter(store, room)).last;
    },
  };
}

/** Takes a number, unless one was taken already, and writes the message. */
async function write(
  { table, load, now, ageMs }: Store,
  room: string,
  { id, frame }: { readonly id: string; readonly frame: object },
  taken?: number,
): Promise<Entry> {
  const { sdk, client } = await load();
  const at = now();
  const seq = taken ?? (await takeNumber({ sdk, client }, table, { room, at }));
  const Item: Item = {
    ...toKeyItem(entryKey(room, seq)),
    seq: { N: String(seq) },
    id: { S: id },
    at: { N: String(at) },
    frame: { S: JSON.stringify(frame) },
    ttl: { N: String(Math.ceil((at + ageMs) / 1_000)) },
  };
  await client.send(new sdk.PutItemCommand({ TableName: table, Item }));
  return { seq, id, at, frame };
}

async function takeNumber(
  { sdk, client }: Loaded,
  table: string,
  { room, at }: { readonly room: string; readonly at: number },
): Promise<number> {
  const { Attributes } = await client.send(
    new sdk.UpdateItemCommand({
      TableName: table,
      Key: toKeyItem(countKey(room)),
      UpdateExpression: "ADD #last :one SET #at = :at",
      ExpressionAttributeNames: { "#last": "last", "#at": "at" },
      ExpressionAttributeValues: { ":one": { N: "1" }, ":at": { N: String(at) } },
      ReturnValues: "UPDATED_NEW",
    }),
  );
  return Number(Attributes?.["last"]?.N);
}

const claimTries = 20;

/**
 * Makes the id this writer's own; gives the number where another writer has finished with it.
 *
 * A writer that is under way is waited for, for two seconds; then it is taken for dead.
 */
async function claim(store: Store, room: string, id: string): Promise<number | undefined> {
  const { table, load, now, ageMs } = store;
  const { sdk, client } = await load();
  const ttl = String(Math.ceil((now() + ageMs) / 1_000));
  const Item: Item = { ...toKeyItem(idKey(room, id)), since: { N: String(now()) }, ttl: { N: ttl } };
  const fresh = {
    ConditionExpression: "attribute_not_exists(pk) OR since < :dead",
    ExpressionAttributeValues: { ":dead": { N: String(now() - ageMs) } },
  };
  const put = new sdk.PutItemCommand({ TableName: table, Item, ...fresh });
  if (await held(sdk, client.send(put))) return undefined;
  for (let attempt = 0; attempt < claimTries; attempt += 1) {
    const found = await client.send(
      new sdk.GetItemCommand({ TableName: table, Key: toKeyItem(idKey(room, id)), ConsistentRead: true }),
    );
    const seq = found.Item?.["seq"]?.N;
    if (seq !== undefined) return Number(seq);
    await new Promise((resolve) => setTimeout(resolve, settledMs / claimTries));
  }
  return undefined;
}

async function settleClaim({ table, load }: Store, room: string, { id, seq }: Entry): Promise<void> {
  const { sdk, client } = await load();
  await client.send(
    new sdk.UpdateItemCommand({
      TableName: table,
      Key: toKeyItem(idKey(room, id)),
      UpdateExpression: "SET seq = :seq",
      ExpressionAttributeValues: { ":seq": { N: String(seq) } },
    }),
  );
}

async function readCounter({ table, load }: Store, room: string): Promise<Counter> {
  const { sdk, client } = await load();
  const Key = toKeyItem(countKey(room));
  const { Item } = await client.send(new sdk.GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return { last: Number(Item?.["last"]?.N ?? 0), at: Number(Item?.["at"]?.N ?? 0) };
}

async function readEntry({ table, load }: Store, room: string, seq: number): Promise<Entry | undefined> {
  const { sdk, client } = await load();
  const Key = toKeyItem(entryKey(room, seq));
  const { Item } = await client.send(new sdk.GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  return Item && toEntry(Item);
}

async function readAfter(
  { table, load, now, ageMs }: Store,
  room: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<{ readonly entries: readonly Entry[]; readonly cut: boolean }> {
  const { sdk, client } = await load();
  const entries: Entry[] = [];
  let from: Item | undefined;
  do {
    const page = await client.send(
      new sdk.QueryCommand({
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :final",
        ExpressionAttributeValues: {
          ":pk": { S: countKey(room).pk },
          ":first": { S: entryKey(room, after + 1).sk },
          ":final": { S: entryKey(room, Number.MAX_SAFE_INTEGER).sk },
        },
        ConsistentRead: true,
        Limit: limit + 1,
        ...(from && { ExclusiveStartKey: from }),
      }),
    );
    const living = (page.Items ?? []).map(toEntry).filter(({ at }) => now() - at < ageMs);
    entries.push(...living);
    from = page.LastEvaluatedKey;
  } while (from && entries.length <= limit);
  return { entries: entries.slice(0, limit), cut: entries.length > limit };
}

function toEntry(item: Item): Entry {
  return {
    seq: Number(item["seq"]?.N),
    id: item["id"]?.S ?? "",
    at: Number(item["at"]?.N),
    frame: JSON.parse(item["frame"]?.S ?? "{}") as object, // an object was written
  };
}
