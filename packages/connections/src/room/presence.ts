// The port of presence: who is in a room, told once for each user, however many tabs and however they went.
import type { Attributes } from "../registry/registry.ts";

/** A user who came or went. Tell the room: nobody else was given this change. */
export interface PresenceChange {
  readonly room: string;
  readonly userId: string;
  readonly here: boolean;
  readonly attributes: Attributes;
}

/** A user in a room. */
export interface Present {
  readonly userId: string;
  readonly attributes: Attributes;
  /** How many of the user's tabs are known to be alive. */
  readonly tabs: number;
}

/** A tab in a room. */
export interface Tab {
  readonly connectionId: string;
  readonly userId: string;
  /** Those of the newest tab are told. @default {} */
  readonly attributes?: Attributes;
}

/**
 * Who is in which room. Every change is given to exactly one caller, whatever happens at the same time.
 *
 * A tab that nobody has heard of for `expiryMs` counts as gone, so a missed `$disconnect` is made up for: by `sweep`,
 * which whoever beats or looks may run. `memoryPresence` and `dynamoPresence` behave the same.
 */
export interface Presence {
  /** A tab enters or is still there: call it at join and at each heartbeat. A change where the user was not there. */
  beat(room: string, tab: Tab): Promise<PresenceChange | undefined>;
  /** A tab leaves. A change where it was the user's last. */
  leave(room: string, tab: Pick<Tab, "connectionId" | "userId">): Promise<PresenceChange | undefined>;
  /** Takes out those whose tabs have all expired. */
  sweep(room: string): Promise<readonly PresenceChange[]>;
  /** Who is here, in order of user id. Changes told afterwards apply to it. */
  snapshot(room: string): Promise<readonly Present[]>;
}

/** How presence is kept. */
export interface PresenceOptions {
  /** A tab that was not heard of for so long is gone. @default 660000: the client beats every five minutes */
  readonly expiryMs?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

export const defaultExpiryMs = 660_000;
