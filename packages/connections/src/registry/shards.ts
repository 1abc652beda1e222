// Over how many partitions a room is spread, now and a little while ago.
import { failures } from "../failures.ts";
import { keptMs } from "./entry.ts";

/** How a room is spread. */
export interface Layout {
  /** Joins go to these shards. */
  readonly shards: number;
  /** Connections may still be in this many, until `until`. */
  readonly highest: number;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** A room that was never split. */
export const oneShard: Layout = { shards: 1, highest: 1, until: 0 };

const shardsAtMost = 256;

/** The shard of a connection: the same for the same id, and even over many. */
export function toShard(connectionId: string, { shards }: Layout): number {
  if (shards === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < connectionId.length; at += 1) {
    hash = Math.imul(hash ^ connectionId.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return ((hash ^ (hash >>> 13)) >>> 0) % shards;
}

/** How many shards must be read to see everybody. */
export function toReadShards({ shards, highest, until }: Layout, now: number): number {
  return now < until ? Math.max(shards, highest) : shards;
}

/** The layout after a change: the old shards are read until the last connection in them must have gone. */
export function toSplit(before: Layout, shards: number, now: number): Layout {
  return { shards, highest: Math.max(toReadShards(before, now), shards), until: now + keptMs };
}

/** Refuses anything but 1 … 256. */
export function assertShards(shards: unknown): asserts shards is number {
  const fits =
    typeof shards === "number" && Number.isInteger(shards) && shards >= 1 && shards <= shardsAtMost;
  if (!fits) throw failures.create("BAD_SHARDS", { shards });
}
