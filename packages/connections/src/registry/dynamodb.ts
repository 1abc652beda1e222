// The registry on DynamoDB: one table, no index, no transaction.
import type { TablePlace } from "./dynamo-client.ts";
import { dynamoRows, type Partition } from "./dynamo-rows.ts";
import {
  countShards,
  join,
  leave,
  leaving,
  put,
  readLayout,
  remove,
  split,
  type Store,
} from "./dynamo-rooms.ts";
import { assertName, toConnection, toFirstMoment } from "./entry.ts";
import {
  connectionKey,
  connectionOfRoomKey,
  connectionOfUserKey,
  isExpired,
  readConnection,
  readOccupant,
  readShard,
  roomPrefix,
  shardsKey,
  toConnectionItem,
  toOccupantItem,
  type Item,
} from "./item.ts";
import { toMembers } from "./members.ts";
import type { Departure, DisconnectOptions, Occupant, ReadOptions, Registry } from "./registry.ts";
import { toReadShards } from "./shards.ts";
import { assertTable } from "./table.ts";

/** What a registry on DynamoDB is given. */
export interface DynamoRegistryOptions extends TablePlace {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/**
 * Keeps connections and rooms in a DynamoDB table with keys `pk` and `sk` and the time to live `ttl`.
 *
 * `@aws-sdk/client-dynamodb` is loaded at the first call, not at import. The README lists the capacity units of each
 * call. A process that ends in the middle of a write leaves rows that the next `disconnect`, a broadcast, or the time
 * to live removes.
 *
 * @example
 * const registry = dynamoRegistry({ table: process.env.CONNECTIONS_TABLE! });
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function dynamoRegistry(options: DynamoRegistryOptions): Registry {
  assertTable(options.table);
  const store: Store = { rows: dynamoRows(options), now: options.now ?? Date.now };
  const inRoom = (room: string, read: ReadOptions = {}): AsyncIterable<readonly Occupant[]> => {
    assertName("room", room);
    return roomPages(store, room, read);
  };
  return {
    async connect(given) {
      const connection = toConnection(given, store.now());
      const userKey = connectionOfUserKey(connection.userId, connection.connectionId);
      await store.rows.writeAll([
        put(toConnectionItem(connection)),
        put(toOccupantItem(userKey, connection)),
      ]);
      return connection;
    },
    disconnect: (connectionId, options) => disconnect(store, connectionId, options),
    async touch(connectionId, { expiresAt } = {}) {
      assertName("connection id", connectionId);
      const lastSeenAt = store.now();
      const madeAfter = toFirstMoment(lastSeenAt);
      return store.rows.stamp(connectionKey(connectionId), { lastSeenAt, expiresAt, madeAfter });
    },
    ...lookingUp(store),
    join: (connectionId, room) => join(store, connectionId, room),
    leave: (connectionId, room) => leave(store, connectionId, room),
    rooms: (connectionId) => roomsOf(store, connectionId),
    split: (room, shards) => split(store, room, shards),
    shards: (room) => countShards(store, room),
    inRoom,
    async members(room, read) {
      return toMembers(inRoom(room, read));
    },
  };
}

function lookingUp(store: Store): Pick<Registry, "find" | "findAll" | "everyone" | "byUser"> {
  const { rows, now } = store;
  return {
    async find(connectionId) {
      assertName("connection id", connectionId);
      const item = await rows.find(connectionKey(connectionId));
      return item && !isExpired(item, now()) ? readConnection(item) : undefined;
    },
    async findAll(connectionIds) {
      for (const connectionId of connectionIds) assertName("connection id", connectionId);
      const items = await rows.findAll([...new Set(connectionIds)].map(connectionKey));
      return items.filter((item) => !isExpired(item, now())).map(readConnection);
    },
    everyone({ shards = 1, shard, after, consistent, pageSize } = {}) {
      const from = after === undefined ? undefined : connectionKey(after);
      const one = (index: number): AsyncIterable<readonly Item[]> =>
        rows.scan({ sk: connectionKey("").sk, index, of: shards, from, consistent, pageSize });
      return living(store, oneAfterTheOther(shard, shards, one), readConnection);
    },
    byUser(userId, { after, consistent, pageSize = 500 } = {}) {
      assertName("user id", userId);
      const { pk } = connectionOfUserKey(userId, "");
      const from = after === undefined ? undefined : connectionOfUserKey(userId, after);
      return living(store, rows.query({ pk, from, consistent, pageSize }), readOccupant);
    },
  };
}

/** A room's shards one after the other; the row that says how many there are stands before the first. */
async function* roomPages(
  store: Store,
  room: string,
  read: ReadOptions,
): AsyncGenerator<readonly Occupant[]> {
  const { shard, after, consistent, pageSize = 500 } = read;
  const one = (shard: number): AsyncIterable<readonly Item[]> => {
    const { pk } = connectionOfRoomKey(room, shard, "");
    const from = after === undefined ? undefined : connectionOfRoomKey(room, shard, after);
    return store.rows.query({ pk, from, consistent, pageSize });
  };
  let about: Item | undefined;
  const occupants = beyond(shardsKey(room).sk, one(shard ?? 0), (row) => (about = row));
  yield* living(store, occupants, readOccupant);
  if (shard !== undefined) return;
  const shards = toReadShards(readLayout(about), store.now());
  for (let next = 1; next < shards; next += 1) yield* living(store, one(next), readOccupant);
}

/** The pages without the one row that stands before all others, if it is there; `found` is given it. */
async function* beyond(
  sk: string,
  pages: AsyncIterable<readonly Item[]>,
  found: (row: Item) => void,
): AsyncGenerator<readonly Item[]> {
  for await (const page of pages) {
    const [first, ...rest] = page;
    if (first?.["sk"]?.S !== sk) yield page;
    else {
      found(first);
      yield rest;
    }
  }
}

async function* oneAfterTheOther(
  shard: number | undefined,
  shards: number,
  one: (shard: number) => AsyncIterable<readonly Item[]>,
): AsyncGenerator<readonly Item[]> {
  if (shard !== undefined) yield* one(shard);
  else for (let each = 0; each < shards; each += 1) yield* one(each);
}

async function* living<Value>(
  store: Store,
  pages: AsyncIterable<readonly Item[]>,
  toValue: (item: Item) => Value,
): AsyncGenerator<readonly Value[]> {
  for await (const page of pages) {
    const now = store.now();
    const values = page.filter((item) => !isExpired(item, now)).map(toValue);
    if (values.length > 0) yield values;
  }
}

async function roomsOf(store: Store, connectionId: string): Promise<readonly string[]> {
  assertName("connection id", connectionId);
  const { pk } = connectionKey(connectionId);
  const items = await gather(store, { pk, startsWith: roomPrefix });
  return items.map(toRoom).sort();
}

/** The connection's own row goes first and under a condition, so that a newer one keeps its rooms. */
async function disconnect(
  store: Store,
  connectionId: string,
  { unlessNewerThan = Number.MAX_SAFE_INTEGER }: DisconnectOptions = {},
): Promise<Departure | undefined> {
  assertName("connection id", connectionId);
  const key = connectionKey(connectionId);
  const items = await gather(store, { pk: key.pk });
  const old = items.filter((item) => readOccupant(item).connectedAt <= unlessNewerThan);
  const [first] = old;
  if (!first || old.length < items.length) return undefined;
  if (!(await store.rows.removeUnlessNewer(key, unlessNewerThan))) return undefined;

  const { userId } = readOccupant(first);
  const places = old
    .filter((item) => item["sk"]?.S?.startsWith(roomPrefix))
    .map((item) => ({ room: toRoom(item), shard: readShard(item) }));
  await store.rows.writeAll([
    remove(connectionOfUserKey(userId, connectionId)),
    ...leaving(connectionId, places),
  ]);
  const own: Item = old.find((item) => item["sk"]?.S === key.sk) ?? first;
  const rooms = places.map(({ room }) => room).sort();
  return { connectionId, userId, attributes: readOccupant(own).attributes, rooms };
}

async function gather(store: Store, partition: Partition): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of living(store, store.rows.query(partition), (item) => item)) items.push(...page);
  return items;
}

const toRoom = (item: Item): string => (item["sk"]?.S ?? "").slice(roomPrefix.length);
