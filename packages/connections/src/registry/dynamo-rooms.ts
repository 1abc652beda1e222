// Rooms in the table: who joins which shard, who leaves, and how the shards of a room change while it lives.
import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { failures } from "../failures.ts";
import type { DynamoRows } from "./dynamo-rows.ts";
import { assertName } from "./entry.ts";
import {
  connectionKey,
  connectionOfRoomKey,
  isExpired,
  readConnection,
  readShard,
  roomOfConnectionKey,
  shardsKey,
  toKeyItem,
  toMembershipItem,
  toOccupantItem,
  type Item,
  type Key,
} from "./item.ts";
import type { Connection } from "./registry.ts";
import { assertShards, oneShard, toReadShards, toShard, toSplit, type Layout } from "./shards.ts";

/** Where the rows are, and what time it is. */
export interface Store {
  readonly rows: DynamoRows;
  readonly now: () => number;
}

/** Puts a connection into the shard where it is already, or into the one that is its own now. */
export async function join({ rows, now }: Store, connectionId: string, room: string): Promise<Connection> {
  assertName("connection id", connectionId);
  assertName("room", room);
  const membership = roomOfConnectionKey(connectionId, room);
  const items = await rows.findAll([connectionKey(connectionId), membership, shardsKey(room)]);
  const found = (key: Key): Item | undefined =>
    items.find((item) => item["pk"]?.S === key.pk && item["sk"]?.S === key.sk);
  const own = found(connectionKey(connectionId));
  if (!own || isExpired(own, now())) throw failures.create("CONNECTION_UNKNOWN", { connectionId });

  const connection = readConnection(own);
  const before = found(membership);
  const shard = before ? readShard(before) : toShard(connectionId, readLayout(found(shardsKey(room))));
  await rows.writeAll([
    put(toMembershipItem(membership, connection, shard)),
    put(toOccupantItem(connectionOfRoomKey(room, shard, connectionId), connection)),
  ]);
  return connection;
}

/** Takes a connection out of its shard; where it does not say which, out of every one. */
export async function leave({ rows, now }: Store, connectionId: string, room: string): Promise<void> {
  assertName("connection id", connectionId);
  assertName("room", room);
  const key = roomOfConnectionKey(connectionId, room);
  const membership = await rows.find(key);
  if (membership) return rows.writeAll(leaving(connectionId, [{ room, shard: readShard(membership) }]));
  const shards = toReadShards(readLayout(await rows.find(shardsKey(room))), now());
  const all = Array.from({ length: shards }, (_, shard) => connectionOfRoomKey(room, shard, connectionId));
  await rows.writeAll(all.map(remove));
}

/** A room that a connection is in. */
export interface Place {
  readonly room: string;
  readonly shard: number;
}

/** The deletes that take a connection out of rooms: two for each. */
export function leaving(connectionId: string, places: readonly Place[]): readonly WriteRequest[] {
  return places.flatMap(({ room, shard }) => [
    remove(connectionOfRoomKey(room, shard, connectionId)),
    remove(roomOfConnectionKey(connectionId, room)),
  ]);
}

/** In how many shards the room must be read. */
export async function countShards({ rows, now }: Store, room: string): Promise<number> {
  assertName("room", room);
  return toReadShards(readLayout(await rows.find(shardsKey(room))), now());
}

/** How often a change of shards is tried when another one is made at the same time. */
const splitTries = 5;

/** Changes the shards of a room; two changes at once end as one after the other. */
export async function split({ rows, now }: Store, room: string, shards: number): Promise<void> {
  assertName("room", room);
  assertShards(shards);
  for (let attempt = 0; attempt < splitTries; attempt += 1) {
    const before = await rows.find(shardsKey(room));
    const { highest, until } = toSplit(readLayout(before), shards, now());
    const item: Item = {
      ...toKeyItem(shardsKey(room)),
      shards: { N: String(shards) },
      highest: { N: String(highest) },
      until: { N: String(until) },
      version: { N: String(Number(before?.["version"]?.N ?? 0) + 1) },
    };
    if (await rows.replace(item, "version", before)) return;
  }
  throw failures.create("TABLE_BUSY", { table: room, left: 1 });
}

/** How a room is spread, as its row says; without one it never was. */
export function readLayout(item: Item | undefined): Layout {
  if (!item) return oneShard;
  const read = (name: string): number => Number(item[name]?.N ?? 1);
  return { shards: read("shards"), highest: read("highest"), until: read("until") };
}

export const put = (item: Item): WriteRequest => ({ PutRequest: { Item: item } });
export const remove = (key: Key): WriteRequest => ({ DeleteRequest: { Key: toKeyItem(key) } });
