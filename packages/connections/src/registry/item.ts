// How connections, users and rooms lie in the table: keys, attributes, time to live.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { toLastMoment } from "./entry.ts";
import type { Attributes, Connection, Occupant } from "./registry.ts";

/** A row as the SDK gives and takes it. */
export type Item = Record<string, AttributeValue>;

/** The two keys of a row. */
export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/*
 * pk                 sk               what
 * connection#{id}    connection       the connection itself
 * connection#{id}    room#{room}      it is in this room (read to clean up), in this shard
 * user#{user}        connection#{id}  it is this user's
 * room#{n}#{room}    connection#{id}  the room has it (read to broadcast); n is the shard
 * room#0#{room}      about            over how many shards the room is spread; absent while that is 1
 */
export const connectionKey = (connectionId: string): Key => ({
  pk: `connection#${connectionId}`,
  sk: "connection",
});
export const roomOfConnectionKey = (connectionId: string, room: string): Key => ({
  pk: `connection#${connectionId}`,
  sk: `${roomPrefix}${room}`,
});
export const connectionOfUserKey = (userId: string, connectionId: string): Key => ({
  pk: `user#${userId}`,
  sk: `connection#${connectionId}`,
});
export const connectionOfRoomKey = (room: string, shard: number, connectionId: string): Key => ({
  pk: `room#${shard}#${room}`,
  sk: `connection#${connectionId}`,
});
/** It stands before the connections of the first shard: whoever reads them has read it, and needs no call more. */
export const shardsKey = (room: string): Key => ({ pk: connectionOfRoomKey(room, 0, "").pk, sk: "about" });

/** What the sort key of a membership starts with, below a connection. */
export const roomPrefix = "room#";

/** The keys of a row, as the SDK wants them. */
export function toKeyItem(key: Key): Item {
  return { pk: { S: key.pk }, sk: { S: key.sk } };
}

/** The connection itself, with everything that is known. */
export function toConnectionItem(connection: Connection): Item {
  return {
    ...toOccupantItem(connectionKey(connection.connectionId), connection),
    lastSeenAt: { N: String(connection.lastSeenAt) },
    ...(connection.expiresAt !== undefined && { expiresAt: { N: String(connection.expiresAt) } }),
  };
}

/** A connection as a room or a user has it: enough to reach it. */
export function toOccupantItem(key: Key, occupant: Occupant): Item {
  return {
    ...toMembershipItem(key, occupant),
    connectionId: { S: occupant.connectionId },
    endpoint: { S: occupant.endpoint },
    attributes: { M: toMap(occupant.attributes) },
  };
}

/** The shard that a membership names. */
export function readShard(membership: Item): number {
  return Number(membership["shard"]?.N ?? 0);
}

/** A room as a connection has it: only what cleaning up needs. */
export function toMembershipItem(key: Key, occupant: Occupant, shard = 0): Item {
  return {
    ...toKeyItem(key),
    ...(shard > 0 && { shard: { N: String(shard) } }),
    userId: { S: occupant.userId },
    connectedAt: { N: String(occupant.connectedAt) },
    ttl: { N: String(Math.ceil(toLastMoment(occupant.connectedAt) / 1000)) },
  };
}

/** Reads what `toOccupantItem` wrote. */
export function readOccupant(item: Item): Occupant {
  return {
    connectionId: item["connectionId"]?.S ?? "",
    endpoint: item["endpoint"]?.S ?? "",
    userId: item["userId"]?.S ?? "",
    attributes: readMap(item["attributes"]?.M ?? {}),
    connectedAt: Number(item["connectedAt"]?.N ?? 0),
  };
}

/** Reads what `toConnectionItem` wrote. */
export function readConnection(item: Item): Connection {
  const expiresAt = item["expiresAt"]?.N;
  return {
    ...readOccupant(item),
    lastSeenAt: Number(item["lastSeenAt"]?.N ?? 0),
    ...(expiresAt !== undefined && { expiresAt: Number(expiresAt) }),
  };
}

/** Whether a row has outlived its connection; DynamoDB may remove it up to days later. */
export function isExpired(item: Item, now: number): boolean {
  return toLastMoment(Number(item["connectedAt"]?.N ?? 0)) <= now;
}

/** Attributes as a map of DynamoDB. */
export function toMap(attributes: Attributes): Item {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]): [string, AttributeValue] => [
      name,
      typeof value === "string"
        ? { S: value }
        : typeof value === "number"
          ? { N: String(value) }
          : { BOOL: value },
    ]),
  );
}

/** Reads what `toMap` wrote. */
export function readMap(map: Item): Attributes {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [
      name,
      value.S ?? (value.N === undefined ? value.BOOL === true : Number(value.N)),
    ]),
  );
}
