// The port of a room's log: numbers for messages, and the last of them for whoever was away.
import { failures } from "../failures.ts";

/** A message as the log has it. */
export interface Entry {
  /** Place in the room, from 1. */
  readonly seq: number;
  /** Made by who said it, or by the log: the same id keeps its place, however often it is appended. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What is sent, without its number: any JSON object. */
  readonly frame: object;
}

/** Numbers that will not come: those over `after` and under `before`. */
export interface LogGap {
  readonly after: number;
  readonly before: number;
}

/** What somebody who was away has missed. */
export interface Missing {
  /** In order, without holes, from the end of the gap. */
  readonly entries: readonly Entry[];
  /** Messages that are no longer there (too old, too many), or never were: say so, or load them from where they are kept. */
  readonly gap: LogGap | undefined;
  /** After which number to ask again. */
  readonly last: number;
  /** Ask again with `last`; where it did not move, in a moment: a message is just being written. */
  readonly more: boolean;
}

/** What a message is appended with. */
export interface Draft {
  /** @default a new one */
  readonly id?: string;
  readonly frame: object;
}

/** How much is read at once. */
export interface ResumeOptions {
  /** @default 100 */
  readonly limit?: number;
}

/** The log of every room. `memoryRoomLog` and `dynamoRoomLog` behave the same. */
export interface RoomLog {
  /** Gives a message its number and keeps it for a while. `again` says that its id was there already. */
  append(room: string, draft: Draft): Promise<Entry & { readonly again: boolean }>;
  /** What came after a number, or a gap. @throws `BAD_SEQUENCE` for what is no number from 0 */
  resume(room: string, after: number, options?: ResumeOptions): Promise<Missing>;
  /** The last number that was given; 0 in a room where nothing was said. */
  last(room: string): Promise<number>;
}

/** How much a log keeps. */
export interface LogOptions {
  /** The newest so many of each room. @default 500 */
  readonly count?: number;
  /** Not older than this, in milliseconds. @default 7200000: as long as a connection may live */
  readonly ageMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export const defaultCount = 500;
export const defaultAgeMs = 7_200_000;

/** A number that was given and is not there after this time never will be: its writer is dead. */
export const settledMs = 2_000;

/** How far a room is. */
export interface Counter {
  readonly last: number;
  /** When the last number was given, in milliseconds since the epoch. */
  readonly at: number;
}

/** What `toMissing` works with. */
export interface Found {
  readonly after: number;
  /** Read before the entries. */
  readonly counter: Counter;
  /** Those that may be told, in order; there may be holes. */
  readonly entries: readonly Entry[];
  /** The read was ended by its limit. */
  readonly cut: boolean;
  /** Numbers up to this one are not kept any more. */
  readonly trimmed: number;
  readonly now: number;
}

/**
 * Says what is missing: entries without holes, and at most one gap, which comes before them. For whoever keeps a
 * {@link RoomLog} of their own, such as in the table of their history.
 *
 * A young hole ends the answer, since its entry is being written; an old one ends it too, and is the next one's gap.
 */
export function toMissing({ after, counter, entries: found, cut, trimmed, now }: Found): Missing {
  const [first] = found;
  if (!first) return toNothing({ after, counter, now });
  const hole = first.seq > after + 1;
  const isPending = hole && first.seq > trimmed + 1 && now - first.at < settledMs;
  if (isPending) return { entries: [], gap: undefined, last: after, more: true };
  const entries = found.filter(({ seq }, at) => seq === first.seq + at);
  const last = entries.at(-1)?.seq ?? after;
  return {
    entries,
    gap: hole ? { after, before: first.seq } : undefined,
    last,
    more: cut || entries.length < found.length || last < counter.last,
  };
}

/** Nothing to tell: because nothing came, or it is being written, or it has been outlived. */
function toNothing({ after, counter, now }: Pick<Found, "after" | "counter" | "now">): Missing {
  const nothing: Missing = { entries: [], gap: undefined, last: after, more: false };
  if (counter.last <= after) return nothing;
  if (now - counter.at < settledMs) return { ...nothing, more: true };
  return { ...nothing, gap: { after, before: counter.last + 1 }, last: counter.last };
}

/** Refuses what is no place in a room. */
export function assertPlace(after: unknown): asserts after is number {
  if (!Number.isSafeInteger(after) || Number(after) < 0) throw failures.create("BAD_SEQUENCE", { after });
}
