// Tickets in memory: for tests, and for what runs in one process.
import { toChanged, type TicketRow, type Tickets } from "./tickets.ts";

/** Remembers tickets as long as the process lives. The twin of `dynamoTickets`. */
export function memoryTickets(): Tickets {
  const rows = new Map<string, TicketRow>();
  return {
    open: async (row) => void rows.set(row.id, row),
    find: async (id) => rows.get(id),
    async hold(id, { now, until }) {
      const row = rows.get(id);
      if (!row || row.heldUntil > now) return undefined;
      const held = { ...row, heldUntil: until };
      rows.set(id, held);
      return held;
    },
    async save(held, change) {
      if (rows.get(held.id)?.heldUntil !== held.heldUntil) return undefined;
      const row = toChanged(held, change);
      rows.set(row.id, row);
      return row;
    },
    async due(now, limit) {
      for (const { id, removeAt } of rows.values())
        if (removeAt !== undefined && removeAt <= now) rows.delete(id);
      const found = [...rows.values()].filter(({ dueAt }) => dueAt !== undefined && dueAt <= now);
      return found.sort((a, b) => (a.dueAt ?? 0) - (b.dueAt ?? 0)).slice(0, limit);
    },
  };
}
