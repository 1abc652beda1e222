// Whom a message is for, in parts that can be read one by one, and by different workers.
import type { Occupant, ReadOptions, Registry } from "../registry/registry.ts";

/** Whom a broadcast is for. Connections are named by id, or given as the registry gave them, which saves a read. */
export type Audience =
  | { readonly room: string }
  | { readonly user: string }
  | { readonly connections: readonly (string | Occupant)[] }
  /** Every connection of the table: reads all of it. */
  | { readonly everyone: true };

/** A part of an audience: plain data, so that it can be handed to somebody else. */
export type Part =
  | { readonly room: string; readonly shard?: number; readonly after?: string }
  | { readonly everyone: true; readonly shard: number; readonly shards: number; readonly after?: string }
  | { readonly user: string; readonly after?: string }
  | {
      readonly connections: readonly (string | Occupant)[];
      /** How many workers have tried these already; see `mayTryAgain`. @default 0 */
      readonly hops?: number;
    };

/** Somebody to reach, or an id that the registry does not know. */
export type Addressee = Occupant | { readonly connectionId: string; readonly unknown: true };

/** Divides an audience: a room by its shards, everyone by segments. Without `segments` it is one part. */
export async function partsOf(
  registry: Registry,
  to: Audience,
  segments: number | undefined,
): Promise<readonly [Part, ...Part[]]> {
  if (segments === undefined) return ["everyone" in to ? { everyone: true, shard: 0, shards: 1 } : to];
  if ("room" in to) {
    const { room } = to;
    return some(await registry.shards(room), (shard) => ({ room, shard }));
  }
  if ("everyone" in to) return some(segments, (shard) => ({ everyone: true, shard, shards: segments }));
  return [to];
}

function some(count: number, make: (shard: number) => Part): readonly [Part, ...Part[]] {
  return [make(0), ...Array.from({ length: count - 1 }, (_, at) => make(at + 1))];
}

/** Reads a part page by page. */
export function pagesOf(
  registry: Registry,
  part: Part,
  read: Pick<ReadOptions, "consistent" | "pageSize">,
): AsyncIterable<readonly Addressee[]> {
  if ("connections" in part) return listed(registry, part.connections);
  const from = { ...read, ...(part.after !== undefined && { after: part.after }) };
  if ("user" in part) return registry.byUser(part.user, from);
  if ("room" in part) {
    return registry.inRoom(part.room, { ...from, ...(part.shard !== undefined && { shard: part.shard }) });
  }
  return registry.everyone({ ...from, shard: part.shard, shards: part.shards });
}

/** What is left of a part after somebody. */
export function restOf(part: Part, last: string | undefined): Part {
  if (last === undefined) return part;
  if (!("connections" in part)) return { ...part, after: last };
  const ids = part.connections.map(toId);
  return { ...part, connections: part.connections.slice(ids.lastIndexOf(last) + 1) };
}

const readsAtOnce = 100;

/** Pages of the connections named, each once; those named by id are looked up a page at a time. */
async function* listed(
  registry: Registry,
  connections: readonly (string | Occupant)[],
): AsyncGenerator<readonly Addressee[]> {
  const each = [...new Map(connections.map((named) => [toId(named), named])).values()];
  for (let at = 0; at < each.length; at += readsAtOnce) {
    const page = each.slice(at, at + readsAtOnce);
    const ids = page.filter((named) => typeof named === "string");
    const found = ids.length > 0 ? await registry.findAll(ids) : [];
    const known = new Map(found.map((connection) => [connection.connectionId, connection]));
    yield page.map((named) =>
      typeof named === "string" ? (known.get(named) ?? { connectionId: named, unknown: true }) : named,
    );
  }
}

function toId(named: string | Occupant): string {
  return typeof named === "string" ? named : named.connectionId;
}
