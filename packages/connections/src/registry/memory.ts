// The registry in memory: for tests, and for one process on its own.
import { failures } from "../failures.ts";
import { assertName, toConnection, toLastMoment } from "./entry.ts";
import { toMembers } from "./members.ts";
import type { Connection, Occupant, ReadOptions, Registry } from "./registry.ts";

/** What a memory registry may be given. */
export interface MemoryRegistryOptions {
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

interface Kept {
  connection: Connection;
  readonly rooms: Set<string>;
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
  const store: Store = { rows, alive, now };
  return { ...comingAndGoing(store), ...movingAbout(store), ...audiences(store) };
}

interface Store {
  readonly rows: Map<string, Kept>;
  readonly alive: (connectionId: string) => Kept | undefined;
  readonly now: () => number;
}

function comingAndGoing({
  rows,
  alive,
  now,
}: Store): Pick<Registry, "connect" | "disconnect" | "touch" | "find"> {
  return {
    async connect(given) {
      const connection = toConnection(given, now());
      rows.set(given.connectionId, { connection, rooms: alive(given.connectionId)?.rooms ?? new Set() });
      return connection;
    },
    async disconnect(connectionId, { unlessNewerThan = Infinity } = {}) {
      const found = alive(connectionId);
      if (!found || found.connection.connectedAt > unlessNewerThan) return undefined;
      rows.delete(connectionId);
      const { userId, attributes } = found.connection;
      return { connectionId, userId, attributes, rooms: [...found.rooms].sort() };
    },
    async touch(connectionId) {
      const found = alive(connectionId);
      if (found) found.connection = { ...found.connection, lastSeenAt: now() };
      return found !== undefined;
    },
    async find(connectionId) {
      return alive(connectionId)?.connection;
    },
  };
}

function movingAbout({ alive }: Store): Pick<Registry, "join" | "leave" | "rooms"> {
  return {
    async join(connectionId, room) {
      assertName("room", room);
      const found = alive(connectionId);
      if (!found) throw failures.create("CONNECTION_UNKNOWN", { connectionId });
      found.rooms.add(room);
      return found.connection;
    },
    async leave(connectionId, room) {
      assertName("room", room);
      alive(connectionId)?.rooms.delete(room);
    },
    async rooms(connectionId) {
      return [...(alive(connectionId)?.rooms ?? [])].sort();
    },
  };
}

function audiences(store: Store): Pick<Registry, "inRoom" | "byUser" | "members"> {
  const inRoom = (room: string, options?: ReadOptions): AsyncIterable<readonly Occupant[]> => {
    assertName("room", room);
    return toPages(() => living(store).filter(({ rooms }) => rooms.has(room)), options);
  };
  return {
    inRoom,
    byUser(userId, options) {
      assertName("user id", userId);
      return toPages(() => living(store).filter(({ connection }) => connection.userId === userId), options);
    },
    async members(room, options) {
      return toMembers(inRoom(room, options));
    },
  };
}

function living({ rows, alive }: Store): readonly Kept[] {
  return [...rows.keys()].flatMap((connectionId) => alive(connectionId) ?? []);
}

async function* toPages(
  read: () => readonly Kept[],
  { pageSize = 500 }: ReadOptions = {},
): AsyncGenerator<readonly Occupant[]> {
  const all = read();
  for (let at = 0; at < all.length; at += pageSize) {
    yield all.slice(at, at + pageSize).map(({ connection }) => toOccupant(connection));
  }
}

function toOccupant(connection: Connection): Occupant {
  const { connectionId, endpoint, userId, attributes, connectedAt } = connection;
  return { connectionId, endpoint, userId, attributes, connectedAt };
}
