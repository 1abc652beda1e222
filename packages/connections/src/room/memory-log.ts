// The log of rooms in this process: for tests, and for one process on its own.
import { assertName } from "../registry/entry.ts";
import {
  assertPlace,
  defaultAgeMs,
  defaultCount,
  toMissing,
  type Counter,
  type Entry,
  type LogOptions,
  type RoomLog,
} from "./log.ts";

interface Kept {
  counter: Counter;
  readonly entries: Map<number, Entry>;
  readonly byId: Map<string, Entry>;
}

/** Keeps the log of rooms in this process: the twin of `dynamoRoomLog`. */
export function memoryRoomLog(options: LogOptions = {}): RoomLog {
  const { count = defaultCount, ageMs = defaultAgeMs, now = Date.now } = options;
  const rooms = new Map<string, Kept>();
  const keptOf = (room: string): Kept => {
    assertName("room", room);
    const kept = rooms.get(room) ?? { counter: { last: 0, at: 0 }, entries: new Map(), byId: new Map() };
    rooms.set(room, kept);
    return kept;
  };
  return {
    async append(room, { id = crypto.randomUUID(), frame }) {
      assertName("message id", id);
      const kept = keptOf(room);
      const known = kept.byId.get(id);
      if (known && now() - known.at < ageMs) return { ...known, again: true };
      const at = now();
      kept.counter = { last: kept.counter.last + 1, at };
      const entry: Entry = { seq: kept.counter.last, id, at, frame: structuredClone(frame) };
      kept.entries.set(entry.seq, entry);
      kept.byId.set(id, entry);
      forget(kept, entry.seq - count);
      return { ...entry, again: false };
    },
    async resume(room, after, { limit = 100 } = {}) {
      assertPlace(after);
      const { counter, entries } = keptOf(room);
      const trimmed = Math.max(0, counter.last - count);
      const living = [...entries.values()].filter(
        ({ seq, at }) => seq > Math.max(after, trimmed) && now() - at < ageMs,
      );
      const page = living.slice(0, limit);
      return toMissing({
        after,
        counter,
        entries: page,
        cut: page.length < living.length,
        trimmed,
        now: now(),
      });
    },
    async last(room) {
      return keptOf(room).counter.last;
    },
  };
}

function forget({ entries, byId }: Kept, seq: number): void {
  const old = entries.get(seq);
  if (!old) return;
  entries.delete(seq);
  byId.delete(old.id);
}
