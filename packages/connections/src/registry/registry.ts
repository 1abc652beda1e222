// The port of the registry: who is connected, as whom, and in which rooms.

/** What an application keeps with a connection. Copied into each room, so keep it small. */
export type Attributes = { readonly [name: string]: string | number | boolean };

/** What `$connect` knows about a connection. */
export interface NewConnection {
  readonly connectionId: string;
  /** Where @connections of its API is; see `managementEndpoint`. */
  readonly endpoint: string;
  readonly userId: string;
  /** At most 2,048 bytes as JSON. @default {} */
  readonly attributes?: Attributes;
  /** When the user's token ends, in milliseconds since the epoch; `sessionControl` acts on it. */
  readonly expiresAt?: number;
  /** `requestContext.connectedAt` of the event, in milliseconds since the epoch. @default now */
  readonly connectedAt?: number;
}

/** Enough to reach somebody and to know who it is. */
export interface Occupant {
  readonly connectionId: string;
  readonly endpoint: string;
  readonly userId: string;
  readonly attributes: Attributes;
  /** Milliseconds since the epoch. */
  readonly connectedAt: number;
}

/** One connection as the registry holds it. */
export interface Connection extends Occupant {
  /** When it was last heard of (`connect` or `touch`), in milliseconds since the epoch. */
  readonly lastSeenAt: number;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** A user in a room, however many tabs they have open. */
export interface Member {
  readonly userId: string;
  /** How many of the user's connections are in the room; at least 1. */
  readonly connections: number;
  /** Those of the user's newest connection in the room. */
  readonly attributes: Attributes;
}

/** What a connection leaves behind when it is removed. */
export interface Departure {
  readonly connectionId: string;
  readonly userId: string;
  readonly attributes: Attributes;
  /** The rooms it was in, in order of name. */
  readonly rooms: readonly string[];
}

/** How a removal is held back. */
export interface DisconnectOptions {
  /**
   * Keeps a connection that was made after this moment (milliseconds since the epoch).
   *
   * Give `requestContext.connectedAt` of `$disconnect`, if `$connect` gave it to `connect`: a late
   * `$disconnect` then never removes a newer row.
   */
  readonly unlessNewerThan?: number;
}

/** How an audience is read. */
export interface ReadOptions {
  /** Sees every write that was finished before; `false` costs half. @default true */
  readonly consistent?: boolean;
  /** Most connections in one page. @default 500 */
  readonly pageSize?: number;
  /** Only one part of the audience, from 0: a shard of the room, a segment of everyone. @default all of them */
  readonly shard?: number;
  /** Goes on after this connection id, in the part's own order. Only with `shard`, or for a user. */
  readonly after?: string;
}

/** How everyone is read. */
export interface EveryoneOptions extends ReadOptions {
  /** In how many segments everyone is divided. @default 1 */
  readonly shards?: number;
}

/** What `touch` may change besides the time. */
export interface TouchOptions {
  /** When the user's new token ends, in milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/**
 * Who is connected, as whom, and in which rooms.
 *
 * `memoryRegistry` and `dynamoRegistry` behave the same. Nothing that has outlived API Gateway's two hours
 * (and five minutes of grace) is ever returned. The order of connections in a page is not specified.
 */
export interface Registry {
  /** Remembers a connection. A repeated call replaces the first. */
  connect(connection: NewConnection): Promise<Connection>;
  /** Forgets a connection with its rooms. `undefined` when there was nothing to remove, or it was too new. */
  disconnect(connectionId: string, options?: DisconnectOptions): Promise<Departure | undefined>;
  /** Notes that the connection is alive; `false` when it is not known. */
  touch(connectionId: string, options?: TouchOptions): Promise<boolean>;
  /** The connection, read consistently. */
  find(connectionId: string): Promise<Connection | undefined>;
  /** Those of the connections that are known, read consistently, 100 at a time; in no order. */
  findAll(connectionIds: readonly string[]): Promise<readonly Connection[]>;
  /** Puts a known connection into a room; doing it twice is the same as once. @throws `CONNECTION_UNKNOWN` */
  join(connectionId: string, room: string): Promise<Connection>;
  /** Takes a connection out of a room; not having been there is no error. */
  leave(connectionId: string, room: string): Promise<void>;
  /** The rooms of a connection, read consistently, in order of name. */
  rooms(connectionId: string): Promise<readonly string[]>;
  /** Everybody in a room, page by page. Pages are never empty. */
  inRoom(room: string, options?: ReadOptions): AsyncIterable<readonly Occupant[]>;
  /** Every connection there is, page by page: reads the whole table. Pages are never empty. */
  everyone(options?: EveryoneOptions): AsyncIterable<readonly Connection[]>;
  /**
   * Spreads a hot room over this many partitions, from the next join on. Those who are in it stay where they are and
   * are found all the same; fewer partitions are read once the last of them must have gone.
   * @throws `BAD_SHARDS` for anything but 1 … 256
   */
  split(room: string, shards: number): Promise<void>;
  /** In how many parts the room must be read now; at least 1. */
  shards(room: string): Promise<number>;
  /** Every connection of a user, page by page. Pages are never empty. */
  byUser(userId: string, options?: ReadOptions): AsyncIterable<readonly Occupant[]>;
  /** The distinct users of a room, in order of user id. Reads the whole room. */
  members(room: string, options?: ReadOptions): Promise<readonly Member[]>;
}
