// The registry on DynamoDB: one table, no index, no transaction.
import type { DynamoDBClient, WriteRequest } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";
import { dynamoRows, type DynamoRows, type Partition } from "./dynamo-rows.ts";
import { assertName, toConnection, toFirstMoment } from "./entry.ts";
import {
  connectionKey,
  connectionOfRoomKey,
  connectionOfUserKey,
  isExpired,
  readConnection,
  readOccupant,
  roomOfConnectionKey,
  roomPrefix,
  toConnectionItem,
  toKeyItem,
  toMembershipItem,
  toOccupantItem,
  type Item,
  type Key,
} from "./item.ts";
import { toMembers } from "./members.ts";
import type {
  Connection,
  Departure,
  DisconnectOptions,
  Occupant,
  ReadOptions,
  Registry,
} from "./registry.ts";
import { assertTable } from "./table.ts";

export { connectionsTable, connectionsTtl } from "./table.ts";

/** What a registry on DynamoDB is given. */
export interface DynamoRegistryOptions {
  /** The table's name; see `connectionsTable`. */
  readonly table: string;
  /** A client that you have made already. @default one made with the SDK's own settings, at the first call */
  readonly client?: DynamoDBClient;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

interface Store {
  readonly rows: DynamoRows;
  readonly now: () => number;
}

/**
 * Keeps connections and rooms in a DynamoDB table with keys `pk` and `sk` and the time to live `ttl`.
 *
 * `@aws-sdk/client-dynamodb` is loaded at the first call, not at import. `connect` and `leave` are two writes,
 * `join` is a read and two writes, `touch` is one write; `disconnect` of a connection with n rooms is one query
 * and 2 + 2n deletes in chunks of 25. A process that ends in the middle of a write leaves rows that the next
 * `disconnect`, a broadcast, or the time to live removes.
 *
 * @example
 * const registry = dynamoRegistry({ table: process.env.CONNECTIONS_TABLE! });
 * @throws `BAD_TABLE` for an empty name.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html
 */
export function dynamoRegistry(options: DynamoRegistryOptions): Registry {
  assertTable(options.table);
  const store: Store = {
    rows: dynamoRows({ table: options.table, client: options.client }),
    now: options.now ?? Date.now,
  };
  const inRoom = (room: string, read: ReadOptions = {}): AsyncIterable<readonly Occupant[]> => {
    assertName("room", room);
    return toOccupants(store, { pk: connectionOfRoomKey(room, "").pk, pageSize: 500, ...read });
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
    async touch(connectionId) {
      assertName("connection id", connectionId);
      const lastSeenAt = store.now();
      const madeAfter = toFirstMoment(lastSeenAt);
      return store.rows.stamp(connectionKey(connectionId), { lastSeenAt, madeAfter });
    },
    find: (connectionId) => find(store, connectionId),
    join: (connectionId, room) => join(store, connectionId, room),
    async leave(connectionId, room) {
      assertName("connection id", connectionId);
      assertName("room", room);
      await store.rows.writeAll(leaving(connectionId, [room]));
    },
    rooms: (connectionId) => roomsOf(store, connectionId),
    inRoom,
    byUser(userId, read = {}) {
      assertName("user id", userId);
      return toOccupants(store, { pk: connectionOfUserKey(userId, "").pk, pageSize: 500, ...read });
    },
    async members(room, read) {
      return toMembers(inRoom(room, read));
    },
  };
}

async function find(store: Store, connectionId: string): Promise<Connection | undefined> {
  assertName("connection id", connectionId);
  const item = await store.rows.find(connectionKey(connectionId));
  return item && !isExpired(item, store.now()) ? readConnection(item) : undefined;
}

async function join(store: Store, connectionId: string, room: string): Promise<Connection> {
  assertName("room", room);
  const connection = await find(store, connectionId);
  if (!connection) throw failures.create("CONNECTION_UNKNOWN", { connectionId });
  await store.rows.writeAll([
    put(toMembershipItem(roomOfConnectionKey(connectionId, room), connection)),
    put(toOccupantItem(connectionOfRoomKey(room, connectionId), connection)),
  ]);
  return connection;
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
  const rooms = old.filter((item) => item["sk"]?.S?.startsWith(roomPrefix)).map(toRoom);
  await store.rows.writeAll([
    remove(connectionOfUserKey(userId, connectionId)),
    ...leaving(connectionId, rooms),
  ]);
  const own = old.find((item) => item["sk"]?.S === key.sk) ?? first;
  return { connectionId, userId, attributes: readOccupant(own).attributes, rooms: rooms.sort() };
}

async function gather(store: Store, partition: Partition): Promise<readonly Item[]> {
  const now = store.now();
  const items: Item[] = [];
  for await (const page of store.rows.query(partition)) {
    items.push(...page.filter((item) => !isExpired(item, now)));
  }
  return items;
}

async function* toOccupants(store: Store, partition: Partition): AsyncGenerator<readonly Occupant[]> {
  for await (const page of store.rows.query(partition)) {
    const now = store.now();
    const occupants = page.filter((item) => !isExpired(item, now)).map(readOccupant);
    if (occupants.length > 0) yield occupants;
  }
}

function leaving(connectionId: string, rooms: readonly string[]): readonly WriteRequest[] {
  return rooms.flatMap((room) => [
    remove(connectionOfRoomKey(room, connectionId)),
    remove(roomOfConnectionKey(connectionId, room)),
  ]);
}

const put = (item: Item): WriteRequest => ({ PutRequest: { Item: item } });
const remove = (key: Key): WriteRequest => ({ DeleteRequest: { Key: toKeyItem(key) } });
const toRoom = (item: Item): string => (item["sk"]?.S ?? "").slice(roomPrefix.length);
