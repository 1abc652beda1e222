// The registry in memory: for tests, and for one process on its own.
import { failures } from "../failures.ts";
import { assertName, toConnection, toLastMoment } from "./entry.ts";
import { toMembers } from "./members.ts";
import type { Connection, Occupant, ReadOptions, Registry } from "./registry.ts";
import { assertShards, oneShard, toReadShards, toShard, toSplit, type Layout } from "./shards.ts";

/** What a memory registry may be given. */
export interface MemoryRegistryOptions {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

interface Kept {
  connection: Connection;
  /** Each room with the shard of it. */
  readonly rooms: Map<string, number>;
}

interface Store {
  readonly rows: Map<string, Kept>;
  readonly layouts: Map<string, Layout>;
  readonly alive: (connectionId: string) => Kept | undefined;
  readonly now: () => number;
}

/**
 * Keeps connections and rooms in this process: the twin of `dynamoRegistry`.
 *
 * @example
 * const registry = memoryRegistry();
 * await registry.connect({ connectionId: "a=", endpoint: "https://api.example/dev", userId: "ada" });
 * await registry.join("a=", "room:42");
 */
export function memoryRegistry(options: MemoryRegistryOptions = {}): Registry {
  const now = options.now ?? Date.now;
  const rows = new Map<string, Kept>();
  const alive = (connectionId: string): Kept | undefined => {
    assertName("connection id", connectionId);
    const found = rows.get(connectionId);
    return found && toLastMoment(found.connection.connectedAt) > now() ? found : undefined;
  };
  const store: Store = { rows, layouts: new Map(), alive, now };
  return { ...comingAndGoing(store), ...movingAbout(store), ...spreading(store), ...audiences(store) };
}

function comingAndGoing({
  rows,
  alive,
  now,
}: Store): Pick<Registry, "connect" | "disconnect" | "touch" | "find" | "findAll"> {
  return {
    async connect(given) {
      const connection = toConnection(given, now());
      rows.set(given.connectionId, { connection, rooms: alive(given.connectionId)?.rooms ?? new Map() });
      return connection;
    },
    async disconnect(connectionId, { unlessNewerThan = Infinity } = {}) {
      const found = alive(connectionId);
      if (!found || found.connection.connectedAt > unlessNewerThan) return undefined;
      rows.delete(connectionId);
      const { userId, attributes } = found.connection;
      return { connectionId, userId, attributes, rooms: [...found.rooms.keys()].sort() };
    },
    async touch(connectionId, { expiresAt } = {}) {
      const found = alive(connectionId);
      const changed = { lastSeenAt: now(), ...(expiresAt !== undefined && { expiresAt }) };
      if (found) found.connection = { ...found.connection, ...changed };
      return found !== undefined;
    },
    async find(connectionId) {
      return alive(connectionId)?.connection;
    },
    async findAll(connectionIds) {
      return [...new Set(connectionIds)].flatMap((connectionId) => alive(connectionId)?.connection ?? []);
    },
  };
}

function movingAbout({ alive, layouts }: Store): Pick<Registry, "join" | "leave" | "rooms"> {
  return {
    async join(connectionId, room) {
      assertName("room", room);
      const found = alive(connectionId);
      if (!found) throw failures.create("CONNECTION_UNKNOWN", { connectionId });
      const shard = found.rooms.get(room) ?? toShard(connectionId, layouts.get(room) ?? oneShard);
      found.rooms.set(room, shard);
      return found.connection;
    },
    async leave(connectionId, room) {
      assertName("room", room);
      alive(connectionId)?.rooms.delete(room);
    },
    async rooms(connectionId) {
      return [...(alive(connectionId)?.rooms.keys() ?? [])].sort();
    },
  };
}

function spreading({ layouts, now }: Store): Pick<Registry, "split" | "shards"> {
  return {
    async split(room, shards) {
      assertName("room", room);
      assertShards(shards);
      layouts.set(room, toSplit(layouts.get(room) ?? oneShard, shards, now()));
    },
    async shards(room) {
      assertName("room", room);
      return toReadShards(layouts.get(room) ?? oneShard, now());
    },
  };
}

function audiences(store: Store): Pick<Registry, "inRoom" | "byUser" | "everyone" | "members"> {
  const inRoom = (room: string, options: ReadOptions = {}): AsyncIterable<readonly Occupant[]> => {
    assertName("room", room);
    const isThere = ({ rooms }: Kept): boolean =>
      options.shard === undefined ? rooms.has(room) : rooms.get(room) === options.shard;
    return toPages(store, { is: isThere, as: toOccupant }, options);
  };
  return {
    inRoom,
    byUser(userId, options) {
      assertName("user id", userId);
      const isTheirs = ({ connection }: Kept): boolean => connection.userId === userId;
      return toPages(store, { is: isTheirs, as: toOccupant }, options);
    },
    everyone(options = {}) {
      const { shard, shards = 1 } = options;
      const isIn = ({ connection }: Kept): boolean =>
        shard === undefined || toShard(connection.connectionId, { ...oneShard, shards }) === shard;
      return toPages(store, { is: isIn, as: (connection) => connection }, options);
    },
    async members(room, options) {
      return toMembers(inRoom(room, options));
    },
  };
}

interface Wanted<Value> {
  readonly is: (kept: Kept) => boolean;
  readonly as: (connection: Connection) => Value;
}

async function* toPages<Value>(
  { rows, alive }: Store,
  wanted: Wanted<Value>,
  { pageSize = 500, after = "" }: ReadOptions = {},
): AsyncGenerator<readonly Value[]> {
  const found = [...rows.keys()]
    .sort()
    .flatMap((connectionId) => (connectionId > after ? (alive(connectionId) ?? []) : []))
    .filter(wanted.is);
  for (let at = 0; at < found.length; at += pageSize) {
    yield found.slice(at, at + pageSize).map(({ connection }) => wanted.as(connection));
  }
}

function toOccupant(connection: Connection): Occupant {
  const { connectionId, endpoint, userId, attributes, connectedAt } = connection;
  return { connectionId, endpoint, userId, attributes, connectedAt };
}
