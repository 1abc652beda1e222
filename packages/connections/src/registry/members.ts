// Connections of a room told as people: one member per user, however many tabs.
import type { Member, Occupant } from "./registry.ts";

/** Counts the pages of a room by user, in order of user id; a user's newest connection gives the attributes. */
export async function toMembers(pages: AsyncIterable<readonly Occupant[]>): Promise<readonly Member[]> {
  const users = new Map<string, { connections: number; newest: Occupant }>();
  for await (const page of pages) {
    for (const occupant of page) {
      const user = users.get(occupant.userId);
      if (!user) users.set(occupant.userId, { connections: 1, newest: occupant });
      else {
        user.connections += 1;
        if (occupant.connectedAt >= user.newest.connectedAt) user.newest = occupant;
      }
    }
  }
  return [...users]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([userId, { connections, newest }]) => ({ userId, connections, attributes: newest.attributes }));
}
