// Presence in this process: for tests, and for one process on its own.
import { assertName } from "../registry/entry.ts";
import type { Attributes } from "../registry/registry.ts";
import { defaultExpiryMs, type Presence, type PresenceChange, type PresenceOptions } from "./presence.ts";

interface User {
  attributes: Attributes;
  /** When each tab was last heard of. */
  readonly tabs: Map<string, number>;
}

/** Keeps presence in this process: the twin of `dynamoPresence`. */
export function memoryPresence(options: PresenceOptions = {}): Presence {
  const { expiryMs = defaultExpiryMs, now = Date.now } = options;
  const rooms = new Map<string, Map<string, User>>();
  const usersOf = (room: string): Map<string, User> => {
    assertName("room", room);
    const users = rooms.get(room) ?? new Map<string, User>();
    rooms.set(room, users);
    return users;
  };
  const living = ({ tabs }: User): number =>
    [...tabs.values()].filter((seen) => now() - seen < expiryMs).length;
  return {
    async beat(room, { connectionId, userId, attributes = {} }) {
      const users = usersOf(room);
      assertName("user id", userId);
      const known = users.get(userId);
      if (known) {
        known.tabs.set(connectionId, now());
        known.attributes = attributes;
        return undefined;
      }
      users.set(userId, { attributes, tabs: new Map([[connectionId, now()]]) });
      return { room, userId, here: true, attributes };
    },
    async leave(room, { connectionId, userId }) {
      const user = usersOf(room).get(userId);
      if (!user?.tabs.delete(connectionId) || living(user) > 0) return undefined;
      usersOf(room).delete(userId);
      return { room, userId, here: false, attributes: user.attributes };
    },
    async sweep(room) {
      const users = usersOf(room);
      const gone = [...users].filter(([, user]) => living(user) === 0);
      return gone.map(([userId, { attributes }]): PresenceChange => {
        users.delete(userId);
        return { room, userId, here: false, attributes };
      });
    },
    async snapshot(room) {
      return [...usersOf(room)]
        .map(([userId, user]) => ({ userId, attributes: user.attributes, tabs: living(user) }))
        .filter(({ tabs }) => tabs > 0)
        .sort((one, other) => (one.userId < other.userId ? -1 : 1));
    },
  };
}
