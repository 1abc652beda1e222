// 410: the connection leaves the registry, unless it has only just come.
import type { Occupant, Registry } from "../registry/registry.ts";
import type { Gone } from "./tally.ts";

/** A post inside `$connect` answers 410 for a connection that is about to live; it keeps its row this long. */
const graceMs = 5_000;

/** Removes a connection that answered 410 and says what it left behind. A registry that fails keeps it. */
export async function forget(registry: Registry, occupant: Occupant, room?: string): Promise<Gone> {
  const { connectionId, userId, attributes } = occupant;
  const kept: Gone = { connectionId, userId, attributes, rooms: [], removed: false };
  const unlessNewerThan = Date.now() - graceMs;
  if (occupant.connectedAt > unlessNewerThan) return kept;
  try {
    const departure = await registry.disconnect(connectionId, { unlessNewerThan });
    const rooms = departure?.rooms ?? [];
    if (room === undefined || rooms.includes(room))
      return { ...kept, rooms, removed: departure !== undefined };
    // the room still names it although the connection does not know: what an interrupted write leaves
    await registry.leave(connectionId, room);
    return { ...kept, rooms: [...rooms, room].sort(), removed: true };
  } catch {
    return kept; // told as not removed; the next broadcast meets it again
  }
}
