// Who is connected to this gateway now.
import type { Connection } from "../websocket/connection.ts";

/** The live connections of one API, from `opening` until `closed`. */
export interface ConnectionTable extends Iterable<Connection> {
  /** How many are open. */
  readonly open: number;
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** A connection that can be reached: one that is open. */
  find(connectionId: string): Connection | undefined;
}

/** Makes an empty table. */
export function createConnectionTable(): ConnectionTable {
  const connections = new Map<string, Connection>();
  const isOpen = (connection: Connection): boolean => connection.state === "open";
  return {
    get open() {
      return [...connections.values()].filter(isOpen).length;
    },
    add: (connection) => void connections.set(connection.id, connection),
    remove: (connection) => void connections.delete(connection.id),
    find(connectionId) {
      const connection = connections.get(connectionId);
      return connection && isOpen(connection) ? connection : undefined;
    },
    [Symbol.iterator]: () => [...connections.values()][Symbol.iterator](),
  };
}
